import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import {
  ConcurrentUpdateError,
  type EngineEvent,
  LocalWorkspace,
  type OutputMap,
  PulumiCommand,
  type PulumiFn,
  type Stack,
  StackNotFoundError,
} from "@pulumi/pulumi/automation/index.js";
import {
  type BackupFacts,
  copyTenant,
  createTenant,
  decodeTenantOutputs,
  destroyEscrowedKeys,
  type EraseSettings,
  type ExportFacts,
  exportTenant,
  isLost,
  keepBackups,
  type LinkOffer,
  offerLogin,
  offerPassword,
  readBackups,
  readSizes,
  removeExport,
  removeRestored,
  removeUnrecorded,
  type RestoreSettings,
  restoreTenant,
  switchRestored,
  type TenantSizes,
  undoRestore,
} from "odoo-fleet";
import type { LinkPurpose } from "../database/passwordTables.ts";
import type { Phase } from "../jobs/jobs.ts";
import { killCliAfter } from "./killCli.ts";
import { forgetStates, mendStates } from "./formerStates.ts";
import { BrokenRules, packOptions } from "./policyPack.ts";
import type { Provisioner, RecoverableTenant, TenantSpec } from "./provisioner.ts";
import type { WorkerSettings } from "./workerSettings.ts";

/** What is declared of a tenant beside what it is made from. */
interface More {
  readonly state?: "running" | "suspended" | "decommissioned";
  readonly keepUntil?: string;
  readonly withoutLastBackup?: string;
}

/** Milliseconds that the CLI of a worker that died may still live: it was seen to end within one second. */
const lastBreath = 5000;

/** Makes each tenant in a Pulumi stack of its own, by the library. */
export class PulumiProvisioner implements Provisioner {
  private readonly settings: WorkerSettings;
  private readonly domain: string;
  private readonly fleetSecret: string | undefined;
  /** One for all: each would ask the CLI for its version first. */
  private readonly command = PulumiCommand.get();

  /**
   * @param domain what customers' addresses are below.
   * @param fleetSecret output of the stack that has the edges; undefined where the fleet has none.
   */
  constructor(settings: WorkerSettings, domain: string, fleetSecret: string | undefined) {
    this.settings = settings;
    this.domain = domain;
    this.fleetSecret = fleetSecret;
  }

  async create(tenant: TenantSpec, report: (phase: Phase) => void, signal: AbortSignal): Promise<string> {
    return decodeTenantOutputs(await this.up(tenant, {}, report, signal)).url;
  }

  async bring(
    tenant: TenantSpec,
    state: "running" | "suspended",
    report: (phase: Phase) => void,
    signal: AbortSignal,
  ): Promise<string> {
    return decodeTenantOutputs(await this.upMade(tenant, { state }, report, signal)).url;
  }

  async isLost(tenant: TenantSpec): Promise<boolean> {
    const stack = await this.stack(tenant);
    // Whoever had it held the tenant's lock too.
    await stack.cancel();
    return isLost(this.restoreSettings(tenant), stack);
  }

  lost(tenant: TenantSpec, state: "running" | "suspended", signal: AbortSignal): RecoverableTenant {
    const more = { state };
    return {
      settings: this.restoreSettings(tenant, more),
      stack: () => this.stack(tenant, more),
      up: (stack) => this.upOf(stack, () => undefined, signal),
    };
  }

  async restore(tenant: TenantSpec, at: Date, signal: AbortSignal): Promise<number> {
    return restoreTenant(this.restoreSettings(tenant), at, { ...tellOf(tenant), signal });
  }

  async undoRestore(tenant: TenantSpec, signal: AbortSignal): Promise<void> {
    await undoRestore(this.restoreSettings(tenant), { ...tellOf(tenant), signal });
  }

