/**
 * `restore.ts STACK --config-file FILE --restores FOLDER --tenant NAME [--at TIME] [--from offsite] | [--dump FILE]`: restores a tenant
 * from its backups, or from their copies off the host, or from a dump of Odoo's own database manager, into new volumes, proves them,
 * and lets the tenant run on them; with `--confirm`, takes away the volumes that it had before, and with `--undo` lets it run on these again.
 * docs/backups.md says what it does. Exit codes: 0 done, 1 refused or failed, with a message that says in what state everything
 * is, 2 wrong use.
 */
import { readFileSync } from "node:fs";
import { engineClient } from "../components/host/engineClient";
import { ignoreAbsent } from "../components/host/engineErrors";
import { obstacleToRunning } from "../fleet/lifecycle/obstacleToRunning";
import { removeCommand, setCommand } from "../fleet/paths";
import { showTarget } from "../fleet/offsite";
import type { Fleet, Host, RunningTenant, Tenant } from "../fleet/types";
import { runInterruptible } from "./interruptible";
import { fleetOfStackFile } from "./stackFile";
import { placeTenant } from "./move/declaration";
import { StackCommands } from "./move/stack";
import { buildImages } from "../components/host/buildImages";
import { tenantOn } from "./move/target";
import { checkDump, clearDump, restoreDump } from "./restore/dump";
import { renameVolumes } from "./restore/state";
import { makeReady } from "./restore/undo";
import { clearCopies, copyBack, putInPlace } from "../components/restore/offsite";
import { copiesOf } from "./restore/copiesOf";
import { type Options, readOptions, usage } from "./restore/options";
import { RestoreJournal, type RestoreRecord } from "./restore/journal";
import {
  clear,
  flush,
  odooOfData,
  ownVolumes,
  removeOwn,
  restore,
  restoredTenant,
  RestoreError,
  type Restorer,
  stackIdOf,
} from "../components/restore/restorer";
import { showTime } from "../components/restore/time";
import { parseStackReference } from "./stackName";
import { replaceFile } from "./yamlFile";

/** From which volumes of a tenant to which others. */
interface Switch {
  readonly from: Tenant;
  readonly to: Tenant;
  /** Number of the others. */
  readonly generation: number;
  /** Whether the declaration has it already. */
  readonly isDone: boolean;
}

/** Numbers of the volumes that a finished restore left a tenant with, and of those that wait to be confirmed. */
function volumesOf({ step, generation }: RestoreRecord): { readonly own: number; readonly other: number } {
  return step === "undone" ? { own: generation - 1, other: generation } : { own: generation, other: generation - 1 };
}

/** What a run works with. */
class Run {
  readonly journal: RestoreJournal;
  readonly stack: StackCommands;
  private readonly environment: string;
  private readonly file: string;

  constructor(
    private readonly options: Options,
    private readonly signal: AbortSignal,
  ) {
    this.environment = parseStackReference(options.stack).environment;
    this.file = `Pulumi.${this.environment}.yaml`;
    this.journal = new RestoreJournal(options.restores, this.environment, options.tenant);
    this.stack = new StackCommands(options.stack);
  }

  readonly say = (text: string): void => console.log(`odoo-fleet: ${this.options.tenant}: ${text}`);

  async go(): Promise<void> {
    const other = this.journal.claim();
    if (other) {
      throw new RestoreError(
        `another make restore or make export of ${this.options.tenant} is under way: process ${other.pid}. Nothing was changed.`,
      );
    }
    const noted = this.journal.read();
    const isOver = noted !== undefined && (await this.isOver(noted));
    if (isOver) {
      this.journal.remove();
    }
    const begun = isOver ? undefined : noted;
    if (this.options.confirm) {
      return this.confirm(begun);
    }
    if (this.options.undo) {
      return this.undo(begun);
    }
    if (begun?.step === "undoing") {
      throw new RestoreError(`going back from an earlier restore was interrupted first: ${this.command("UNDO=yes")}`);
    }
    if (begun?.step === "restored" || begun?.step === "undone") {
      throw new RestoreError(`an earlier restore waits to be confirmed first: ${this.command("CONFIRM=yes")}`);
    }
    const record = begun?.step === "switching" ? begun : await this.begin(begun);
    if (begun?.step === "switching") {
      this.say("going on with the restore that was interrupted");
    }
    try {
      await this.switchOver(record);
    } catch (error) {
      throw new RestoreError(
        `${this.why(error)}\n${this.options.tenant} is between its volumes: the restored ones are proven, and the old ones are ` +
          `there as they were. Run this again to go on: ${this.command()}`,
      );
    }
    this.say(`serves what was restored; the volumes that it had before are kept until`);
    this.say(`  ${this.command("CONFIRM=yes")}`);
    this.say("and until then this goes back to them:");
    this.say(`  ${this.command("UNDO=yes")}`);
  }

