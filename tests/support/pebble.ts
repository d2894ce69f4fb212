import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createPublicKey, sign, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "./caddy";
import { freePorts } from "./freePorts";

/** How the authority is. */
export interface AuthoritySettings {
  /** Ports that it asks to prove a name, as Let's Encrypt asks 80 and 443. */
  readonly validated: { readonly http: number; readonly https: number };
  /** Seconds that its certificates are valid. */
  readonly validitySeconds: number;
  /** `ADDRESS:PORT` of the DNS server that it asks. Default: its own. */
  readonly dns?: string;
}

/**
 * An authority of Let's Encrypt's own for tests, with the DNS server that it asks: every name leads to this machine, unless a test
 * says that it leads elsewhere.
 */
export class Pebble {
  private readonly folder = mkdtempSync(join(tmpdir(), "odoo-fleet-pebble-"));
  private readonly programs = execFileSync("setup/pebble.sh", { encoding: "utf8" }).trim();
  private dns?: ChildProcess;
  private authority?: ChildProcess;
  private ports: { dns: number; dnsControl: number; directory: number; control: number } = {
    ...{ dns: 0, dnsControl: 0, directory: 0, control: 0 },
  };
  /** What Pebble's own server is trusted by, PEM. */
  root = "";

  /** @param address of this machine at which it is asked: another one than the loopback's, for containers. */
  constructor(private readonly address = "127.0.0.1") {}

  get directory(): string {
    return `https://${this.address}:${this.ports.directory}/dir`;
  }

  async start(settings: AuthoritySettings): Promise<void> {
    const [dns, dnsControl, directory, control] = await freePorts(4);
    this.ports = { dns: dns!, dnsControl: dnsControl!, directory: directory!, control: control! };
    this.makeServerCertificate();
    this.dns = this.run("pebble-challtestsrv", [
      ...["-defaultIPv4", "127.0.0.1", "-defaultIPv6", "", "-dnsserver", `127.0.0.1:${dns}`, "-doh", ""],
      ...["-http01", "", "-https01", "", "-tlsalpn01", "", "-management", `127.0.0.1:${dnsControl}`],
    ]);
    await this.startAuthority(settings);
  }

  /** Starts the authority, which remembers nothing of an earlier one, neither accounts nor its own key. */
  async startAuthority({ validated, validitySeconds, dns }: AuthoritySettings): Promise<void> {
    const { directory, control } = this.ports;
    const config = {
      pebble: {
        listenAddress: `${this.address}:${directory}`,
        managementListenAddress: `127.0.0.1:${control}`,
        certificate: join(this.folder, "server.pem"),
        privateKey: join(this.folder, "server.key"),
        httpPort: validated.http,
        tlsPort: validated.https,
        profiles: { default: { description: "short", validityPeriod: validitySeconds } },
        retryAfter: { authz: 1, order: 1 },
      },
    };
    writeFileSync(join(this.folder, "pebble.json"), JSON.stringify(config));
    const args = ["-config", join(this.folder, "pebble.json"), "-dnsserver", dns ?? this.resolver];
    this.authority = this.run("pebble", args, "pipe");
    this.authority.stdout!.on("data", (piece) => (this.output += String(piece)));
    this.issuer = await answerOf(() => this.ask("GET", `https://127.0.0.1:${control}/roots/0`));
  }

  /** What it did, in lines that name what was asked for. */
  output = "";

  /** What its certificates are trusted by, PEM. Another one after each start. */
  issuer = "";

  async stopAuthority(): Promise<void> {
    await ended(this.authority);
  }

  /** Has a name lead nowhere, or here again. */
  async setAddress(name: string, address: string | undefined): Promise<void> {
    const [path, body] =
      address === undefined ? ["clear-a", { host: `${name}.` }] : ["add-a", { host: `${name}.`, addresses: [address] }];
    await fetch(`http://127.0.0.1:${this.ports.dnsControl}/${path}`, { method: "POST", body: JSON.stringify(body) });
  }

  /** Publishes a TXT record, or withdraws it. */
  async setText(name: string, value: string | undefined): Promise<void> {
    const [path, body] =
      value === undefined ? ["clear-txt", { host: `${name}.` }] : ["set-txt", { host: `${name}.`, value }];
    await fetch(`http://127.0.0.1:${this.ports.dnsControl}/${path}`, { method: "POST", body: JSON.stringify(body) });
  }