  async switchTo(tenant: TenantSpec, report: (phase: Phase) => void, signal: AbortSignal): Promise<string> {
    const stack = await this.stack(tenant);
    // Before a copy's first data its stack has none that could be gone.
    if (tenant.copyOf === undefined || tenant.restored > 1) {
      await this.demandData(tenant, stack);
    }
    await this.alone(stack, () => switchRestored(this.restoreSettings(tenant), stack));
    return decodeTenantOutputs(await this.upOf(stack, report, signal)).url;
  }

  async copy(tenant: TenantSpec, signal: AbortSignal): Promise<number> {
    const stack = await this.stack(tenant);
    if (tenant.restored === 0) {
      // Its volumes carry the stack's id.
      await this.upOf(stack, () => undefined, signal);
    }
    return copyTenant(this.restoreSettings(tenant), stack, { ...tellOf(tenant), signal });
  }

  async removeCopy(
    tenant: TenantSpec,
    other: number,
    report: (phase: Phase) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const state = { state: "decommissioned" } as const;
    const settings = this.restoreSettings(tenant, state);
    const stack = await this.stack(tenant, state);
    await this.alone(stack, () => switchRestored(settings, stack));
    await this.upOf(stack, report, signal);
    await this.destroy(stack);
    await removeRestored(settings, other);
  }

  async removeRestored(tenant: TenantSpec, generation: number): Promise<void> {
    await removeRestored(this.restoreSettings(tenant), generation);
  }

  async export(
    tenant: TenantSpec,
    state: "running" | "suspended",
    file: string,
    packing: () => void,
    signal: AbortSignal,
  ): Promise<ExportFacts> {
    return exportTenant(this.restoreSettings(tenant, { state }), file, { ...tellOf(tenant), packing, signal });
  }

  async offerLink(tenant: TenantSpec, purpose: LinkPurpose, offer: LinkOffer): Promise<void> {
    await (purpose === "login" ? offerLogin : offerPassword)(this.restoreSettings(tenant), offer);
  }

  async readBackups(tenant: TenantSpec): Promise<BackupFacts> {
    return readBackups(this.restoreSettings(tenant));
  }

  async readSizes(tenant: TenantSpec): Promise<TenantSizes> {
    return readSizes(this.restoreSettings(tenant));
  }

  async decommission(
    tenant: TenantSpec,
    keepUntil: string | undefined,
    report: (phase: Phase) => void,
    signal: AbortSignal,
  ): Promise<void> {
    report("backup");
    // What opens it goes with its containers, and so would the way to what a killed export has left.
    await removeExport(this.restoreSettings(tenant));
    await this.upMade(
      tenant,
      { state: "decommissioned", ...(keepUntil !== undefined && { keepUntil }) },
      report,
      signal,
    );
  }

  async erase(id: string, isOver: boolean, report: (phase: Phase) => void, signal: AbortSignal): Promise<void> {
    const { fleet } = this.settings;
    const program = () => keepBackups({ ...fleet, tenant: id } as Parameters<typeof keepBackups>[0]);
    const stack = await this.stackOf(id, program);
    // A worker that died has destroyed it, or the state was lost with the host.
    if (!isOver || !(await isEmpty(stack))) {
      const keptUntil = async (): Promise<string | undefined> =>
        (await this.upOf(stack, report, signal))["keptUntil"]?.value as string | undefined;
      let kept = await keptUntil();
      if (!isOver) {
        return;
      }
      // What kept them is lifted by the first run after their time, and the next one removes them.
      kept &&= await keptUntil();
      if (kept) {
        throw new Error(`the backups of tenant ${id} are kept until ${kept}, in UTC, by the clock of this machine`);
      }
      await this.alone(stack, () => stack.destroy());
    }
    // Where it was, nobody knows any more: its place is another's since it was deleted.
    for (const host of Object.keys(fleet["hosts"] as object)) {
      await destroyEscrowedKeys({ ...fleet, tenant: id, host } as unknown as EraseSettings, signal);
    }
    await this.forget(stack);
  }

