import { readFileSync } from "node:fs";
import { movingVariable } from "../../components/backup/movingVariable";
import { engineClient } from "../../components/host/engineClient";
import { ignoreAbsent } from "../../components/host/engineErrors";
import type { Fleet, Host, Tenant } from "../../fleet/types";
import { replaceFile } from "../yamlFile";
import { placeTenant } from "./declaration";
import { clusterHasMonitoring, differences, dump, restore, throwAways } from "./data";
import { removeThrowAway, stop } from "../../components/host/throwAway";
import type { MoveJournal, MoveRecord } from "./journal";
import type { MovePlan } from "./plan";
import type { StackCommands } from "./stack";
import { createVolumes } from "../../components/tenant/createVolumes";
import { dataVolumes } from "../../components/tenant/dataVolumes";
import { buildImages } from "../../components/host/buildImages";
import { clearTarget, removeVolumes, tenantOn } from "./target";

/** A move can't go on; the message says why, in what state everything is, and the way out. */
export class MoveError extends Error {
  override readonly name = "MoveError";
}

/** What a move works with. */
export interface MoveTools {
  readonly journal: MoveJournal;
  /** The stack that has the tenant. */
  readonly stack: StackCommands;
  /** That of what hosts have for all tenants, where the tenant has one of its own; undefined: it is the same. */
  readonly shared?: StackCommands | undefined;
  /** The stack's file, which is edited. */
  readonly file: string;
  /** Says what is done. */
  readonly say: (text: string) => void;
  /** Ends the move: at once before the switch, after the present step in it. */
  readonly signal: AbortSignal;
}

/**
 * Copies a tenant's data to its new host, its Odoo stopped meanwhile, and checks that all of it is there. Whatever fails, the
 * tenant is started again where it was, and nothing is left on the target.
 */
export async function copy(plan: MovePlan, stackId: string, tools: MoveTools): Promise<MoveRecord> {
  const { journal, say, signal } = tools;
  const { source, target, before, after } = plan;
  const [from, to] = [engineClient(source), engineClient(target)];
  say(`building the images on host ${target.name}; the tenant runs meanwhile`);
  const images = await buildImages(to, target, after).catch((error: Error) => {
    throw new MoveError(`${error.message}\nNothing was moved: ${before.name} runs on host ${source.name}.`);
  });
  if (signal.aborted) {
    throw new MoveError(`interrupted\nNothing was moved: ${before.name} runs on host ${source.name}.`);
  }
  const { State: state } = await from.getContainer(before.names.odoo).inspect();
  const record = { from: source.name, to: target.name, slot: after.slot, odooStartedAt: state.StartedAt };
  const started = Date.now();
  journal.write({ ...record, step: "copying" });
  try {
    const hasMonitoring = await clusterHasMonitoring(from, before);
    say("stopping Nginx and Odoo, so that nothing is written");
    await stop(from, before.names.nginx);
    await stop(from, before.names.odoo);
    signal.throwIfAborted();
    say(`dumping the database, then the filestore, into ${journal.folder}`);
    const held = await dump(from, before, journal, signal);
    say(`restoring both on host ${target.name}`);
    await createVolumes(to, plan.environment, stackId, after, Object.values(dataVolumes(after)));
    const restored = await restore({ engine: to, tenant: after, images, hasMonitoring }, journal, signal);
    const lines = [
      ...differences(held.database, restored.database),
      ...differences(held.filestore, restored.filestore),
    ];
    if (lines.length > 0) {
      throw new MoveError(`what was restored differs from what was dumped:\n${lines.join("\n")}`);
    }
    const tables = held.database.split("\n").filter((line) => line.startsWith("table|")).length;
    say(`checked: ${tables} tables, their sequences, extensions and owner, and the filestore are equal`);
    signal.throwIfAborted();
  } catch (error) {
    const why = signal.aborted ? "interrupted" : (error as Error).message;
    await giveUp(before, source, target, after, tools).catch((failure: Error) => {
      throw new MoveError(
        `${why}\nNothing was moved; what it left on the hosts is taken away by the next make move: ${failure.message}`,
      );
    });
    throw new MoveError(`${why}\nNothing was moved: ${before.name} was started again on host ${source.name}.`);
  }
  const ready: MoveRecord = { ...record, step: "switching" };
  journal.write(ready);
  say(`copied in ${Math.round((Date.now() - started) / 1000)} s`);
  return ready;
}

