/** Adds a tenant to a stack's configuration, with its slot pinned: `node --require tsx/cjs tools/tenant.ts --name acme --plan starter`. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Document, isMap, parseDocument } from "yaml";
import { FleetConfigError } from "../fleet/errors";
import { parseFleet, type RawConfig } from "../fleet/parse";
import { hostWithMostMemory } from "../fleet/hostWithMostMemory";
import { namespace } from "../fleet/paths";
import { freeSlot } from "../fleet/slots";
import type { Fleet, Tenant } from "../fleet/types";
import { configOfFile } from "./stackFile";
import { readDocument, replaceFile, setInFile, YamlError } from "./yamlFile";

const tenantsPath = ["config", `${namespace}:tenants`];

/** A tenant to add. */
export interface NewTenant {
  readonly name: string;
  /** Plan; the environment's default when left out. */
  readonly plan?: string;
  /** Host; the environment's default when left out, and without one the host with the most free memory. */
  readonly host?: string;
}

/** A tenant that was added. */
export interface AddedTenant {
  /** The stack file's new text. */
  readonly text: string;
  /** The tenant as it will be. */
  readonly tenant: Tenant;
  /** Why it is on its host, where that was chosen here. */
  readonly because?: string;
}

/** What was asked for can't be done; the message says why and the way out. */
class TenantToolError extends Error {
  override readonly name = "TenantToolError";
}

/**
 * Puts a tenant into the text of a stack file, comments and layout kept, its slot pinned: the hashed one where that is
 * free, else the next.
 *
 * @throws TenantToolError when the tenant exists or the host is full.
 * @throws FleetConfigError when the result, as a whole, isn't a right configuration.
 */
export function addTenant(text: string, environment: string, asked: NewTenant): AddedTenant {
  const document = readDocument(text, `Pulumi.${environment}.yaml`);
  if (declaredNames(document).includes(asked.name)) {
    throw new TenantToolError(
      `Tenant "${asked.name}" already exists. To change its plan: pulumi config set --path '${namespace}:tenants.${asked.name}.plan' ${asked.plan ?? "basic"}`,
    );
  }
  const raw = configuration(document);
  const before = parseFleet(raw, environment);
  if (!before.ok) {
    throw new FleetConfigError(environment, before.problems);
  }
  const { host: usual } = (raw.defaults ?? {}) as { host?: string };
  const isChosen = asked.host === undefined && usual === undefined && Object.keys(before.fleet.hosts).length > 1;
  const choice = isChosen ? hostWithMostMemory(before.fleet) : undefined;
  const wanted = { ...asked, host: asked.host ?? choice?.host };
  const slot = chooseSlot(before.fleet, usual, wanted);
  const entry = {
    ...(wanted.host === undefined ? {} : { host: wanted.host }),
    slot,
    ...(wanted.plan === undefined ? {} : { plan: wanted.plan }),
  };
  const edited = setInFile(text, [...tenantsPath, wanted.name], entry);
  const result = parseFleet(configuration(parseDocument(edited)), environment);
  if (!result.ok) {
    throw new FleetConfigError(environment, result.problems);
  }
  return { text: edited, tenant: result.fleet.tenants[wanted.name]!, because: choice?.because };
}

/** Names that the file declares tenants under. @throws TenantToolError where there can be none. */
function declaredNames(document: Document): readonly string[] {
  const found = document.getIn(tenantsPath);
  if (found !== undefined && found !== null && !isMap(found)) {
    throw new TenantToolError(`${namespace}:tenants isn't a map of tenants: correct it first.`);
  }
  if (!isMap(document.get("config"))) {
    throw new TenantToolError(`The stack file has no configuration with hosts: declare ${namespace}:hosts first.`);
  }
  return isMap(found) ? found.items.map(({ key }) => String(key)) : [];
}

function configuration(document: Document): RawConfig {
  const { config } = document.toJS() as { config: Record<string, unknown> };
  return configOfFile(config);
}

/** A slot that is free on every host in question: one whose host isn't known yet is refused by the validation that follows. */
function chooseSlot({ hosts, tenants }: Fleet, usual: string | undefined, wanted: NewTenant): number {
  const host = hosts[wanted.host ?? usual ?? Object.keys(hosts)[0]!];
  const neighbours = Object.values(tenants).filter((tenant) => tenant.host === host?.name);
  const slot = freeSlot(
    wanted.name,
    new Set([...(host?.reservedSlots ?? []), ...neighbours.map((tenant) => tenant.slot)]),
  );
  if (slot === undefined) {
    throw new TenantToolError(`Host "${host!.name}" has no free slot: declare another host and name it with HOST=...`);
  }
  return slot;
}

const usage =
  "Usage: node --require tsx/cjs tools/tenant.ts --name NAME [--plan PLAN] [--stack dev] [--host HOST] [--file PATH]";

/** Runs the tool. @returns the exit code: 0 done, 1 refused (nothing was changed), 2 wrong use. */
export function main(args: readonly string[]): number {
  let values: { name?: string; plan?: string; stack?: string; host?: string; file?: string };
  try {
    const text = { type: "string" } as const;
    values = parseArgs({
      args: [...args],
      options: { name: text, plan: text, stack: text, host: text, file: text },
    }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    return 2;
  }
  const { name, stack = "dev" } = values;
  const environment = stack.split("/").at(-1)!;
  if (!name) {
    console.error(`A tenant needs a name: make tenant NAME=acme PLAN=starter\n${usage}`);
    return 2;
  }
  // An empty option is what `make` gives for a variable that isn't set.
  const wanted = { name, plan: values.plan || undefined, host: values.host || undefined };
  const file = values.file || resolve(__dirname, "..", `Pulumi.${environment}.yaml`);
  try {
    const { text, tenant, because } = addTenant(readFileSync(file, "utf8"), environment, wanted);
    replaceFile(file, text);
    console.log(`Tenant "${name}" is declared in ${file}.`);
    console.log(
      `  host ${tenant.host}, plan ${tenant.plan}, slot ${tenant.slot}, port ${tenant.ports.http}, ${tenant.url}`,
    );
    if (because !== undefined) {
      console.log(`  ${because}; choose another with HOST=...`);
    }
    console.log(`Next: make up STACK=${stack}`);
    return 0;
  } catch (error) {
    if (error instanceof FleetConfigError || error instanceof TenantToolError || error instanceof YamlError) {
      console.error(error.message);
    } else if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      console.error(`There is no ${file}. Make the stack first (pulumi stack init ${stack}) and declare a host in it.`);
    } else {
      throw error;
    }
    return 1;
  }
}

if (require.main === module) {
  process.exitCode = main(process.argv.slice(2));
}
