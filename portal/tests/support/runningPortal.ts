import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Database } from "../../src/database/connect.ts";
import { migrate } from "../../src/database/migrate.ts";
import { TenantQueue } from "../../src/jobs/queue.ts";
import { notePlanContents, planContents } from "../../src/plans/planContents.ts";
import { runJob } from "../../src/worker/runJob.ts";
import type { Settings } from "../../src/settings.ts";
import { webhookSecret } from "./api.ts";
import { FakeProvisioner } from "./fakeProvisioner.ts";
import { clientSecret } from "./oidcService.ts";
import { MailServer } from "./mailServer.ts";
import { Postgres } from "./postgres.ts";
import { testSettings } from "./settings.ts";
import { started } from "./started.ts";
import { freePorts } from "../../../tests/support/freePorts.js";

/** The portal as it runs: its web process, PostgreSQL, a mail server, and a worker that makes nothing. */
export class RunningPortal {
  readonly provisioner = new FakeProvisioner();
  /** Where its web process listens. */
  readonly address: string;
  readonly mail: MailServer;
  /** Where the portal keeps what it knows. */
  database!: Database;
  databaseUrl!: string;
  settings!: Settings;
  private web = 0;
  private readonly ends: (() => Promise<unknown>)[] = [];

  private constructor(host: string, port: number, mail: MailServer) {
    this.address = `http://${host}:${port}`;
    this.mail = mail;
  }

  /**
   * Starts all of it; what was started is ended when something fails.
   *
   * @param host under which it is reached.
   * @param changes of its settings.
   * @param startPostgres starts its PostgreSQL; by default it is the one that the run's files share.
   * @param variables of its web process, besides those that it needs.
   */
  static async start(
    host = "127.0.0.1",
    changes: Readonly<Record<string, unknown>> = {},
    startPostgres: () => Promise<Postgres> = () => Postgres.shared(),
    variables: Readonly<Record<string, string>> = {},
  ): Promise<RunningPortal> {
    const [port] = (await freePorts(1)) as [number];
    const portal = new RunningPortal(host, port, await MailServer.start());
    portal.ends.push(() => portal.mail.stop());
    try {
      await portal.begin(port, changes, startPostgres, variables);
    } catch (error) {
      await portal.stop();
      throw error;
    }
    return portal;
  }

  /** Where it is reached, as its settings have it. */
  get origin(): string {
    return this.settings.origin;
  }

  /** Memory that its web process has for itself, MiB. */
  webMiB(): number {
    return ownMiB(this.web);
  }

  /** Ends all of it. */
  async stop(): Promise<void> {
    for (const end of this.ends.reverse()) {
      await end();
    }
  }

  /**
   * The link of the newest mail that has one, of the `count`-th and those after it.
   *
   * @throws Error when none comes within 20 s.
   */
  async mailedLink(count: number): Promise<string> {
    for (const deadline = Date.now() + 20_000; ; await delay(50)) {
      // What else is mailed meanwhile, as that an invoice is paid, has no such link.
      const links = this.mail.mails
        .slice(count - 1)
        .flatMap((mail) => /^(http\S+#[\w-]+)\r$/m.exec(mail.replaceAll("=\r\n", ""))?.[1] ?? []);
      if (links.length > 0) {
        return links.at(-1)!;
      }
      if (Date.now() > deadline) {
        throw new Error(`${this.mail.mails.length} mails came; expected one with a link, the ${count}. or later`);
      }
    }
  }

  private async begin(
    port: number,
    changes: Readonly<Record<string, unknown>>,
    startPostgres: () => Promise<Postgres>,
    variables: Readonly<Record<string, string>>,
  ): Promise<void> {
    const postgres = await startPostgres();
    this.ends.push(() => postgres.stop());
    const { database, url } = await postgres.newDatabase();
    const folder = await mkdtemp(join(tmpdir(), "odoo-fleet-portal-"));
    this.ends.push(() => rm(folder, { recursive: true }));
    const settings = testSettings({
      origin: this.address,
      listen: { port },
      requestsPerMinute: 100_000,
      termsUrl: "https://provider.example.com/terms",
      mail: { host: "127.0.0.1", port: this.mail.port, from: "portal@example.com", requireTls: false },
      ...changes,
    });
    this.settings = settings;
    const file = async (name: string, text: string): Promise<string> => {
      await writeFile(join(folder, name), text);
      return join(folder, name);
    };
    const exports = join(folder, "exports");
    await mkdir(exports);
    this.databaseUrl = url;
    const env = {
      ...variables,
      PORTAL_SETTINGS: await file("settings.json", JSON.stringify(settings)),
      PORTAL_DATABASE_URL_FILE: await file("url", url),
      PORTAL_EXPORTS: exports,
      PORTAL_SESSION_SECRET_FILE: await file("secret", "0123456789abcdef".repeat(2)),
      PORTAL_OIDC_SECRETS_FILE: await file(
        "oidc",
        JSON.stringify(Object.fromEntries(Object.keys(settings.oidc ?? {}).map((id) => [id, clientSecret]))),
      ),
      PORTAL_STRIPE_WEBHOOK_SECRET_FILE: await file("stripe", webhookSecret),
    };
    this.database = database;
    this.ends.push(() => database.destroy());
    await migrate(database);
    const fleet = { environment: "prod", hosts: { local: {} }, plans: { team: { memory: 3072, cpus: 2, users: 16 } } };
    await notePlanContents(database, planContents({ fleet }, settings));
    const queue = await TenantQueue.open(url, true);
    this.ends.push(() => queue.close());
    const parts = { database, settings, queue, provisioner: this.provisioner, exports: { folder: exports } };
    await queue.work(2, (job, signal) => runJob(parts, job, signal));

    const web: ChildProcess = spawn(process.execPath, ["start.mjs", "web"], {
      cwd: new URL("../..", import.meta.url),
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.web = web.pid!;
    this.ends.push(async () => {
      if (web.exitCode === null) {
        web.kill("SIGKILL");
        await once(web, "exit");
      }
    });
    await started(web);
  }
}

/** Memory that a process has for itself, MiB. */
export function ownMiB(pid: number): number {
  const [, kilobytes] = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))!;
  return Number(kilobytes) / 1024;
}
