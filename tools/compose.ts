/**
 * `compose.ts STACK --tenant NAME [--folder FOLDER]`: writes a tenant out as a Compose file that runs the same containers, with what
 * is secret in a file of its own. Made from the stack's state: what the last `up` brought up. Asks no engine.
 */
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { renderCompose } from "./compose/render";
import { exportState, tenantResources } from "./compose/state";
import { parseStackReference } from "./stackName";

/** Runs the tool; prints where the files are, and nothing of what is in them. */
export async function main(args: readonly string[], stateOf: (stack: string) => Promise<unknown>): Promise<void> {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { tenant: text, folder: text },
  });
  const [stack] = positionals;
  const { tenant } = values;
  if (!stack || !tenant) {
    throw new Error("TENANT is missing: make compose TENANT=acme [FOLDER=...] [STACK=dev]");
  }
  const { environment: name } = parseStackReference(stack);
  const folder = values.folder || join("build", "compose", name, tenant);
  const files = renderCompose(name, tenant, tenantResources(await stateOf(stack), tenant, name));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const [file, content] of Object.entries<string>({ ...files })) {
    const part = join(folder, `.${file}.part`);
    writeFileSync(part, content, { mode: 0o600 });
    renameSync(part, join(folder, file));
  }
  console.log(`odoo-fleet: ${tenant}: written to ${folder}: compose.yaml, and its secrets in compose.override.yaml`);
  console.log("odoo-fleet: docs/operations.md (Leaving the fleet) says how to run it");
}

if (require.main === module) {
  main(process.argv.slice(2), exportState).catch((error: Error) => {
    console.error(`odoo-fleet: ${error.message}`);
    process.exitCode = 1;
  });
}
