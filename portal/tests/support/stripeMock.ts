import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { StripeService } from "../../src/payments/stripeService.ts";

/** What Stripe was asked. */
export interface StripeRequest {
  readonly path: string;
  /** Its fields, as a form has them. */
  readonly body: URLSearchParams;
  readonly key: string | undefined;
}

/**
 * Stripe as tests have it: stripe-mock, which judges each request by Stripe's own document and keeps nothing, behind a server that notes what was asked, and answers by
 * itself where a test says so.
 */
export class StripeMock {
  readonly asked: StripeRequest[] = [];
  /** What is answered by itself, by what begins the path: status and body; null: the connection is cut. */
  readonly answers = new Map<string, { status: number; body: object } | null>();
  private readonly server: Server;
  private readonly mock: ChildProcess;
  private readonly folder: string;

  private constructor(mock: ChildProcess, folder: string) {
    this.mock = mock;
    this.folder = folder;
    this.server = createServer((incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => {
        const body = Buffer.concat(chunks);
        const { url: path = "", method, headers } = incoming;
        const key = headers["idempotency-key"] as string | undefined;
        this.asked.push({ path, body: new URLSearchParams(body.toString()), key });
        const [, own] = [...this.answers].find(([begin]) => path.startsWith(begin)) ?? [];
        if (own === null) {
          response.destroy();
        } else if (own) {
          response.writeHead(own.status, { "Content-Type": "application/json" }).end(JSON.stringify(own.body));
        } else {
          this.forward({ path, method: method!, headers }, body, response);
        }
      });
    });
  }

  static async start(): Promise<StripeMock> {
    const setup = fileURLToPath(new URL("../../../setup/stripe-mock.sh", import.meta.url));
    const program = execFileSync(setup, { encoding: "utf8" }).trim();
    const folder = await mkdtemp(join(tmpdir(), "odoo-fleet-portal-"));
    const sockets = ["-http-unix", join(folder, "http"), "-https-unix", join(folder, "https")];
    const mock = spawn(program, sockets, { stdio: "ignore" });
    const started = new StripeMock(mock, folder);
    started.server.listen(0, "127.0.0.1");
    await once(started.server, "listening");
    for (const deadline = Date.now() + 30_000; ; await delay(100)) {
      try {
        await started.service().addPayer("started", "a@example.org");
        started.asked.length = 0;
        return started;
      } catch (error) {
        if (Date.now() > deadline) {
          await started.stop();
          throw error;
        }
      }
    }
  }

  /** What asks it, as the worker does. */
  service(): StripeService {
    const { port } = this.server.address() as AddressInfo;
    return new StripeService("sk_test_123", { host: "127.0.0.1", port, protocol: "http" });
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    this.mock.kill("SIGKILL");
    await rm(this.folder, { recursive: true });
  }

  private forward(
    { path, method, headers }: { path: string; method: string; headers: NodeJS.Dict<string | string[]> },
    body: Buffer,
    response: ServerResponse,
  ): void {
    const socketPath = join(this.folder, "http");
    request({ socketPath, path, method, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    })
      .on("error", () => response.destroy())
      .end(body);
  }
}
