/** The modules of several sets, sorted, each once: what an order has of them, and what figures of orders go by. */
export function modulesOf(sets: readonly { readonly modules: readonly string[] }[]): string[] {
  return [...new Set(sets.flatMap(({ modules }) => modules))].sort();
}
