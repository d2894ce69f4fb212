import type { DataFacts } from "../../components/run/preflight/dataFacts";
import { moduleChanges } from "../../components/run/preflight/moduleChanges";
import { dataObstacles } from "../../components/run/preflight/dataObstacles";
import { type ConfigProblem, showValue } from "../../fleet/errors";
import { formatPath, setCommand } from "../../fleet/paths";
import type { Fleet, Tenant } from "../../fleet/types";

/** What an update does to a tenant's database. */
export interface UpdatePlan {
  /** Installed modules whose content is another one: `odoo -u`. */
  readonly update: readonly string[];
  /** Modules that were put into the list: `odoo -i`. */
  readonly install: readonly string[];
  /** PostgreSQL's major version, where it changes. */
  readonly postgres?: { readonly from: number; readonly to: number };
  /** Odoo's release, where it changes: OpenUpgrade, and with it all that is installed. */
  readonly odoo?: { readonly from: string; readonly to: string };
  /** Whether Odoo's image is another one than the one that runs: another base image, other packages or addons. */
  readonly hasNewImage: boolean;
}

/**
 * What `make update` does about what is declared of a tenant, and what it can't do.
 *
 * @param images name of the image that is declared, and names of the one that runs.
 */
export function planUpdate(
  tenant: Tenant,
  facts: DataFacts,
  images: { readonly declared: string; readonly running: readonly string[] },
): { readonly plan: UpdatePlan; readonly problems: readonly ConfigProblem[] } {
  const { changed, added } = moduleChanges(tenant, facts);
  const from = facts.last.postgres ?? tenant.postgresVersion;
  const postgres = from >= tenant.postgresVersion ? {} : { postgres: { from, to: tenant.postgresVersion } };
  const release = facts.last.odoo ?? tenant.odooVersion;
  const odoo = release === tenant.odooVersion ? {} : { odoo: { from: release, to: tenant.odooVersion } };
  const hasNewImage = !images.running.includes(images.declared);
  // A migration updates all modules.
  const update = odoo.odoo ? [] : changed;
  const plan = { update, install: added, hasNewImage, ...postgres, ...odoo };
  return { plan, problems: [...dataObstacles(tenant, facts, { isPlanned: true }), ...mixed(tenant, plan)] };
}

/** What fails has to have one reason, and going back from a major is another thing than from a module. */
function mixed({ name }: Tenant, { postgres, odoo, update, install }: UpdatePlan): ConfigProblem[] {
  if (postgres === undefined || (odoo === undefined && update.length + install.length === 0)) {
    return [];
  }
  const path = ["tenants", name, "postgres"];
  return [
    {
      path: formatPath(path),
      value: showValue(postgres.to),
      expected: `${postgres.from} while ${odoo ? "Odoo's release changes" : "modules change"} too: one after the other`,
      wayOut: `put it back: ${setCommand(path, postgres.from)}; run make update TENANT=${name}, then declare ${postgres.to} again`,
    },
  ];
}

/** Whether there is nothing to do. */
export function isEmpty({ hasNewImage, ...plan }: UpdatePlan): boolean {
  return !hasNewImage && !changesData(plan);
}

/** Whether it does something to the database: another image alone leaves it as it is. */
export function changesData({ update, install, postgres, odoo }: Omit<UpdatePlan, "hasNewImage">): boolean {
  return update.length + install.length > 0 || postgres !== undefined || odoo !== undefined;
}

/** What an update does, in words. */
export function describe({ update, install, postgres, odoo }: UpdatePlan): string {
  if (postgres !== undefined) {
    return `moves its database from PostgreSQL ${postgres.from} to ${postgres.to}`;
  }
  const parts = [
    ...(odoo ? [`migrates it from Odoo ${odoo.from} to ${odoo.to}, by OpenUpgrade`] : []),
    ...(update.length > 0 ? [`updates ${update.join(", ")}`] : []),
    ...(install.length > 0 ? [`installs ${install.join(", ")}`] : []),
  ];
  return parts.length > 0 ? parts.join(" and ") : "changes Odoo's image; the database stays as it is";
}

/** Names of the tenants that run, in the order of an update of all: the canary, then the others as they are declared. */
export function inOrder(fleet: Fleet, canary: string | undefined): string[] {
  const running = Object.values(fleet.tenants).filter(({ state }) => state === "running");
  const names = running.map(({ name }) => name);
  return [...names.filter((name) => name === canary), ...names.filter((name) => name !== canary)];
}
