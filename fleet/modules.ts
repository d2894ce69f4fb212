/** Modules that every database has: Odoo doesn't serve a login page without them. */
const commonModules = ["base", "web"];

/** The modules that a tenant's database starts with, sorted, each once. @param more beside those that every database has. */
export function startModules(more: readonly string[] = []): string[] {
  return [...new Set([...commonModules, ...more])].sort();
}