  /** Goes back to the volumes that the tenant had before a finished restore. */
  private async undo(begun: RestoreRecord | undefined): Promise<void> {
    if (begun?.step !== "restored" && begun?.step !== "undoing") {
      throw new RestoreError(
        `there is no finished restore of ${this.options.tenant} that waits to be confirmed, from which it could go back. Nothing was changed.`,
      );
    }
    const { fleet, tenant } = this.declared();
    if (begun.step === "restored") {
      const running = this.demandOn(tenant, begun, begun.generation);
      const restorer = this.restorer(fleet, begun.generation);
      await this.demandAsDeclared({ engine: restorer.engine, names: restorer.after.names });
      await makeReady(restorer, fleet.hosts[tenant.host]!, running);
      this.signal.throwIfAborted();
      this.journal.write({ ...begun, step: "undoing" });
    }
    const { before, after } = this.restorer(fleet, begun.generation);
    try {
      await this.runOn({
        from: after,
        to: before,
        generation: begun.generation - 1,
        isDone: tenant.restored < begun.generation,
      });
    } catch (error) {
      throw new RestoreError(
        `${this.why(error)}\n${tenant.name} is between its volumes, which are all there. Run this again to go on: ${this.command("UNDO=yes")}`,
      );
    }
    this.journal.write({ ...begun, step: "undone" });
    this.say("serves what it had before the restore; what was restored, with what was written since, is kept until");
    this.say(`  ${this.command("CONFIRM=yes")}`);
  }

  /** Restores and proves, while the tenant serves. Whatever fails, nothing of it is left. */
  private async begin(interrupted: RestoreRecord | undefined): Promise<RestoreRecord> {
    const { fleet, tenant } = this.declared();
    if (tenant.copyOf !== undefined) {
      throw new RestoreError(
        `${tenant.name} is a copy of ${tenant.copyOf}, which make copy TENANT=${tenant.name} brings anew. Nothing was changed.`,
      );
    }
    const obstacle = obstacleToRunning(tenant);
    if (tenant.state !== "running" || obstacle !== undefined) {
      throw new RestoreError(`${obstacle}. Nothing was changed.`);
    }
    const host = fleet.hosts[tenant.host]!;
    const generation = tenant.restored + 1;
    const restorer = this.restorer(fleet, generation);
    const { at, dump } = this.options;
    if (dump !== undefined) {
      checkDump(dump);
    }
    const now = Date.now() / 1000;
    if (at !== undefined && at > now) {
      throw new RestoreError(`AT, ${showTime(at)}, is in the future: it is ${showTime(now)} now. Nothing was changed.`);
    }
    const { isOffsite } = this.options;
    const copies = isOffsite ? await copiesOf(fleet, this.stack) : undefined;
    const stackId = await stackIdOf(restorer.engine, tenant, !isOffsite);
    if (interrupted) {
      this.say("an earlier restore was interrupted: beginning anew");
      await clearDump(restorer);
    }
    await clear(restorer);
    await clearCopies(restorer.engine, tenant);
    await this.demandAsDeclared({ engine: restorer.engine, names: tenant.names });
    const images = await buildImages(restorer.engine, host, tenant);
    const record: RestoreRecord = { step: "restoring", host: tenant.host, generation, at };
    const started = Date.now();
    this.journal.write(record);
    // What was copied back by an interrupted run isn't copied again.
    const volume = `${tenant.names.repositoryVolume}-offsite`;
    const back = { ...restorer, host, tenant, images, volume };
    try {
      if (copies === undefined) {
        await flush(restorer);
      } else {
        this.say(`copying its backups back from ${showTarget(copies.offsite)}`);
        await copyBack(copies, back);
      }
      const what = dump ?? (at === undefined ? "the newest there is" : `what was there at ${showTime(at)}`);
      this.say(`restoring ${what} into new volumes`);
      await (dump === undefined
        ? restore(copies ? { ...restorer, repository: volume } : restorer, images, stackId, at)
        : restoreDump(restorer, images, stackId, dump));
      this.signal.throwIfAborted();
      if (copies && (await putInPlace(back))) {
        this.say("its own backups on the host were gone: what was copied back is in their place");
      }
    } catch (error) {
      await clear(restorer);
      await clearCopies(restorer.engine, tenant, this.signal.aborted ? undefined : volume);
      this.journal.remove();
      throw new RestoreError(`${this.why(error)}\nNothing was restored: ${tenant.name} is as it was.`);
    }
    await clearCopies(restorer.engine, tenant, volume);
    this.say(`restored and proven in ${Math.round((Date.now() - started) / 1000)} s`);
    const ready: RestoreRecord = { ...record, step: "switching" };
    this.journal.write(ready);
    return ready;
  }

