import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

/** A real mail server without encryption, which keeps what it gets. */
export class MailServer {
  /** Mails as they came. */
  readonly mails: string[] = [];
  private readonly server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData: (stream, _session, callback) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        this.mails.push(Buffer.concat(chunks).toString());
        callback();
      });
    },
  });

  private constructor() {}

  static async start(): Promise<MailServer> {
    const started = new MailServer();
    started.server.listen(0, "127.0.0.1");
    await once(started.server.server, "listening");
    return started;
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(resolve));
  }
}
