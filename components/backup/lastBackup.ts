import * as pulumi from "@pulumi/pulumi";
import type Docker from "dockerode";
import { type ConfigProblem, showValue } from "../../fleet/errors";
import { type Day, dayAfter, dayOf } from "../../fleet/keptBackups";
import { formatPath, setCommand } from "../../fleet/paths";
import type { DecommissionedTenant, Fleet, Host, Tenant } from "../../fleet/types";
import { engineClient } from "../host/engineClient";
import { ignoreAbsent } from "../host/engineErrors";
import { execOutput } from "../host/engineExec";
import { RefusedError } from "../run/refusedError";
import type { StackState } from "../run/stackState";
import { movingVariable } from "./movingVariable";
import { containersOf, putBack, startParts } from "./suspendedParts";

/** What was left of a tenant when it was decommissioned; an output of its component, which is where the stack keeps it. */
export interface LastBackup {
  readonly environment: string;
  readonly host: string;
  readonly slot: number;
  /** When it was decommissioned, such as `2026-11-27T05:00:00.000Z`; its last backup had been restored and proven then. */
  readonly at: string;
  /** How long backup and proof took. */
  readonly seconds?: number;
  /** Why there is none. */
  readonly without?: string;
  /** The last day, UTC, for which its backups stay; absent: they go with its data. */
  readonly keptUntil?: Day;
  /** Whether they are protected: to the end of that day. */
  readonly isKept?: boolean;
}

/** Milliseconds for the engine, for a backup and a drill, and for the host to have the memory that a drill takes. */
const [answerDeadline, jobDeadline, memoryDeadline] = [60, 86_400_000, 600_000];

/** Exit code of a drill that wasn't tried. */
const notNow = 75;

/** What of a fleet is decommissioned by a run. */
export interface Decommissioning {
  readonly fleet: Fleet;
  /** Tenants of the fleet that the stack has. */
  readonly tenants: readonly Tenant[];
  readonly state: StackState;
  /** Hosts that don't answer. */
  readonly unreachable: ReadonlySet<string>;
  /** Whether the stack goes on holding the backups of a tenant that has left, also where nothing is said of it. */
  readonly holdsBackups: boolean;
}

/**
 * Makes the last backup of each tenant that is being decommissioned, and proves that it can be restored, before anything of it is
 * removed: its Odoo and Nginx are stopped first, so that nothing comes after it. Of a suspended tenant only the database and the helpers are
 * started for it. Where it fails everything is left as it was. In a preview nothing is stopped, started or made.
 *
 * @returns what is known by tenant; absent: it was decommissioned before there were last backups, so its data stays protected.
 * @throws RefusedError where a backup can't be made or isn't proven; nothing was removed then.
 */
export async function makeLastBackups({
  fleet,
  tenants,
  state,
  unreachable,
  holdsBackups,
}: Decommissioning): Promise<ReadonlyMap<string, LastBackup>> {
  const made = new Map<string, LastBackup>();
  const problems: ConfigProblem[] = [];
  for (const tenant of tenants.filter((one) => one.state === "decommissioned")) {
    const { name, host } = tenant;
    const known = state.lastBackups.get(name) ?? needless(fleet.environment, tenant, state);
    const found =
      known ??
      (unreachable.has(host)
        ? problem(tenant, `host ${host} to answer: a tenant's last backup is made there`, "wait for the host")
        : await makeOne(fleet, fleet.hosts[host]!, tenant));
    if (found !== undefined && "path" in found) {
      problems.push(found);
    } else if (found !== undefined) {
      made.set(name, { ...found, ...keeping(tenant, found, holdsBackups) });
    }
  }
  if (problems.length > 0) {
    throw new RefusedError(fleet.environment, problems);
  }
  return made;
}

/**
 * How long the backups of a tenant stay: as declared, or for as long as its backups always stay, where there is one. Those of a tenant
 * that is being moved are the move's.
 */
function keeping(
  { name, keepUntil, withoutLastBackup, backup }: DecommissionedTenant,
  { at, without }: LastBackup,
  holdsBackups: boolean,
): Pick<LastBackup, "keptUntil" | "isKept"> {
  if (isMoving(name)) {
    return { isKept: false };
  }
  const hasBackups = without === undefined || withoutLastBackup !== undefined;
  const usual = holdsBackups && hasBackups ? dayAfter(at.slice(0, 10), backup.keepDays) : undefined;
  const keptUntil = keepUntil ?? usual;
  return { keptUntil, isKept: keptUntil !== undefined && dayOf(new Date()) <= keptUntil };
}

/** Why a tenant that is decommissioned needs no last backup; undefined: it needs one. */
function needless(environment: string, tenant: DecommissionedTenant, state: StackState): LastBackup | undefined {
  const without = reasonFor(tenant, state);
  return without === undefined ? undefined : { ...left(environment, tenant), without };
}

function isMoving(tenant: string): boolean {
  return process.env[movingVariable] === tenant;
}