  /** Lets the tenant run on its new volumes. Each step finds out whether it is done. */
  private async switchOver(record: RestoreRecord): Promise<void> {
    const { fleet, tenant } = this.declared();
    const { generation } = record;
    const { before, after } = this.restorer(fleet, generation);
    await this.runOn({ from: before, to: after, generation, isDone: tenant.restored >= generation });
    this.journal.write({ ...record, step: "restored" });
  }

  /** Has the tenant run on other volumes of its own. */
  private async runOn({ from, to, generation, isDone }: Switch): Promise<void> {
    if (!isDone) {
      // Told first what its volumes are called, Pulumi replaces what mounts them and neither makes nor removes one.
      await renameVolumes(this.stack, this.options.restores, from, to);
      this.signal.throwIfAborted();
      const restored = generation === 0 ? undefined : generation;
      replaceFile(this.file, placeTenant(readFileSync(this.file, "utf8"), to.name, { restored }));
    }
    this.say("replacing its containers by ones on its other volumes");
    await this.stack.up();
    const { fleet } = this.declared();
    const { serves } = await tenantOn(engineClient(fleet.hosts[to.host]!), to);
    if (!serves) {
      throw new RestoreError("its containers don't all run");
    }
  }

  /** One whose data is of another release than declared goes back to what is of that: there is nothing else that it could be brought up as. */
  private async demandAsDeclared({ engine, names }: Pick<Restorer, "engine"> & Pick<Tenant, "names">): Promise<void> {
    const { tenant } = this.declared();
    const release = await odooOfData(engine, names);
    if (release !== undefined && release !== tenant.odooVersion) {
      this.say(`its data is of Odoo ${release}, and ${tenant.odooVersion} is declared: only what is of that is taken`);
      return;
    }
    this.say("looking whether the stack is as it is declared");
    if ((await this.stack.preview()) !== 0) {
      throw new RestoreError(
        `the stack isn't as it is declared: make up STACK=${this.environment}. Nothing was changed.`,
      );
    }
  }

  /**
   * Takes away the volumes that the tenant had before a finished restore, once it serves from the others, here or on the host that it was moved to.
   * Of one that is decommissioned these were backed up and proven.
   */
  private async confirm(begun: RestoreRecord | undefined): Promise<void> {
    if (begun?.step !== "restored" && begun?.step !== "undone") {
      throw new RestoreError(`there is no finished restore of ${this.options.tenant} to confirm`);
    }
    const { own, other } = volumesOf(begun);
    const { fleet, tenant } = this.declared();
    if (tenant.state !== "decommissioned") {
      // One that has come anew since has none of either.
      if (await this.has(fleet.hosts[begun.host]!, tenant, own)) {
        this.demandOn(tenant, { ...begun, host: tenant.host }, own);
      }
      if (!(await tenantOn(engineClient(fleet.hosts[tenant.host]!), tenant)).serves) {
        throw new RestoreError(
          `${tenant.name} doesn't serve from the volumes that it would be left with: docker ps --all, and docker logs ${tenant.names.odoo}. Nothing was removed.`,
        );
      }
    }
    await removeOwn(engineClient(fleet.hosts[begun.host]!), restoredTenant(this.environment, tenant, other));
    this.journal.remove();
    this.say(begun.step === "undone" ? "removed what was restored" : "removed the volumes that it had before");
  }

