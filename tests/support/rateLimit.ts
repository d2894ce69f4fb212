import { createServer, request, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { Pebble } from "./pebble";

/** Where Pebble takes orders. */
const orders = "/order-plz";

/** Stands before an authority and refuses orders as Let's Encrypt does when there were too many, as long as a test says so; everything else goes through. */
export class RateLimit {
  /** Whether it refuses. */
  isReached = true;
  /** When it refused an order, in milliseconds. */
  readonly refused: number[] = [];
  private server?: Server;

  /** @param retryAfterSeconds what it says of when to come back. */
  constructor(
    private readonly pebble: Pebble,
    private readonly retryAfterSeconds: number,
  ) {}

  get directory(): string {
    return `https://127.0.0.1:${(this.server!.address() as AddressInfo).port}/dir`;
  }

  async start(): Promise<void> {
    const { port } = new URL(this.pebble.directory);
    this.server = createServer(this.pebble.server, (asked, answer) => {
      if (asked.url === orders && this.isReached) {
        this.refused.push(Date.now());
        asked.resume();
        answer.writeHead(429, {
          "Content-Type": "application/problem+json",
          "Retry-After": `${this.retryAfterSeconds}`,
        });
        answer.end(JSON.stringify({ type: "urn:ietf:params:acme:error:rateLimited", detail: "too many", status: 429 }));
        return;
      }
      // With the Host that it was asked by, of which Pebble makes the addresses that it names.
      const { url: path, method, headers } = asked;
      const on = request({ host: "127.0.0.1", port, path, method, headers, ca: this.pebble.root }, (said) => {
        answer.writeHead(said.statusCode!, said.headers);
        said.pipe(answer);
      });
      on.on("error", () => answer.destroy());
      asked.pipe(on);
    });
    await new Promise<void>((resolve) => this.server!.listen(0, "127.0.0.1", resolve));
  }

  stop(): void {
    this.server?.closeAllConnections();
    this.server?.close();
  }
}
