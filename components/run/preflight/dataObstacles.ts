import { type ConfigProblem, showValue } from "../../../fleet/errors";
import { formatPath, removeCommand, setCommand } from "../../../fleet/paths";
import type { Tenant } from "../../../fleet/types";
import { nextOdoo, odooVersions } from "../../../fleet/compatibility";
import type { DataFacts } from "./dataFacts";
import { moduleChanges } from "./moduleChanges";

/** Where the ways out are told step by step. */
const guide = "docs/operations.md, When the data isn't what is declared";

/** What is known of the run that asks. */
export interface DataObstacleOptions {
  /** Whether it is a planned update, which carries out changes of modules that `up` refuses. Default: false. */
  readonly isPlanned?: boolean;
  /** Whether that update is one that nobody has asked for: another Odoo release isn't left to it. Default: false. */
  readonly isUnattended?: boolean;
}

/** What a tenant's data wouldn't survive, or wouldn't take notice of. Pure: the facts are read before. */
export function dataObstacles(
  tenant: Tenant,
  facts: DataFacts,
  { isPlanned = false, isUnattended = false }: DataObstacleOptions = {},
): ConfigProblem[] {
  if (facts.missing !== undefined) {
    return [missingObstacle(tenant, facts.missing)];
  }
  const ofCopy = copyVersionObstacle(tenant, facts);
  if (ofCopy.length > 0) {
    return ofCopy;
  }
  const releases = odooObstacle(tenant, facts, isPlanned && !isUnattended);
  const isOtherRelease = facts.last.odoo !== undefined && facts.last.odoo !== tenant.odooVersion;
  const versions = [...postgresObstacle(tenant, facts, isPlanned), ...releases];
  return [
    ...versions,
    ...companyObstacle(tenant, facts),
    ...copyObstacle(tenant, facts),
    // Another release has other modules: it is refused as a whole, or its rehearsal finds what is missing.
    ...(versions.length > 0 || isOtherRelease ? [] : moduleObstacles(tenant, facts, isPlanned)),
  ];
}

/** Made anew, its volumes would be empty: an Odoo without the customer's data would start, and be backed up from then on. */
function missingObstacle({ name, host }: Tenant, missing: readonly string[]): ConfigProblem {
  return {
    path: formatPath(["hosts", host, "docker"]),
    value: `an engine without the data of tenant ${name}`,
    expected: `the one with ${missing.join(" and ")}, which the stack has made; an empty Odoo would start in place of the customer's`,
    wayOut:
      `put the endpoint back, where it was changed. A lost disk or host: make recover HOST=${host} brings back all tenants that were copied off it ` +
      `(docs/recovery.md). To begin anew without the data: ${setCommand(["tenants", name, "withoutLastBackup"], "the data is lost")}, then state: decommissioned, ` +
      "pulumi up, take the tenant out, pulumi up, and declare it again",
  };
}

/** Its data can be had anew, and is no reason to migrate it. */
function copyVersionObstacle(
  { name, copyOf, odooVersion, postgresVersion }: Tenant,
  { last }: DataFacts,
): ConfigProblem[] {
  const { odoo = odooVersion, postgres = postgresVersion } = last;
  if (copyOf === undefined || last.copyOf !== copyOf || (odoo === odooVersion && postgres === postgresVersion)) {
    return [];
  }
  return [
    {
      path: formatPath(["tenants", name, "copyOf"]),
      value: showValue(copyOf),
      expected: `a tenant of Odoo ${odoo} and PostgreSQL ${postgres}, as it was when ${name} was filled: it is of Odoo ${odooVersion} and PostgreSQL ${postgresVersion} now`,
      wayOut: `make the copy anew: ${setCommand(["tenants", name, "state"], "decommissioned")}, make up, ${removeCommand(["tenants", name, "state"])}, make copy TENANT=${name}`,
    },
  ];
}

function postgresObstacle({ name, postgresVersion }: Tenant, { last }: DataFacts, isPlanned: boolean): ConfigProblem[] {
  if (last.postgres === undefined || last.postgres === postgresVersion) {
    return [];
  }
  const isNewer = postgresVersion > last.postgres;
  if (isNewer && isPlanned) {
    return [];
  }
  const path = ["tenants", name, "postgres"];
  return [
    {
      path: formatPath(path),
      value: showValue(postgresVersion),
      expected: `${last.postgres}, the major version that wrote the tenant's data: another one can't open it`,
      wayOut: isNewer
        ? `move it: make update TENANT=${name}, which rehearses it on a copy first (docs/updates.md); or put it back: ${setCommand(path, last.postgres)}`
        : `put it back: ${setCommand(path, last.postgres)}; to an older one by hand, with a dump: ${guide}`,
    },
  ];
}

