import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";

/** A mail as it was delivered. */
export interface Delivered {
  /** Names of the alerts in it, by their runbooks. */
  readonly alerts: readonly string[];
  readonly isResolved: boolean;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly to: string;
  /** The header `Importance`, which the parser calls priority. */
  readonly importance?: string;
}

/** A login that the server asks for. */
export interface MailLogin {
  readonly username: string;
  readonly password: string;
}

/** A real SMTP server that keeps what it is given. */
export class MailServer {
  readonly mails: Delivered[] = [];

  private constructor(private readonly server: SMTPServer) {}

  /**
   * Starts one on every address of the machine: containers come from their own networks.
   *
   * @param port 0 for any.
   * @param login without it the server asks for none.
   */
  static async start(port: number, login?: MailLogin): Promise<MailServer> {
    const parsing: { mailServer?: MailServer } = {};
    const server = new SMTPServer({
      authOptional: login === undefined,
      allowInsecureAuth: true,
      authMethods: ["PLAIN"],
      disabledCommands: login === undefined ? ["STARTTLS", "AUTH"] : ["STARTTLS"],
      onAuth({ username, password }, _session, callback) {
        const isRight = username === login?.username && password === login?.password;
        callback(isRight ? null : new Error("wrong login"), { user: username });
      },
      onData(stream, _session, callback) {
        simpleParser(stream).then(
          (mail) => {
            parsing.mailServer!.mails.push(delivered(mail));
            callback();
          },
          (error: Error) => callback(error),
        );
      },
    });
    parsing.mailServer = new MailServer(server);
    server.listen(port, "0.0.0.0");
    await once(server.server, "listening");
    return parsing.mailServer;
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

function delivered({ subject = "", text = "", html, to, headers }: ParsedMail): Delivered {
  const importance = headers.get("priority");
  const names = [...text.matchAll(/docs\/runbooks\/(\w+)\.md/g)].map((match) => match[1]!);
  return {
    alerts: [...new Set(names)],
    isResolved: /^\[(RESOLVED|RÉSOLU)\]/.test(subject),
    subject,
    text,
    html: html || "",
    to: [to ?? []]
      .flat()
      .map((address) => address.text)
      .join(", "),
    ...(typeof importance === "string" ? { importance } : {}),
  };
}
