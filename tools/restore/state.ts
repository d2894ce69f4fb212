import { withRenamedVolumes } from "../../components/restore/restoredState";
import type { Tenant } from "../../fleet/types";
import type { StackCommands } from "../move/stack";

/** Tells the stack's state that a tenant's volumes are the restored ones. Secrets in it stay encrypted, also in the file. */
export async function renameVolumes(
  stack: StackCommands,
  folder: string,
  before: Tenant,
  after: Tenant,
): Promise<void> {
  await stack.edit(folder, (exported) => withRenamedVolumes(exported, before, after));
}