  async removeUnserved(tenant: TenantSpec): Promise<void> {
    // What holds data is protected until it is decommissioned.
    const state = { state: "decommissioned", withoutLastBackup: "it never served" } as const;
    const settings = this.restoreSettings(tenant);
    // What a CLI that was killed had made, and no state knows, would keep networks and volumes in use.
    await removeUnrecorded(settings, await idsOf(await this.stack(tenant)));
    await this.up(tenant, state, () => undefined, new AbortController().signal);
    const stack = await this.stack(tenant, state);
    await this.alone(stack, () => stack.destroy());
    await removeUnrecorded(settings, new Set());
    await this.forget(stack);
  }

  /** Removes all of a stack. */
  private async destroy(stack: Stack): Promise<void> {
    await this.alone(stack, () => stack.destroy());
    await this.forget(stack);
  }

  /** Removes a stack's state and its former states, which have the secrets. */
  private async forget(stack: Stack): Promise<void> {
    await stack.workspace.removeStack(stack.name).catch((error: unknown) => {
      if (!(error instanceof StackNotFoundError)) {
        throw error;
      }
    });
    forgetStates(process.env["PULUMI_BACKEND_URL"], this.settings.project, stack.name);
  }

  private async up(
    tenant: TenantSpec,
    more: More,
    report: (phase: Phase) => void,
    signal: AbortSignal,
  ): Promise<OutputMap> {
    report("preparing");
    return this.upOf(await this.stack(tenant, more), report, signal);
  }

  /** The same of one that has served: made anew, it would serve its customer nothing, and nobody would notice. */
  private async upMade(
    tenant: TenantSpec,
    more: More,
    report: (phase: Phase) => void,
    signal: AbortSignal,
  ): Promise<OutputMap> {
    report("preparing");
    const stack = await this.stack(tenant, more);
    await this.demandData(tenant, stack);
    return this.upOf(stack, report, signal);
  }

  private async demandData(tenant: TenantSpec, stack: Stack): Promise<void> {
    if (await isLost(this.restoreSettings(tenant), stack)) {
      throw new Error(
        `host ${tenant.host} has nothing of what tenant ${tenant.id} had there: make recover HOST=${tenant.host} brings it back, see docs/recovery.md`,
      );
    }
  }

  private async upOf(stack: Stack, report: (phase: Phase) => void, signal: AbortSignal): Promise<OutputMap> {
    report("preparing");
    const broken = new BrokenRules();
    const onEvent = (event: EngineEvent): void => {
      broken.note(event);
      const phase = phaseOf(event);
      if (phase) {
        report(phase);
      }
    };
    // Of its history nobody reads the configuration, whose secrets would be decrypted for that.
    const options = { ...packOptions(this.settings), onEvent, signal, showSecrets: false };
    const stopWatching = killCliAfter(signal, stack.name);
    const run = (): ReturnType<Stack["up"]> => {
      // A CLI that begins later isn't told.
      signal.throwIfAborted();
      return stack.up(options);
    };
    const { outputs } = await broken.judge(() => this.alone(stack, run)).finally(stopWatching);
    // The CLI that is told to end says that it did, and nothing more.
    signal.throwIfAborted();
    return outputs;
  }

  private async stack(tenant: TenantSpec, more: More = {}): Promise<Stack> {
    return this.stackOf(tenant.id, () =>
      createTenant({
        ...this.declarationOf(tenant, more),
        ...(this.fleetSecret !== undefined && { fleetSecret: this.fleetSecret }),
      } as Parameters<typeof createTenant>[0]),
    );
  }

  private restoreSettings(tenant: TenantSpec, more: More = {}): RestoreSettings {
    return this.declarationOf(tenant, more) as unknown as RestoreSettings;
  }

  /** A fleet of one tenant; of a copy beside what it is of. */
  private declarationOf(tenant: TenantSpec, more: More = {}): object {
    const { id, copyOf } = tenant;
    const source = copyOf && { [copyOf.id]: this.tenantOf(copyOf) };
    return { ...this.settings.fleet, tenants: { ...source, [id]: this.tenantOf(tenant, more) }, tenant: id };
  }

