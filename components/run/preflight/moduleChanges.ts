import type { Tenant } from "../../../fleet/types";
import type { DataFacts } from "./dataFacts";

/** How the modules that a tenant's database has differ from those that are declared. */
export interface ModuleChanges {
  /** In the list now, and not in the database. */
  readonly added: readonly string[];
  /** Not in the list any more, and still in the database. */
  readonly removed: readonly string[];
  /** Installed modules of the tenant's own, of which the database was updated with another content. */
  readonly changed: readonly string[];
  /** Installed modules of the tenant's own that its addons have no more. */
  readonly gone: readonly string[];
}

/** What changes about a tenant's modules; nothing where the database wasn't asked. */
export function moduleChanges({ modules }: Pick<Tenant, "modules">, facts: DataFacts): ModuleChanges {
  if (facts.database === undefined) {
    return { added: [], removed: [], changed: [], gone: [] };
  }
  const { installed, updatedWith } = facts.database;
  const { addons } = facts;
  // A list of before there were labels says nothing.
  const before = facts.last.modules ?? modules;
  return {
    added: modules.filter((module) => !before.includes(module) && !installed.includes(module)),
    removed: before.filter((module) => !modules.includes(module) && installed.includes(module)),
    changed: installed.filter((module) => addons[module] !== undefined && addons[module] !== updatedWith[module]),
    gone: installed.filter((module) => addons[module] === undefined && updatedWith[module] !== undefined),
  };
}
