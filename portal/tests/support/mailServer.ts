import { SMTPServer } from "smtp-server";
import { freePort } from "./freePort.ts";

/** A real mail server without encryption, which keeps what it gets. */
export class MailServer {
  /** Mails as they came. */
  readonly mails: string[] = [];
  readonly port: number;
  private readonly server: SMTPServer;

  private constructor(port: number) {
    this.port = port;
    this.server = new SMTPServer({
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
    this.server.listen(port, "127.0.0.1");
  }

  static async start(): Promise<MailServer> {
    return new MailServer(await freePort());
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(resolve));
  }
}