  private tenantOf(tenant: TenantSpec, more: More = {}): object {
    const { fleet } = this.settings;
    const { sleepAfter, address, company, plan, odooVersion, modules, host, slot, restored, copyOf } = tenant;
    // A domain of the customer's own is his public address, where he has one.
    const domains = [...tenant.domains, `${address}.${this.domain}`];
    return {
      ...{ host, slot, plan, company, odoo: odooVersion },
      ...(modules.length > 0 && { modules }),
      // The address is the customer's choice and can change, the id is its name for good.
      ...(fleet["edge"] !== undefined && { domains, proven: domains }),
      ...(restored > 0 && { restored }),
      ...(copyOf && { copyOf: copyOf.id }),
      // It is the edge that wakes.
      ...(more.state === "suspended" &&
        fleet["edge"] !== undefined &&
        sleepAfter && { wakeOnRequest: true, sleepAfter }),
      ...more,
    };
  }

  private async stackOf(id: string, program: () => Promise<object>): Promise<Stack> {
    const { project } = this.settings;
    mendStates(process.env["PULUMI_BACKEND_URL"], project, id);
    return LocalWorkspace.createOrSelectStack(
      { stackName: id, projectName: project, program: program as PulumiFn },
      {
        pulumiCommand: await this.command,
        envVars: { PULUMI_SKIP_UPDATE_CHECK: "true", ...sameNode() },
        projectSettings: {
          name: project,
          runtime: "nodejs",
          ...(process.env["PULUMI_BACKEND_URL"] && { backend: { url: process.env["PULUMI_BACKEND_URL"] } }),
        },
      },
    );
  }

  /**
   * Runs something under the stack's lock. This worker has the tenant's lock, so whoever has the stack's is a CLI whose worker died: it
   * is given a moment to end, and then its lock is left over.
   */
  private async alone<Result>(stack: Stack, run: () => Promise<Result>): Promise<Result> {
    for (const wait of [() => delay(lastBreath), () => stack.cancel()]) {
      try {
        return await run();
      } catch (error) {
        if (!(error instanceof ConcurrentUpdateError)) {
          throw error;
        }
      }
      await wait();
    }
    return run();
  }
}

/** By which what the CLI starts, such as the policy pack, runs on the worker's own Node.js, and keeps what that compiled for the next tenant. */
function sameNode(): Record<string, string> {
  const cache = process.env["ODOO_FLEET_CACHE"] ?? join(homedir(), ".cache", "odoo-fleet");
  return {
    PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`,
    NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"] ?? join(cache, "compiled"),
  };
}

/** Whether a stack has nothing: it is new, or was destroyed. */
async function isEmpty(stack: Stack): Promise<boolean> {
  return (await resourcesOf(stack)).length === 0;
}

/** Ids of what a stack has. */
async function idsOf(stack: Stack): Promise<Set<string>> {
  return new Set((await resourcesOf(stack)).flatMap(({ id }) => id ?? []));
}

async function resourcesOf(stack: Stack): Promise<readonly { readonly id?: string }[]> {
  const { deployment } = (await stack.exportStack()) as { deployment: { resources?: { id?: string }[] } };
  return deployment.resources ?? [];
}

/** Says in the worker's log what becomes of a restore. */
function tellOf({ id }: TenantSpec): { readonly say: (text: string) => void } {
  return { say: (text) => console.log(`tenant ${id}: ${text}`) };
}

/** The phase that begins when a resource is being made. */
function phaseOf({ resourcePreEvent }: EngineEvent): Phase | undefined {
  const { type = "", urn = "" } = resourcePreEvent?.metadata ?? {};
  if (type === "docker:index/remoteImage:RemoteImage") {
    return "images";
  }
  if (type !== "docker:index/container:Container") {
    return undefined;
  }
  const service = /::[^:]*-(postgres|odoo|nginx)$/.exec(urn)?.[1];
  return service === "postgres" ? "database" : service === "odoo" ? "odoo" : service === "nginx" ? "entry" : undefined;
}
