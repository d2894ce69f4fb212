import { engineClient } from "../../components/host/engineClient";
import { type DataFacts, readDataFacts } from "../../components/run/preflight/dataFacts";
import type { StackOwner } from "../../fleet/layout";
import { obstacleToRunning } from "../../fleet/lifecycle/obstacleToRunning";
import type { Fleet, Host, Tenant } from "../../fleet/types";
import { TenantJournal } from "../restore/journal";
import { changesData, describe, planUpdate } from "./plan";
import type { UpdateRecord } from "./record";

/** How long an engine has to answer. */
const pingSeconds = 15;

/** A tenant with data that `make up` refuses to change, and `make update` changes. */
export interface DueUpdate {
  readonly tenant: string;
  /** What it does: `updates visits and installs fleet`. */
  readonly what: string;
  /** Whether it was begun and interrupted, and its tenant may be away until it goes on. */
  readonly isBegun: boolean;
}

/**
 * The tenants whose updates come before an `up` of a stack: of all of them, or of the one whose stack it is. Where each has a stack of its own, none come before
 * that of the environment's own.
 */
export function tenantsOfStack({ layout, tenants }: Fleet, { tenant }: StackOwner): readonly string[] {
  return tenant !== undefined ? [tenant] : layout === "single" ? Object.keys(tenants) : [];
}

/**
 * The updates of tenants that were begun and interrupted; then the tenants whose data isn't what is declared, and that an update brings there: other content of an installed module, a module that was
 * added, a newer PostgreSQL; another Odoo release isn't among them. Those of a host whose engine doesn't answer aren't among them, and neither are those that don't run.
 *
 * @param updates folder of the notes of `make update`.
 * @param among names of the tenants that are looked at.
 */
export async function dueUpdates(fleet: Fleet, updates: string, among: readonly string[]): Promise<DueUpdate[]> {
  const begun = Object.keys(fleet.tenants)
    .filter((name) => among.includes(name))
    .filter((name) => new TenantJournal<UpdateRecord>(updates, fleet.environment, name).read() !== undefined)
    .map((tenant) => ({ tenant, what: "goes on with the update that was interrupted", isBegun: true }));
  const hosts = await Promise.all(Object.values(fleet.hosts).map((host) => dueOn(fleet, host, among)));
  return [...begun, ...hosts.flat().filter(({ tenant }) => begun.every((one) => one.tenant !== tenant))];
}

async function dueOn(fleet: Fleet, host: Host, among: readonly string[]): Promise<DueUpdate[]> {
  const tenants = Object.values(fleet.tenants).filter(
    (tenant) =>
      among.includes(tenant.name) &&
      tenant.host === host.name &&
      tenant.state === "running" &&
      obstacleToRunning(tenant) === undefined,
  );
  const facts = tenants.length > 0 ? await factsOf(fleet, host, tenants) : undefined;
  return tenants.flatMap((tenant) => {
    const found = facts?.get(tenant.name);
    // Another image alone is what `make up` brings up by itself.
    const plan = found && planUpdate(tenant, found, { declared: "", running: [""] }).plan;
    // Another release is a migration that somebody looks at.
    const isDue = plan !== undefined && changesData(plan) && plan.odoo === undefined;
    return isDue ? [{ tenant: tenant.name, what: describe(plan), isBegun: false }] : [];
  });
}

/** Undefined: the host's engine doesn't answer, of which the program says more. */
async function factsOf(
  { environment }: Fleet,
  host: Host,
  tenants: readonly Tenant[],
): Promise<ReadonlyMap<string, DataFacts> | undefined> {
  const answers = await engineClient(host, pingSeconds)
    .ping()
    .then(
      () => true,
      () => false,
    );
  return answers ? readDataFacts(host, environment, tenants) : undefined;
}