function odooObstacle({ name, odooVersion }: Tenant, { last }: DataFacts, isPlanned: boolean): ConfigProblem[] {
  if (last.odoo === undefined || last.odoo === odooVersion) {
    return [];
  }
  const path = ["tenants", name, "odoo"];
  const next = nextOdoo(last.odoo);
  const isNext = next === odooVersion;
  if (isNext && isPlanned) {
    return [];
  }
  const update = `make update TENANT=${name}`;
  const back = `put it back: ${setCommand(path, last.odoo)}`;
  const isLater = next !== undefined && odooVersions.indexOf(odooVersion) > odooVersions.indexOf(next);
  const wayOut = isNext
    ? `migrate it: ${update}, which rehearses it on a copy first (docs/updates.md); or ${back}`
    : isLater
      ? `one release after the other: ${setCommand(path, next)}, ${update}, and so on (docs/updates.md); or ${back}`
      : `${back}; no database goes back to an older release: ${guide}`;
  return [
    {
      path: formatPath(path),
      value: showValue(odooVersion),
      expected: `"${last.odoo}", the release of the tenant's database: another one can't open it without a migration`,
      wayOut,
    },
  ];
}

/** The company is a row of the database, which is the customer's once it exists. */
function companyObstacle({ name, company }: Tenant, { last }: DataFacts): ConfigProblem[] {
  if (last.company === undefined || last.company === company) {
    return [];
  }
  const path = ["tenants", name, "company"];
  return [
    {
      path: formatPath(path),
      value: showValue(company),
      expected: `"${last.company}", which the database was created with; a change has no effect on it`,
      wayOut: `put it back: ${setCommand(path, last.company)}; rename the company in Odoo (Settings, Companies)`,
    },
  ];
}

/** A copy is neutralised and closed, and a customer's tenant is neither: none becomes the other. */
function copyObstacle({ name, copyOf }: Tenant, { last }: DataFacts): ConfigProblem[] {
  if (last.odoo === undefined || last.copyOf === copyOf) {
    return [];
  }
  const path = ["tenants", name, "copyOf"];
  return [
    {
      path: formatPath(path),
      value: showValue(copyOf),
      expected:
        last.copyOf === undefined
          ? "no value here: the tenant's data is a customer's own"
          : `${last.copyOf}, which the tenant's data is a copy of`,
      wayOut: `put it back: ${last.copyOf === undefined ? removeCommand(path) : setCommand(path, last.copyOf)}; or declare another tenant`,
    },
  ];
}

function moduleObstacles(tenant: Tenant, facts: DataFacts, isPlanned: boolean): ConfigProblem[] {
  if (facts.unanswered !== undefined) {
    return unansweredObstacle(tenant, facts, facts.unanswered);
  }
  const { added, removed, changed, gone } = moduleChanges(tenant, facts);
  const { name, modules, odooImage } = tenant;
  const list = { path: formatPath(["tenants", name, "modules"]), value: showValue(modules) };
  const addons = { path: formatPath(["tenants", name, "addons"]), value: showValue(odooImage.addons) };
  const update = `make update TENANT=${name}`;
  const how = "which rehearses it on a copy first; Odoo is away for about half a minute (docs/updates.md)";
  return [
    ...(added.length > 0 && !isPlanned
      ? [
          {
            ...list,
            expected: `modules that are installed in the tenant's database; ${added.join(", ")} isn't (the list applies to new databases only)`,
            wayOut: `install ${added.join(", ")}: ${update}, ${how}; or take it out of the list`,
          },
        ]
      : []),
    ...(removed.length > 0
      ? [
          {
            ...list,
            expected: `${removed.join(", ")} to stay in the list: the tenant's database has it`,
            wayOut: `put it back, or uninstall it in Odoo (Apps), which deletes its data, and run pulumi up again: ${guide}`,
          },
        ]
      : []),
    ...(changed.length > 0 && !isPlanned
      ? [
          {
            ...addons,
            expected: `the content that the tenant's database was updated with, of ${changed.join(", ")}: other code may need columns that don't exist, and then every login fails`,
            wayOut: `update ${changed.join(", ")}: ${update}, ${how}; or put the content back`,
          },
        ]
      : []),
    ...(gone.length > 0
      ? [
          {
            ...addons,
            expected: `a folder that still has ${gone.join(", ")}: the tenant's database has it installed`,
            wayOut: `put it back, or uninstall it in Odoo (Apps), which deletes its data, and run pulumi up again: ${guide}`,
          },
        ]
      : []),
  ];
}

/** A tenant of before there were labels has to be let through, also when it is down. */
function unansweredObstacle({ name, modules, state }: Tenant, { last }: DataFacts, why: string): ConfigProblem[] {
  if (last.addons === undefined) {
    return [];
  }
  return [
    {
      path: formatPath(["tenants", name, "addons"]),
      value: showValue(modules),
      expected: `a database that answers, because modules or their content change: ${why}`,
      wayOut:
        state === "suspended"
          ? `put modules and addons back, let it run (${setCommand(["tenants", name, "state"], "running")}, make up), then change them`
          : "put modules and addons back, start the tenant with pulumi up --refresh, then change them",
    },
  ];
}
