/** A tenant in a stack of its own, of another project than a fleet's, as who embeds the library has it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { type EngineEvent, LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import {
  createTenant,
  type Recovery,
  type RecoveryOptions,
  recoverTenants,
  type RestoreSettings,
  type TenantSettings,
} from "../../components";
import { baseImages } from "./cliStack";

export class OwnStack {
  /**
   * @param settings of the fleet without its tenants, with its environment and hosts.
   * @param folder of its backend.
   */
  constructor(
    private readonly settings: TenantSettings & RestoreSettings,
    private readonly slot: number,
    private readonly folder = mkdtempSync(join(tmpdir(), "odoo-fleet-test-")),
  ) {}

  /** Brings it up. @param more keys of the tenant. */
  async up(more: object = {}): ReturnType<Stack["up"]> {
    return (await this.stack(more)).up();
  }

  /**
   * Brings it up once the engine was asked what there is.
   *
   * @returns what that changed, by what; empty: everything was as it is declared.
   */
  async changes(more: object = {}): Promise<string[]> {
    const changes: string[] = [];
    const note = ({ resourcePreEvent }: EngineEvent): void => {
      const { op, urn, detailedDiff } = resourcePreEvent?.metadata ?? {};
      if (op !== undefined && !["same", "refresh"].includes(op)) {
        changes.push(`${op} ${urn!.split("::").at(-1)} by ${Object.keys(detailedDiff ?? {}).join(" ")}`);
      }
    };
    await (await this.stack(more)).up({ refresh: true, onEvent: note });
    return changes;
  }

  /** Removes it, with its data, if it is there. */
  async dispose(): Promise<void> {
    // It was removed already, or never brought up.
    if (!existsSync(join(this.folder, ".pulumi"))) {
      rmSync(this.folder, { recursive: true, force: true });
      return;
    }
    const stack = await this.stack({ state: "decommissioned", withoutLastBackup: "never used" });
    await stack.up();
    await stack.destroy();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Brings it back as after the loss of its host. @param more keys of the tenant. */
  recover(options: RecoveryOptions = {}, more: object = {}): Promise<Recovery> {
    return recoverTenants([{ settings: this.settingsWith(more), stack: () => this.stack(more) }], options);
  }

  /** The same as a process of its own, which can be killed, and can load what is no CommonJS. @param watch is told what it says, as it comes. */
  async recoverApart(
    options: Pick<RecoveryOptions, "identity"> = {},
    more: object = {},
    watch: (line: string, child: ChildProcess) => void = () => undefined,
  ): Promise<{ readonly back: readonly string[]; readonly failed: readonly string[] } | undefined> {
    const script = join(__dirname, "recoverOwnStack.ts");
    const child = spawn(process.execPath, ["--require", "tsx/cjs", script], { stdio: ["pipe", "pipe", "inherit"] });
    child.stdin.end(JSON.stringify({ settings: this.settings, slot: this.slot, folder: this.folder, options, more }));
    let last = "";
    for await (const line of createInterface(child.stdout)) {
      watch((last = line), child);
    }
    return child.killed ? undefined : (JSON.parse(last) as { back: string[]; failed: string[] });
  }

  /** Ends its erasure, by a process of its own. @throws with what that complains of. */
  async eraseApart(host: string): Promise<void> {
    const script = join(__dirname, "eraseOwnStack.ts");
    const child = spawn(process.execPath, ["--require", "tsx/cjs", script], { stdio: ["pipe", "inherit", "pipe"] });
    child.stdin.end(JSON.stringify({ ...baseImages(), ...this.settings, host }));
    const [complaint] = await Promise.all([text(child.stderr), once(child, "close")]);
    if (child.exitCode !== 0) {
      throw new Error(complaint);
    }
  }

  /** Loses its state, with that of whatever else is in its backend. */
  loseState(): void {
    readdirSync(this.folder).forEach((entry) => rmSync(join(this.folder, entry), { recursive: true }));
  }

  private settingsWith(more: object): TenantSettings & RestoreSettings {
    const { tenant } = this.settings;
    return { ...baseImages(), ...this.settings, tenants: { [tenant]: { slot: this.slot, ...more } } };
  }

  private stack(more: object): Promise<Stack> {
    const { environment, tenant } = this.settings;
    return LocalWorkspace.createOrSelectStack(
      {
        stackName: `${environment}-${tenant}`,
        projectName: "another-team",
        program: () => createTenant(this.settingsWith(more)),
      },
      {
        envVars: { PULUMI_CONFIG_PASSPHRASE: "passphrase of a test", PULUMI_SKIP_UPDATE_CHECK: "true" },
        projectSettings: {
          name: "another-team",
          runtime: "nodejs",
          backend: { url: `file://${this.folder}?metadata=skip` },
        },
      },
    );
  }
}
