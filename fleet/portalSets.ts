import { type ConfigProblem, showValue } from "./errors";
import { startModules } from "./modules";
import { type ConfigPath, formatPath, removeCommand } from "./paths";
import type { ModuleSet, Portal, PortalText } from "./portalTypes";
import type { PortalConfig } from "./schema";
import type { OdooVersion } from "./types";

const root: ConfigPath = ["portal", "sets"];

/** What the portal's API calls a set. */
const setName = /^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/;

/** The order page shows all of them, and each is a seed of its own. */
const mostSets = 20;

type PortalSetConfig = NonNullable<PortalConfig["sets"]>[string];

/** A text in each language; in English where there is none. */
const inAll = ({ en, fr = en, ar = en }: PortalSetConfig["title"]): PortalText => ({ en, fr, ar });

/** The sets that are offered, with what is left out; nothing where none is declared. */
export function setsOf(declared: PortalConfig["sets"] = {}): { readonly sets?: Readonly<Record<string, ModuleSet>> } {
  const sets = Object.entries(declared).map(
    ([name, { modules, title, summary, picture = "box" }]): [string, ModuleSet] => [
      name,
      {
        modules: [...new Set(modules)].sort(),
        title: inAll(title),
        summary: inAll(summary),
        picture,
      },
    ],
  );
  return sets.length === 0 ? {} : { sets: Object.fromEntries(sets) };
}

/** Checks the names and the number of the sets. Whether Odoo has their modules shows when `up` prepares them. */
export function checkSets({ sets = {} }: Partial<PortalConfig>, problems: ConfigProblem[]): void {
  const names = Object.keys(sets);
  for (const name of names.filter((one) => !setName.test(one))) {
    problems.push({
      path: formatPath([...root, name]),
      value: showValue(name),
      expected: "a name of 1 to 32 lower-case letters, digits and hyphens, a letter first: the API has it",
      wayOut: `give it another name; ${removeCommand([...root, name])}`,
    });
  }
  if (names.length > mostSets) {
    problems.push({
      path: formatPath(root),
      value: `(${names.length} sets)`,
      expected: `${mostSets} sets at most: each is prepared for each release, and the order page shows all`,
      wayOut: `take some away: ${removeCommand([...root, names.at(-1)!])}`,
    });
  }
}

/** A database that is prepared in an image of Odoo. */
export interface Seed {
  readonly odooVersion: OdooVersion;
  /** Sorted, with those that each tenant has. */
  readonly modules: readonly string[];
}

/**
 * What a host has prepared for orders with a set: each by itself, for each release that is sold. Several together are prepared by the first order of them.
 *
 * @param portal undefined: there is none.
 * @returns nothing where none is offered on that host.
 */
export function seedsSold(portal: Pick<Portal, "sells"> | undefined, host: string): Seed[] {
  const { sets = {}, odooVersions = [], slots = {} } = portal?.sells ?? {};
  return Object.hasOwn(slots, host)
    ? odooVersions.flatMap((odooVersion) =>
        Object.values(sets).map(({ modules }) => ({ odooVersion, modules: startModules(modules) })),
      )
    : [];
}
