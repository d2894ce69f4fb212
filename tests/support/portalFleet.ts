import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { CliStack, projectFolder } from "./cliStack";
import { engine, execIn, objectsOf } from "./engine";
import { MailServer } from "./mailServer";
import { eventually } from "./odooClient";
import { pack } from "./policyPack";

const run = promisify(execFile);

/** Where a fleet with a portal is on this machine, and what it sells. */
interface PortalFleetSettings {
  /** Tells the test files apart: the second part of the host's networks. */
  readonly index: number;
  /** The portal's slot; those after it are sold. */
  readonly slot: number;
  /** Of the edge, for HTTPS; the next one is for HTTP. */
  readonly port: number;
  readonly plans: Readonly<Record<string, object>>;
  /** The fleet's own, which the portal's refer to. */
  readonly fleetPlans?: Readonly<Record<string, object>>;
}

/** A fleet with a portal behind its edge, the worker of the portal, and a mail server. */
export class PortalFleet {
  readonly stack: CliStack;
  /** Folder of the worker. */
  readonly worker = join(mkdtempSync(join(tmpdir(), "odoo-fleet-worker-")), "worker");
  mail!: MailServer;
  /** Certificate of the edge's own authority. */
  ca!: string;

  constructor(
    name: string,
    private readonly settings: PortalFleetSettings,
  ) {
    this.stack = new CliStack(name, settings.index);
  }

  /** Name of a container of the portal's. */
  container(service: string): string {
    return `${this.stack.environment}-portal-${service}`;
  }

  declaration(): Record<string, unknown> {
    const { index, slot, port, plans, fleetPlans } = this.settings;
    // The engine's address on the portal's front network, by which its containers reach this machine.
    const offset = slot * 64 + 33;
    const machine = `10.${index}.${Math.floor(offset / 256)}.${offset % 256}`;
    return {
      ...(fleetPlans && { plans: fleetPlans }),
      edge: { domain: "localhost", certificates: "internal", httpPort: port + 1, httpsPort: port },
      portal: {
        slot,
        slots: { local: { from: slot + 1, to: slot + 2 } },
        plans,
        mail: { smtp: `${machine}:${this.mail.port}`, from: "portal@example.com", requireTls: false },
      },
    };
  }

  /** Brings it up, judged by the policy pack. @returns what the CLI printed. */
  async start(): Promise<string> {
    execFileSync("setup/setup.sh", ["portal"], { cwd: projectFolder, stdio: "inherit" });
    this.mail = await MailServer.start(0);
    await this.stack.init();
    this.stack.configure(this.declaration());
    const output = await this.stack.mustUp(
      "--policy-pack",
      pack,
      "--policy-pack-config",
      join(pack, "config", "dev.json"),
    );
    const authority = "/data/pki/authorities/local/root.crt";
    this.ca = (await execIn(`${this.stack.environment}-edge`, ["cat", authority])).output;
    return output;
  }

  /** Starts or stops the worker, as `make portal` does. */
  async workerTool(...args: string[]): Promise<void> {
    await run("tools/portal-worker.sh", args, this.options);
  }

  /** Writes what the worker needs. @returns whether that is `changed`, or `unchanged`. */
  async writeWorkerFiles(): Promise<string> {
    const { environment, configFile } = this.stack;
    const { stdout } = await run(
      process.execPath,
      [
        ...["--require", "tsx/cjs", "tools/portalWorker.ts", environment, "--config-file", configFile],
        ...["--folder", this.worker, "--policy-pack-config", join(pack, "config", "dev.json")],
      ],
      this.options,
    );
    return stdout.trim();
  }

  /** The link of the newest mail with one to such a page, once it came after so many others. */
  async mailedLink(page: string, after: number): Promise<string> {
    const link = new RegExp(`https://\\S+/${page}#[\\w-]{43}`);
    const found = await eventually(
      () =>
        Promise.resolve(
          this.mail.mails
            .slice(after)
            .filter(({ text }) => link.test(text))
            .at(-1),
        ),
      (mail) => mail !== undefined,
      30,
    );
    return link.exec(found!.text)![0];
  }

  /** Removes all of it, also what was ordered. @param kept volumes of which no stack knows, as of what there was before a restore. */
  async stop(kept: readonly string[] = []): Promise<void> {
    await this.workerTool("stop", this.worker);
    await run("tools/portal-tenants.sh", ["remove", `odoo-fleet-portal-${this.stack.environment}`], this.options);
    await this.stack.destroy();
    await this.mail.stop();
    rmSync(join(this.worker, ".."), { recursive: true, force: true });
    for (const volume of kept) {
      await engine.getVolume(volume).remove();
    }
    expect(await objectsOf(this.stack.environment)).toEqual([]);
  }

  private get options() {
    return { cwd: projectFolder, env: { ...process.env, ...this.stack.environmentVariables } };
  }
}