  /** Whether nothing of a finished restore waits any more: what would is gone, or is what the tenant has now. */
  private async isOver(noted: RestoreRecord): Promise<boolean> {
    if (noted.step !== "restored" && noted.step !== "undone") {
      return false;
    }
    const { fleet, tenant } = this.declared();
    const { own, other } = volumesOf(noted);
    const host = fleet.hosts[noted.host];
    const isOnOther = tenant.host === noted.host && tenant.restored === other;
    return host === undefined || !(await this.has(host, tenant, isOnOther ? own : other));
  }

  /** Whether a host has any of a tenant's own volumes of this number. */
  private async has(host: Host, tenant: Tenant, generation: number): Promise<boolean> {
    const engine = engineClient(host);
    const names = ownVolumes(restoredTenant(this.environment, tenant, generation));
    const found = await Promise.all(names.map((name) => engine.getVolume(name).inspect().catch(ignoreAbsent)));
    return found.some((volume) => volume !== undefined);
  }

  /**
   * The tenant, which runs as it is declared on what a finished restore has left it with.
   *
   * @throws RestoreError with the way out, where it doesn't.
   */
  private demandOn(tenant: Tenant, { host }: RestoreRecord, generation: number): RunningTenant {
    const { name, restored } = tenant;
    if (tenant.host !== host) {
      throw new RestoreError(
        `${name} has moved to host ${tenant.host} since its restore on ${host}. What it had before is in its backups. Nothing was changed.`,
      );
    }
    if (restored !== generation) {
      const path = ["tenants", name, "restored"];
      const way = generation === 0 ? removeCommand(path) : setCommand(path, generation);
      throw new RestoreError(
        `${name} is declared with restored: ${restored}, and its restore left it with ${generation}: ${way}, and make up. Nothing was changed.`,
      );
    }
    if (tenant.state !== "running") {
      throw new RestoreError(`${obstacleToRunning(tenant)}. Nothing was changed.`);
    }
    return tenant;
  }

  private declared(): { fleet: Fleet; tenant: Tenant } {
    // What Pulumi is given is made of the stack's file at each of its runs.
    const fleet = fleetOfStackFile(readFileSync(this.options.configFile, "utf8"), this.environment);
    const tenant = fleet.tenants[this.options.tenant];
    if (tenant === undefined) {
      const known = Object.keys(fleet.tenants).join(", ");
      throw new RestoreError(`TENANT=${this.options.tenant} isn't declared; expected one of: ${known}`);
    }
    return { fleet, tenant };
  }

  private restorer(fleet: Fleet, generation: number): Restorer {
    const { environment, say, signal } = this;
    const declared = fleet.tenants[this.options.tenant]!;
    return {
      engine: engineClient(fleet.hosts[declared.host]!),
      environment,
      before: restoredTenant(environment, declared, generation - 1),
      after: restoredTenant(environment, declared, generation),
      say,
      signal,
    };
  }

  private command(more = ""): string {
    const [stack, ...parts] = [`STACK=${this.environment}`, `TENANT=${this.options.tenant}`, more];
    return ["make restore", ...parts, stack].filter(Boolean).join(" ");
  }

  private why(error: unknown): string {
    return this.signal.aborted ? "interrupted" : (error as Error).message;
  }
}

/** Runs the tool. @returns its exit code. */
async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  const options = readOptions(args);
  if (options === undefined) {
    console.error(usage);
    return 2;
  }
  await new Run(options, signal).go();
  return 0;
}

runInterruptible(run);
