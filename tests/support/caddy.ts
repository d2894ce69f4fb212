import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { WebSocketServer } from "ws";
import { caddyPorts, edgeFiles, edgeStop, renderCaddyFiles } from "../../components/edge/caddyConf";
import type { Edge } from "../../fleet/edgeTypes";
import { edgeSecretOf, routeOf } from "../../fleet/route";
import { configFolder } from "../../fleet/security";
import type { Wake } from "../../fleet/types";
import { freePorts } from "./freePorts";

/** Waits until a question is answered with yes. @throws what the last look threw, or that the time is over. */
export async function until(look: () => Promise<boolean> | boolean, seconds = 30): Promise<void> {
  for (const end = Date.now() + seconds * 1000; ;) {
    const answer = await Promise.resolve(look()).catch((error: Error) => error);
    if (answer === true) {
      return;
    }
    if (Date.now() > end) {
      throw answer instanceof Error ? answer : new Error(`not within ${seconds} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Answers as a tenant's Nginx would, after the seconds that `/takes/SECONDS` asks for, and speaks to websockets. */
export class Backend {
  readonly asked: { readonly url?: string; readonly headers: IncomingHttpHeaders }[] = [];
  private readonly server = createServer((asked: IncomingMessage, answer) => {
    this.asked.push({ url: asked.url, headers: asked.headers });
    answer.setHeader("X-Backend", this.name);
    const [, seconds] = /^\/takes\/(\d+)$/.exec(asked.url ?? "") ?? [];
    setTimeout(() => answer.end(this.name), Number(seconds ?? 0) * 1000).unref();
  });
  private readonly sockets = new WebSocketServer({ server: this.server });

  constructor(readonly name: string) {
    this.sockets.on("connection", (socket) =>
      socket.on("message", (message: Buffer) => socket.send(`echo ${message.toString()}`)),
    );
  }

  /** @returns its port on the loopback address. */
  start(): Promise<number> {
    return new Promise((resolve) => {
      this.server.listen(0, "127.0.0.1", () => resolve((this.server.address() as AddressInfo).port));
    });
  }

  stop(): void {
    this.sockets.clients.forEach((socket) => socket.terminate());
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** A tenant, whose Nginx is a server of the test on the loopback address. */
export interface Site {
  readonly tenant: string;
  readonly names: readonly string[];
  readonly port: number;
  /** What the customer is called; undefined: the tenant's name. */
  readonly company?: string;
  /** Default: running. */
  readonly state?: "running" | "suspended";
  /** How a visit wakes it. Default: none does. */
  readonly wake?: Wake;
}

export interface EdgeSettings {
  readonly edge: Edge;
  readonly authorityName: string;
  readonly sites: readonly Site[];
}

const fleetSecret = "secret-of-the-fleet";

/** What a tenant of the tests knows the edge by. */
export const secretOf = (tenant: string): string => edgeSecretOf(fleetSecret, tenant);

function route({ tenant: name, names, port, company = name, state = "running", wake }: Site): string {
  const edge = { names, domains: [], unproven: [], address: "127.0.0.1" };
  return routeOf({ name, state, ports: { http: 0, edge: port }, edge, company, wake });
}

/** An answer to `ask`. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The real program, with a rendered configuration in which only ports and folders are those of the test. */
export class Caddy {
  readonly folder = mkdtempSync(join(tmpdir(), "odoo-fleet-caddy-"));
  private readonly config = join(this.folder, "merged.json");
  private readonly program = execFileSync("setup/caddy.sh", { encoding: "utf8" }).trim();
  private process?: ChildProcess;
  output = "";

  /** @param ports for HTTP, HTTPS, health, what is said of the waker, and the administration. */
  constructor(readonly ports: Record<"http" | "https" | "health" | "waker" | "admin", number>) {
    mkdirSync(join(this.folder, "data"));
    mkdirSync(join(this.folder, "waker"));
  }

  static async withFreePorts(): Promise<Caddy> {
    const [http, https, health, waker, admin] = await freePorts(5);
    return new Caddy({ http: http!, https: https!, health: health!, waker: waker!, admin: admin! });
  }

  /** Looks for what is to be renewed each second, instead of each ten minutes. */
  write({ edge, authorityName, sites }: EdgeSettings, files: Readonly<Record<string, string>> = {}): void {
    const conf = renderCaddyFiles({ edge, authorityName, address: "127.0.0.1" });
    const own = {
      [edgeFiles.running]: conf.running,
      [edgeFiles.suspended]: conf.suspended,
      [edgeFiles.wakeable]: conf.wakeable,
    };
    const all = { ...own, [edgeFiles.config]: this.adapted(conf.config), [edgeFiles.secret]: fleetSecret, ...files };
    for (const [name, content] of Object.entries(all)) {
      const inFolder = content
        .replaceAll("/tmp/waker", join(this.folder, "waker"))
        .replaceAll('"/data/', `"${this.folder}/`);
      writeFileSync(join(this.folder, name), inFolder);
    }
    // As the edge's container does.
    const input = sites.map((site) => `${route(site)}\n`).join("");
    writeFileSync(join(this.folder, "routes"), input);
    const merged = execFileSync("sh", ["images/edge/odoo-fleet-routes", this.folder], { input, encoding: "utf8" });
    writeFileSync(this.config, merged);
  }

  private adapted(conf: string): string {
    const { http, https, health, waker, admin } = this.ports;
    return conf
      .replaceAll(`"http_port":${caddyPorts.http}`, `"http_port":${http}`)
      .replaceAll(`"https_port":${caddyPorts.https}`, `"https_port":${https}`)
      .replaceAll(`"127.0.0.1:${caddyPorts.health}"`, `"127.0.0.1:${health}"`)
      .replaceAll(`":${caddyPorts.waker}"`, `"127.0.0.1:${waker}"`)
      .replaceAll('"localhost:2019"', `"127.0.0.1:${admin}"`)
      .replaceAll('"/data"', JSON.stringify(join(this.folder, "data")))
      .replaceAll(`"${configFolder}/`, `"${this.folder}/`)
      .replace('"automation":{', '"automation":{"renew_interval":"1s",');
  }

  /** What `caddy validate` says of the configuration. @throws when it refuses it. */
  validate(): string {
    return execFileSync(this.program, ["validate", "--config", this.config], { encoding: "utf8", stdio: "pipe" });
  }

  async start(): Promise<void> {
    const env = { ...process.env, HOME: this.folder, XDG_DATA_HOME: this.folder, XDG_CONFIG_HOME: this.folder };
    const { http, https } = this.ports;
    const listening = ["images/edge/odoo-fleet-sockets", "127.0.0.1", `${http}`, `${https}`];
    const args = [...listening, this.program, "run", "--config", this.config];
    this.process = spawn("perl", args, { env, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.process.stdout!, this.process.stderr!]) {
      stream.on("data", (piece) => (this.output += String(piece)));
    }
    await until(async () => (await fetch(`http://127.0.0.1:${this.ports.health}/`)).status === 200);
  }

  reload(): void {
    execFileSync(this.program, this.reloading(), { stdio: "pipe" });
  }

  /** The same, while this process goes on. */
  async reloadAside(): Promise<void> {
    await promisify(execFile)(this.program, this.reloading());
  }

  /**
   * Runs beside it what orders again for names without a certificate, as the edge's container does, and takes over the configuration each time that this
   * asks for it.
   *
   * @param seconds between two looks.
   * @returns ends it, and says how often it asked.
   */
  followCertificates(seconds: number): () => number {
    const [routes, loaded] = [join(this.folder, "routes"), join(this.folder, "loaded")];
    writeFileSync(loaded, "loaded");
    const env = {
      ...process.env,
      ODOO_FLEET_HTTPS: `127.0.0.1:${this.ports.https}`,
      ODOO_FLEET_CERTIFICATE_SECONDS: `${seconds}`,
    };
    const script = ["images/edge/odoo-fleet-certificates", routes, loaded];
    const looking = spawn("sh", script, { env, stdio: "ignore", detached: true });
    let asked = 0;
    const watching = setInterval(() => {
      if (readFileSync(loaded, "utf8") === "") {
        asked += 1;
        writeFileSync(loaded, "loaded");
        this.reload();
      }
    }, 200);
    return () => {
      clearInterval(watching);
      process.kill(-looking.pid!, "SIGKILL");
      return asked;
    };
  }

  private reloading(): string[] {
    return ["reload", "--config", this.config, "--force", "--address", `127.0.0.1:${this.ports.admin}`];
  }

  /** Certificate of its own authority. */
  root(): string {
    return readFileSync(join(this.folder, "data", "pki", "authorities", "local", "root.crt"), "utf8");
  }

  /** Asks over HTTPS for a name. @param sni the name of the handshake, where it is another one. */
  ask(
    name: string,
    path: string,
    {
      ca,
      sni = name,
      method = "GET",
      headers = {},
    }: { ca: string; sni?: string; method?: string; headers?: Record<string, string> },
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const { https: port } = this.ports;
      const options = {
        host: "127.0.0.1",
        port,
        path,
        method,
        ca,
        servername: sni,
        headers: { Host: name, ...headers },
        agent: false,
      };
      request(options, (answer) => {
        let body = "";
        answer.on("data", (piece) => (body += String(piece)));
        answer.on("end", () => resolve({ status: answer.statusCode!, headers: answer.headers, body }));
      })
        .on("error", reject)
        .end();
    });
  }

  /** The most memory that it has had, MiB. */
  peakMiB(): number {
    const [, kB] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.process!.pid!}/status`, "utf8"))!;
    return Number(kB) / 1024;
  }

  /** Starts it anew, with what it has stored. @param meanwhile is called while it is away. */
  async restart(meanwhile: () => void): Promise<void> {
    await this.end();
    meanwhile();
    await this.start();
  }

  async stop(): Promise<void> {
    await this.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** As the engine stops the edge's container. */
  async end(): Promise<void> {
    const running = this.process;
    if (running?.exitCode === null && running.signalCode === null) {
      const ended = new Promise((resolve) => running.on("exit", resolve));
      running.kill(edgeStop.signal);
      const wall = setTimeout(() => running.kill("SIGKILL"), edgeStop.seconds * 1000);
      await ended;
      clearTimeout(wall);
    }
  }
}
