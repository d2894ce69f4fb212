import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testSettings } from "./settings.ts";
import { started } from "./started.ts";

/** Of Node.js, as `tools/portal-worker.sh` has them. */
const workerOptions = ["--max-semi-space-size=1"];

/** Where the worker's processes of a test run, and what they are told. */
export interface Surroundings {
  readonly cwd: URL;
  readonly env: NodeJS.ProcessEnv;
}

/** Workers as processes, on the real engine, with a state of their own. Two tests at once have other environments, subnets and slots. */
export class RealWorkers {
  /** Has their settings and secrets; their states are in its folder `state`. */
  readonly folder = mkdtempSync(join(tmpdir(), "odoo-fleet-portal-worker-"));
  private readonly fleet: object;
  private readonly processes: ChildProcess[] = [];

  /**
   * @param environment of what they make.
   * @param subnetBase of the host's networks.
   * @param databaseUrl of the portal's database.
   * @param changes of the portal's settings.
   */
  constructor(
    environment: string,
    subnetBase: string,
    databaseUrl: string,
    changes: Readonly<Record<string, unknown>>,
  ) {
    const standIns = new URL("../../../build/offline-images.json", import.meta.url);
    const images = existsSync(standIns) ? { images: JSON.parse(readFileSync(standIns, "utf8")) as object } : {};
    this.fleet = { environment, hosts: { local: { subnetBase } }, ...images };
    mkdirSync(join(this.folder, "state"));
    writeFileSync(join(this.folder, "url"), databaseUrl);
    writeFileSync(join(this.folder, "passphrase"), "passphrase of a test");
    writeFileSync(join(this.folder, "webhook-secret"), "0123456789abcdef".repeat(2));
    writeFileSync(join(this.folder, "settings.json"), JSON.stringify(testSettings(changes)));
  }

  get surroundings(): Surroundings {
    return {
      cwd: new URL("../..", import.meta.url),
      env: {
        ...process.env,
        PORTAL_DATABASE_URL_FILE: join(this.folder, "url"),
        PORTAL_SETTINGS: join(this.folder, "settings.json"),
        PORTAL_WORKER_SETTINGS: join(this.folder, "worker.json"),
        PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}?metadata=skip`,
        PULUMI_CONFIG_PASSPHRASE_FILE: join(this.folder, "passphrase"),
        PORTAL_WEBHOOK_SECRET_FILE: join(this.folder, "webhook-secret"),
      },
    };
  }

  /**
   * Starts one, and waits until it takes jobs.
   *
   * @param levels of the policy pack's rules, where they differ.
   */
  async start(levels: object = {}): Promise<ChildProcess> {
    const config = join(this.folder, "levels.json");
    writeFileSync(config, JSON.stringify(levels));
    writeFileSync(join(this.folder, "worker.json"), JSON.stringify({ fleet: this.fleet, policyPackConfig: config }));
    const worker = spawn(process.execPath, [...workerOptions, "start.mjs", "worker"], {
      ...this.surroundings,
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.processes.push(worker);
    await started(worker);
    // What it prints from now on is nobody's; a pipe that is full would stop it.
    worker.stdout.resume();
    return worker;
  }

  /** Processes that have the lock of a tenant's stack, or were killed while they had it. */
  locks(tenant: string): number[] {
    const folder = join(this.folder, "state/.pulumi/locks/organization/odoo-fleet-portal", tenant);
    return (existsSync(folder) ? readdirSync(folder) : []).flatMap((name) => {
      try {
        return [(JSON.parse(readFileSync(join(folder, name), "utf8")) as { pid: number }).pid];
      } catch {
        // It was released, or isn't written yet.
        return [];
      }
    });
  }

  /** The CLI by which a worker is at a tenant's stack now; undefined when it is at none, or reads only. */
  cliAt(worker: ChildProcess, tenant: string): number | undefined {
    const clis = clisOf(worker);
    return this.locks(tenant).find((pid) => clis.includes(pid));
  }

  /** Kills those that run, and forgets their states. */
  async end(): Promise<void> {
    for (const worker of this.processes.filter(
      ({ exitCode, signalCode }) => exitCode === null && signalCode === null,
    )) {
      worker.kill("SIGKILL");
      await once(worker, "exit");
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A process that lives, with its parent and the name of its program. */
interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly program: string;
}

/** What a process started and what that started, as the kernel has it now. */
export function descendants(pid: number): RunningProcess[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // "PID (PROGRAM) STATE PARENT"; a program's name may hold blanks and brackets. One that ended isn't there any more, or a zombie.
        const [, program, state, parent] = /^\d+ \((.*)\) (\S) (\d+)/s.exec(
          readFileSync(`/proc/${name}/stat`, "utf8"),
        )!;
        return state === "Z" ? [] : [{ pid: Number(name), parent: Number(parent), program: program! }];
      } catch {
        return [];
      }
    });
  const below = (parent: number): RunningProcess[] =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  return below(pid);
}

/** The Pulumi CLIs that a worker runs now. */
export function clisOf(worker: ChildProcess): number[] {
  return descendants(worker.pid!)
    .filter(({ parent, program }) => parent === worker.pid && program === "pulumi")
    .map(({ pid }) => pid);
}
