import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { Resolver } from "node:dns/promises";
import { fileURLToPath } from "node:url";
import { setTimeout as delay } from "node:timers/promises";
import { freePorts } from "../../../tests/support/freePorts.js";

/** A DNS server of the tests' own, which answers what it was told: that of Pebble, an authority for tests. */
export class DnsServer {
  /** Asks it. */
  readonly resolver: Resolver;
  private readonly management: string;
  private readonly server: ChildProcess;

  private constructor(server: ChildProcess, dns: number, management: number) {
    this.server = server;
    this.management = `http://127.0.0.1:${management}`;
    this.resolver = new Resolver({ timeout: 500, tries: 2 });
    this.resolver.setServers([`127.0.0.1:${dns}`]);
  }

  static async start(): Promise<DnsServer> {
    const setup = fileURLToPath(new URL("../../../setup/pebble.sh", import.meta.url));
    const folder = execFileSync(setup, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).trim();
    const [dns, management] = (await freePorts(2)) as [number, number];
    const without = ["-http01", "", "-https01", "", "-tlsalpn01", "", "-doh", ""];
    // What nobody told it of is nowhere.
    const nowhere = ["-defaultIPv4", "", "-defaultIPv6", ""];
    const listens = ["-dnsserver", `127.0.0.1:${dns}`, "-management", `127.0.0.1:${management}`];
    const server = spawn(`${folder}/pebble-challtestsrv`, [...without, ...nowhere, ...listens], { stdio: "ignore" });
    const started = new DnsServer(server, dns, management);
    for (const deadline = Date.now() + 20_000; ; await delay(50)) {
      try {
        await started.tell("clear-txt", { host: "nobody.test." });
        return started;
      } catch (error) {
        if (Date.now() > deadline) {
          server.kill();
          throw error;
        }
      }
    }
  }

  /** Has a name lead to addresses; none: it leads nowhere. */
  async leads(name: string, ...addresses: readonly string[]): Promise<void> {
    await this.tell("clear-a", { host: `${name}.` });
    if (addresses.length > 0) {
      await this.tell("add-a", { host: `${name}.`, addresses });
    }
  }

  /** Publishes a TXT record; undefined: takes it away. */
  async publishes(name: string, value: string | undefined): Promise<void> {
    await this.tell("clear-txt", { host: `${name}.` });
    if (value !== undefined) {
      await this.tell("set-txt", { host: `${name}.`, value });
    }
  }

  stop(): void {
    this.server.kill();
  }

  private async tell(what: string, body: object): Promise<void> {
    const answer = await fetch(`${this.management}/${what}`, { method: "POST", body: JSON.stringify(body) });
    if (!answer.ok) {
      throw new Error(`the DNS server answers ${answer.status} to ${what}`);
    }
  }
}