/** Starts a tenant again where it was, takes away what its move left on the target, and forgets the move. */
export async function giveUp(
  before: Tenant,
  source: Host,
  target: Host,
  after: Tenant,
  { journal }: Pick<MoveTools, "journal">,
): Promise<void> {
  const from = engineClient(source);
  for (const name of [before.names.postgres, before.names.odoo, before.names.nginx]) {
    await from.getContainer(name).start().catch(ignoreAbsent);
  }
  await removeThrowAway(from, throwAways(before).filestore);
  // Where the target doesn't answer, the note stays, by which the next run takes it away.
  await clearTarget(engineClient(target), after);
  journal.remove();
}

/** Whether the tenant's Odoo ran after it was dumped, so that the dump may lack something. */
export async function ranSinceDump(record: MoveRecord, before: Tenant, source: Host): Promise<boolean> {
  const found = await engineClient(source).getContainer(before.names.odoo).inspect().catch(ignoreAbsent);
  return found !== undefined && (found.State.Running || found.State.StartedAt !== record.odooStartedAt);
}

/**
 * Lets the new host serve a tenant whose data it has. Each step finds out whether it is done, so that a switch that was
 * interrupted goes on where it stopped.
 */
export async function switchOver(
  record: MoveRecord,
  fleet: () => Fleet,
  name: string,
  tools: MoveTools,
): Promise<void> {
  const { journal, stack, shared, file, say, signal } = tools;
  const edit = (place: Parameters<typeof placeTenant>[2]): void =>
    replaceFile(file, placeTenant(readFileSync(file, "utf8"), name, place));
  const declared = fleet();
  const before = { ...declared.tenants[name]!, host: record.from };
  const source = engineClient(declared.hosts[record.from]!);
  if (declared.tenants[name]!.host === record.from) {
    say(`removing its containers and networks on host ${record.from}; its volumes stay there`);
    edit({ state: "decommissioned" });
    await stack.up([], { [movingVariable]: name });
    const { present } = await tenantOn(source, before);
    if (present.length > 0) {
      throw new MoveError(`host ${record.from} still has ${present.join(", ")}`);
    }
    signal.throwIfAborted();
    await stack.forgetVolumes(before);
    signal.throwIfAborted();
    edit({ host: record.to, slot: record.slot, state: undefined });
  }
  if (shared !== undefined) {
    say("bringing up what its hosts have for all of their tenants");
    await shared.up();
    signal.throwIfAborted();
  }
  say(`starting it on host ${record.to}, slot ${record.slot}`);
  await stack.up();
  const now = fleet();
  const { serves } = await tenantOn(engineClient(now.hosts[record.to]!), now.tenants[name]!);
  if (!serves) {
    throw new MoveError(`its containers don't all run on host ${record.to}`);
  }
  journal.write({ ...record, step: "moved" });
}

/** Takes away what a finished move kept: the volumes on the old host, and the dump. */
export async function confirm(
  record: MoveRecord,
  fleet: Fleet,
  name: string,
  { journal, say }: MoveTools,
): Promise<void> {
  const tenant = fleet.tenants[name];
  const host = fleet.hosts[record.to];
  const found = host && tenant?.host === record.to ? await tenantOn(engineClient(host), tenant) : undefined;
  if (tenant === undefined || found?.serves !== true || found.stackId === undefined) {
    throw new MoveError(`${name} doesn't run on host ${record.to}: what the move kept was not removed`);
  }
  const source = fleet.hosts[record.from];
  if (source === undefined) {
    say(`host ${record.from} is no longer declared: what it has of ${name} is not removed`);
  } else {
    await removeVolumes(engineClient(source), tenant, found.stackId);
    say(`removed its volumes on host ${record.from}`);
  }
  journal.remove();
  say("removed the dump");
}