  /** Has a certificate be one that is to be renewed since an hour ago, to who asks (ARI, RFC 9773). @param certificate PEM. */
  async wantRenewed(certificate: string): Promise<void> {
    const [start, end] = [2, 1].map((hours) => new Date(Date.now() - hours * 3_600_000).toISOString());
    const ARIResponse = JSON.stringify({ suggestedWindow: { start, end } });
    const body = JSON.stringify({ Certificate: certificate, ARIResponse });
    await this.ask("POST", `https://127.0.0.1:${this.ports.control}/set-renewal-info/`, body);
  }

  /** Revokes a certificate, as who has its key may (RFC 8555, 7.6). @param certificate PEM. @param key PEM. */
  async revoke(certificate: string, key: string): Promise<void> {
    const directory = JSON.parse((await this.answer("GET", this.directory)).body) as Record<string, string>;
    const { headers } = await this.answer("GET", directory["newNonce"]!);
    const url = directory["revokeCert"]!;
    const encoded = (value: object | Buffer): string =>
      (Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value))).toString("base64url");
    const jwk = createPublicKey(key).export({ format: "jwk" });
    const head = encoded({ alg: "ES256", jwk, nonce: headers["replay-nonce"], url });
    const payload = encoded({ certificate: encoded(new X509Certificate(certificate).raw), reason: 1 });
    const signed = sign("sha256", Buffer.from(`${head}.${payload}`), { key, dsaEncoding: "ieee-p1363" });
    await this.ask("POST", url, JSON.stringify({ protected: head, payload, signature: encoded(signed) }));
  }

  /** Certificate and key of its own server, PEM. */
  get server(): { readonly cert: string; readonly key: string } {
    return { cert: this.root, key: readFileSync(join(this.folder, "server.key"), "utf8") };
  }

  /** Address of the DNS server, over UDP. */
  get resolver(): string {
    return `127.0.0.1:${this.ports.dns}`;
  }

  async stop(): Promise<void> {
    await Promise.all([ended(this.authority), ended(this.dns)]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private run(program: string, args: readonly string[], stdout: "ignore" | "pipe" = "ignore"): ChildProcess {
    const env = { ...process.env, PEBBLE_VA_NOSLEEP: "1", PEBBLE_WFE_NONCEREJECT: "0" };
    return spawn(join(this.programs, program), [...args], { env, stdio: ["ignore", stdout, "ignore"] });
  }

  private makeServerCertificate(): void {
    const [certificate, key] = [join(this.folder, "server.pem"), join(this.folder, "server.key")];
    execFileSync(
      "openssl",
      [
        ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"],
        ...["-subj", "/CN=127.0.0.1", "-addext", `subjectAltName=IP:127.0.0.1,IP:${this.address}`],
        ...["-keyout", key, "-out", certificate],
      ],
      { stdio: "pipe" },
    );
    this.root = readFileSync(certificate, "utf8");
  }

  private async ask(method: "GET" | "POST", url: string, sent?: string): Promise<string> {
    const { status, body } = await this.answer(method, url, sent);
    if (status !== 200) {
      throw new Error(`${url}: ${body}`);
    }
    return body;
  }

  private answer(
    method: "GET" | "POST",
    url: string,
    sent?: string,
  ): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
    return new Promise((resolve, reject) => {
      const headers = { "User-Agent": "test", "Content-Type": "application/jose+json" };
      request(url, { method, ca: this.root, agent: false, headers }, (answer) => {
        let body = "";
        answer.on("data", (piece: Buffer) => (body += piece.toString()));
        answer.on("end", () => resolve({ status: answer.statusCode!, headers: answer.headers, body }));
      })
        .on("error", reject)
        .end(sent);
    });
  }
}

/** The answer to a question that fails until it is there. */
async function answerOf(ask: () => Promise<string>): Promise<string> {
  let answer = "";
  await until(async () => (answer = await ask()) !== "");
  return answer;
}

async function ended(running: ChildProcess | undefined): Promise<void> {
  if (running?.exitCode === null && running.signalCode === null) {
    const end = new Promise((resolve) => running.on("exit", resolve));
    running.kill("SIGKILL");
    await end;
  }
}
