import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { chmodSync } from "node:fs";

/** What the stand-in does when it is told to start a container. */
type Start = "works" | "fails" | "never gets healthy";

interface FakeContainer {
  readonly labels: Readonly<Record<string, string>>;
  runsSince?: number;
  start: Start;
}

/**
 * Answers on a socket as Docker's engine does to what the edge's proxy asks and orders, with the shapes and codes of its API 1.43; to
 * anything else it answers 400 and notes it.
 */
export class FakeEngine {
  /** Each order that got here, `start dev-acme-odoo`, and everything that is no question of the edge's. */
  readonly orders: string[] = [];
  readonly containers = new Map<string, FakeContainer>();
  readonly volumes = new Set<string>();
  private readonly server = createServer((asked, answer) => void this.answer(asked, answer));

  /** @param startMilliseconds how long a start takes, and Odoo to be healthy after it. */
  constructor(private readonly startMilliseconds = 300) {}

  async listen(socket: string): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(socket, resolve));
    chmodSync(socket, 0o777);
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** The containers of a tenant, which don't run. */
  create(environment: string, tenant: string, state?: "suspended"): void {
    for (const service of ["postgres", "odoo", "backup", "files"]) {
      this.containers.set(`${environment}-${tenant}-${service}`, {
        labels: {
          "odoo-fleet.data": '{"odoo":"19.0","company":"\\"odoo-fleet.tenant\\":\\"evil\\""}',
          "odoo-fleet.environment": environment,
          "odoo-fleet.host": "local",
          "odoo-fleet.service": service,
          ...(state && { "odoo-fleet.state": state }),
          "odoo-fleet.tenant": tenant,
        },
        start: "works",
      });
    }
  }

  isHealthy(name: string): boolean {
    const { runsSince, start } = this.containers.get(name) ?? {};
    return start === "works" && runsSince !== undefined && Date.now() - runsSince > this.startMilliseconds;
  }

  private async answer(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of asked) {
      pieces.push(piece as Buffer);
    }
    const url = new URL(asked.url!, "http://engine");
    const end = (status: number, body?: unknown): void => {
      answer.writeHead(status, body === undefined ? {} : { "Content-Type": "application/json" });
      answer.end(body === undefined ? undefined : `${JSON.stringify(body)}\n`);
    };
    const [, kind, name, action] = url.pathname.split("/");
    if (asked.method === "GET" && kind === "containers" && name === "json") {
      end(200, this.list(JSON.parse(url.searchParams.get("filters")!) as Record<string, string[]>));
    } else if (asked.method === "GET" && kind === "volumes" && name && action === undefined) {
      end(this.volumes.has(name) ? 200 : 404, { message: `get ${name}` });
    } else if (asked.method === "POST" && kind === "containers" && (action === "start" || action === "stop")) {
      const more = url.search + Buffer.concat(pieces).toString();
      this.orders.push(`${action} ${name}${more}`);
      end(await this.carryOut(name!, action));
    } else {
      this.orders.push(`${asked.method} ${asked.url}`);
      end(400);
    }
  }

  private async carryOut(name: string, action: "start" | "stop"): Promise<number> {
    const container = this.containers.get(name);
    if (!container) {
      return 404;
    }
    const runs = container.runsSince !== undefined;
    if (runs === (action === "start")) {
      return 304;
    }
    await new Promise((resolve) => setTimeout(resolve, this.startMilliseconds));
    if (action === "stop") {
      container.runsSince = undefined;
      return 204;
    }
    if (container.start === "fails") {
      return 500;
    }
    container.runsSince = Date.now();
    return 204;
  }

  private list({ label = [], status = [] }: Record<string, string[]>): object[] {
    const found = [...this.containers].filter(
      ([, { labels, runsSince }]) =>
        label.every((one) => labels[one.split("=")[0]!] === one.split("=")[1]) &&
        status.includes(runsSince === undefined ? "exited" : "running"),
    );
    return found.map(([name, { labels }]) => ({
      Id: "0".repeat(64),
      Names: [`/${name}`],
      Image: "sha256:0",
      Command: '/opt/start "x"',
      Created: 1,
      Ports: [],
      Labels: labels,
      State: "running",
      Status: `Up 2 seconds (${this.isHealthy(name) ? "healthy" : "health: starting"})`,
      HostConfig: { NetworkMode: "bridge" },
      NetworkSettings: { Networks: {} },
      Mounts: [{ Type: "volume", Name: "dev-acme-filestore", Driver: "local", Mode: "z", RW: true }],
    }));
  }
}