function left(environment: string, { host, slot }: Tenant): LastBackup {
  return { environment, host, slot, at: new Date().toISOString() };
}

function reasonFor(tenant: DecommissionedTenant, state: StackState): string | undefined {
  if (tenant.withoutLastBackup !== undefined) {
    return tenant.withoutLastBackup;
  }
  if (tenant.copyOf !== undefined) {
    return `it is a copy of ${tenant.copyOf}`;
  }
  if (isMoving(tenant.name)) {
    return "its data was moved";
  }
  return state.tenants.get(tenant.host)?.has(tenant.name) ? undefined : "it never had data";
}

async function makeOne(fleet: Fleet, host: Host, tenant: Tenant): Promise<LastBackup | ConfigProblem | undefined> {
  const { environment } = fleet;
  const { name, names } = tenant;
  const engine = engineClient(host);
  const needed = [names.postgres, names.backup, names.files];
  const found = await containersOf(engineClient(host, answerDeadline), [...needed, names.odoo, names.nginx]);
  if (found.size === 0) {
    void pulumi.log.warn(
      `${name} was decommissioned without a last backup: its volumes stay protected. To remove it, set its state to running, ` +
        "make up, and decommission it again",
    );
    return undefined;
  }
  const isUp = (one: string): boolean => found.get(one)?.isRunning ?? false;
  // One that a visit has woken serves, whatever is declared of it.
  const isAsleep = (found.get(names.postgres)?.isSuspended ?? false) && !isUp(names.odoo);
  const away = needed.filter((one) => (isAsleep ? !found.has(one) : !isUp(one)));
  if (away.length > 0) {
    const verb = isAsleep ? "is missing" : away.length > 1 ? "don't run" : "doesn't run";
    return problem(
      tenant,
      `its last backup to be made first; ${away.join(", ")} on host ${host.name} ${verb}`,
      "set it to running and make refresh",
    );
  }
  if (pulumi.runtime.isDryRun()) {
    const before = isAsleep ? "its database is started" : "it is stopped";
    void pulumi.log.info(
      `${name}: before its containers go, ${before}, its last backup is made, and restored to prove it`,
    );
    return left(environment, tenant);
  }
  const serving = isAsleep ? [] : [names.nginx, names.odoo].filter(isUp);
  const begin = Date.now();
  try {
    const first = isAsleep ? "starting its database, but not its Odoo" : "stopping it";
    void pulumi.log.info(`${name}: ${first}, and making its last backup`);
    for (const one of serving) {
      await engine.getContainer(one).stop();
    }
    if (isAsleep) {
      await startParts(engine, names);
    }
    const helper = engine.getContainer(names.backup);
    await run(helper, "now");
    void pulumi.log.info(`${name}: restoring its last backup, to prove it`);
    await drill(helper);
    const odoo = isAsleep && (await containersOf(engine, [names.odoo])).get(names.odoo);
    if (odoo && odoo.isRunning) {
      throw new Error(`${names.odoo} was started meanwhile, and may have written since`);
    }
  } catch (error) {
    for (const one of serving) {
      await engine.getContainer(one).start().catch(ignoreAbsent);
    }
    if (isAsleep) {
      await putBack(engine, names);
    }
    const why = (error as Error).message;
    return problem(
      tenant,
      `a last backup that can be restored; ${why}`,
      "mend that (its logs: docker logs " + `${names.backup})`,
    );
  }
  const seconds = Math.round((Date.now() - begin) / 1000);
  void pulumi.log.info(`${name}: its last backup is proven, after ${seconds} s`);
  return { ...left(environment, tenant), seconds };
}

function problem({ name, state }: Tenant, expected: string, wayOut: string): ConfigProblem {
  return {
    path: formatPath(["tenants", name, "state"]),
    value: showValue(state),
    expected,
    wayOut: `${wayOut}; or go without one: ${setCommand(["tenants", name, "withoutLastBackup"], "REASON")}`,
  };
}

/** A drill, in a while where the host hasn't the memory for it now. */
async function drill(helper: Docker.Container): Promise<void> {
  const end = Date.now() + memoryDeadline;
  while ((await run(helper, "drill", Date.now() < end ? notNow : 0)) !== 0) {
    await new Promise((resolve) => setTimeout(resolve, 10_000));
  }
}

/** Runs a job of the database's helper. @returns its exit code, 0 or the accepted one. @throws with what it said last. */
async function run(helper: Docker.Container, job: "now" | "drill", accepted = 0): Promise<number> {
  const pieces: Buffer[] = [];
  try {
    for await (const piece of execOutput(helper, ["odoo-fleet-backup", job], AbortSignal.timeout(jobDeadline))) {
      pieces.push(piece);
    }
    return 0;
  } catch (error) {
    const why = (error as Error).message;
    if (accepted !== 0 && why.includes(`ended with ${accepted}:`)) {
      return accepted;
    }
    const said = Buffer.concat(pieces).toString().trim().split("\n").at(-1) ?? "";
    throw new Error([why, said].filter(Boolean).join("; ").slice(-1000));
  }
}
