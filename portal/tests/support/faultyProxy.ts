import { once } from "node:events";
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/**
 * How it treats what is asked of the API. `passes`: as a proxy does; `waits`: until it passes again; `fails`: by 500, as a proxy that breaks; `gone`: by 502, as one whose portal is gone;
 * `drops`: the request reaches the portal, and its answer is lost.
 */
export type Fault = "passes" | "waits" | "fails" | "gone" | "drops";

/** A proxy before a portal, which fails as real ones do. Pages themselves always pass: a browser that has none shows an error of its own. */
export class FaultyProxy {
  private fault: Fault = "passes";
  private readonly server: Server;
  private waiting: (() => void)[] = [];
  private readonly sockets = new Set<Socket>();

  private readonly target: () => string;

  private constructor(server: Server, target: () => string) {
    this.server = server;
    this.target = target;
    server.on("connection", (socket) => {
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
    });
    server.on("request", (asked, answer) => void this.serve(asked, answer));
  }

  /** Starts one. @param target says where the portal is, once somebody asks for it. */
  static async start(target: () => string): Promise<FaultyProxy> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new FaultyProxy(server, target);
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Changes how it treats what is asked from now on, and lets go what waits. */
  become(fault: Fault): void {
    this.fault = fault;
    this.waiting.forEach((go) => go());
    this.waiting = [];
  }

  async stop(): Promise<void> {
    this.sockets.forEach((socket) => socket.destroy());
    this.server.close();
    await once(this.server, "close");
  }

  private async serve(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const fault = asked.url!.startsWith("/api/") ? this.fault : "passes";
    if (fault === "fails" || fault === "gone") {
      const [status, text] = fault === "fails" ? [500, "Internal Server Error"] : [502, "Bad Gateway"];
      answer.writeHead(status, { "Content-Type": "text/html" }).end(`<html><h1>${status} ${text}</h1></html>`);
      return;
    }
    if (fault === "waits") {
      await new Promise<void>((go) => this.waiting.push(go));
    }
    const { hostname, port } = new URL(this.target());
    const { method, url: path, headers } = asked;
    const passed = request({ hostname, port, method, path, headers }, (came) => {
      if (fault === "drops") {
        came.resume().on("end", () => asked.socket.destroy());
        return;
      }
      answer.writeHead(came.statusCode!, came.headers);
      came.pipe(answer);
    });
    passed.on("error", () => asked.socket.destroy());
    answer.on("close", () => passed.destroy());
    asked.pipe(passed);
  }
}
