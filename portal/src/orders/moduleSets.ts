import { modulesOf } from "../pages/modulesOf.ts";
import type { Settings } from "../settings.ts";
import { OrderRefusedError } from "./orderErrors.ts";

/** What a tenant is ordered with, and keeps, whatever becomes of the sets. */
export interface OrderedModules {
  /** Names of sets, in the sequence in which they are offered. */
  readonly sets: string[];
  /** What they hold together, sorted, each once. */
  readonly modules: string[];
}

/**
 * What sets hold together.
 *
 * @param names of sets; twice counts once.
 * @throws OrderRefusedError when one isn't offered.
 */
export function orderedModules({ sets }: Pick<Settings, "sets">, names: readonly string[]): OrderedModules {
  if (names.some((name) => !Object.hasOwn(sets, name))) {
    const offered = Object.keys(sets);
    throw new OrderRefusedError(
      "sets",
      "unknown",
      offered.length === 0 ? "expected none: no sets are offered" : `expected names of ${offered.join(", ")}`,
    );
  }
  const wanted = Object.keys(sets).filter((name) => names.includes(name));
  return { sets: wanted, modules: modulesOf(wanted.map((name) => sets[name]!)) };
}
