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
}

/** A real SMTP server that keeps what it is given. */
export class MailServer {
  readonly mails: Delivered[] = [];

  private constructor(private readonly server: SMTPServer) {}

  /**
   * Starts one on every address of the machine: containers come from their own networks.
   *
   * @param port 0 for any.
   */
  static async start(port: number): Promise<MailServer> {
    const parsing: { mailServer?: MailServer } = {};
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS", "AUTH"],
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

function delivered({ subject = "", text = "", html, to }: ParsedMail): Delivered {
  const names = [...text.matchAll(/docs\/runbooks\/(\w+)\.md/g)].map((match) => match[1]!);
  return {
    alerts: [...new Set(names)],
    isResolved: subject.startsWith("[RESOLVED]"),
    subject,
    text,
    html: html || "",
    to: [to ?? []]
      .flat()
      .map((address) => address.text)
      .join(", "),
  };
}
