import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "./caddy";
import { freePorts } from "./freePorts";

/**
 * A DNS provider: BIND, which has a zone in which every name leads to this machine, and lets who has its key publish TXT records
 * (RFC 2136, RFC 8945).
 */
export class Bind {
  /** What updates are signed with, Base64. */
  readonly secret = randomBytes(32).toString("base64");
  /** What it said. */
  output = "";
  private readonly folder = mkdtempSync(join(tmpdir(), "odoo-fleet-bind-"));
  private port = 0;
  private process?: ChildProcess;

  /**
   * @param zone a domain.
   * @param address of this machine that it listens on.
   */
  constructor(
    private readonly zone: string,
    private readonly address: string,
  ) {}

  /** `ADDRESS:PORT`. */
  get server(): string {
    return `${this.address}:${this.port}`;
  }

  /** What lego's provider `rfc2136` asks it with, but for the secret. */
  get credentials(): Record<string, string> {
    return {
      RFC2136_NAMESERVER: this.server,
      RFC2136_TSIG_KEY: "fleet.",
      RFC2136_TSIG_ALGORITHM: "hmac-sha256.",
    };
  }

  async start(): Promise<void> {
    this.port = (await freePorts(1))[0]!;
    const { zone, address, port, folder } = this;
    const records = [
      `$TTL 5`,
      `@ SOA ns.${zone}. admin.${zone}. 1 60 60 60 5`,
      `@ NS ns.${zone}.`,
      `ns A ${address}`,
      `* A 127.0.0.1`,
    ];
    writeFileSync(join(folder, "zone"), `${records.join("\n")}\n`);
    writeFileSync(
      join(folder, "named.conf"),
      `options {
        directory "${folder}"; pid-file "named.pid"; session-keyfile "session.key"; managed-keys-directory "${folder}";
        listen-on port ${port} { ${address}; }; listen-on-v6 { none; };
        recursion no; dnssec-validation no; notify no;
      };
      controls { };
      key "fleet." { algorithm hmac-sha256; secret "${this.secret}"; };
      zone "${zone}" { type primary; file "zone"; update-policy { grant "fleet." subdomain ${zone}. TXT; }; };`,
    );
    const program = execFileSync("setup/bind.sh", { encoding: "utf8" }).trim();
    this.process = spawn(program, ["-g", "-c", join(folder, "named.conf")], { stdio: ["ignore", "ignore", "pipe"] });
    this.process.stderr!.on("data", (piece) => (this.output += String(piece)));
    await until(() => this.output.includes("all zones loaded"));
  }

  async stop(): Promise<void> {
    if (this.process?.exitCode === null) {
      const ended = new Promise((resolve) => this.process!.on("exit", resolve));
      this.process.kill("SIGKILL");
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
