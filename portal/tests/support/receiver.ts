import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** The name that a receiver's certificate is for; tests resolve it to this machine. */
export const receiverName = "hooks.example.org";

/** A request as it came. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A real HTTPS server that is told of events. */
export class Receiver {
  /** What came, the first one first. */
  readonly received: Received[] = [];
  /** Answers a request: 204 unless a test says something else. */
  answer = (response: ServerResponse): void => void response.writeHead(204).end();
  /** Its certificate, which nobody knows otherwise. */
  readonly ca: string;
  private readonly server: Server;

  private constructor(key: string, certificate: string) {
    this.ca = certificate;
    this.server = createServer({ key, cert: certificate }, (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { url: path = "", headers } = request;
        this.received.push({ path, headers, body: Buffer.concat(chunks).toString() });
        this.answer(response);
      });
    });
  }

  static async start(): Promise<Receiver> {
    const folder = await mkdtemp(join(tmpdir(), "odoo-fleet-portal-"));
    const [key, certificate] = [join(folder, "key"), join(folder, "certificate")];
    const names = `subjectAltName=DNS:${receiverName},DNS:localhost,IP:127.0.0.1,IP:::1`;
    const asked = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    try {
      await promisify(execFile)("openssl", [
        ...asked,
        ...["-subj", `/CN=${receiverName}`, "-addext", names, "-days", "2", "-keyout", key, "-out", certificate],
      ]);
      const receiver = new Receiver(await readFile(key, "utf8"), await readFile(certificate, "utf8"));
      receiver.server.listen(0, "127.0.0.1");
      await once(receiver.server, "listening");
      return receiver;
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Its URL, by its name. */
  url(path = "/events"): string {
    return `https://${receiverName}:${this.port}${path}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }
}
