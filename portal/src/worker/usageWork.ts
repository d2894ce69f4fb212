import { noteSizes } from "../usage/sizes.ts";
import { askEach } from "./askEach.ts";
import type { WorkerParts } from "./runJob.ts";
import { specOf } from "./work.ts";

/** Asks tenants how much they have stored. @returns of how many it is known now. */
export async function askForSizes(
  { database, provisioner, now = () => new Date() }: Pick<WorkerParts, "database" | "provisioner" | "now">,
  tenants: readonly string[],
): Promise<number> {
  return askEach(
    tenants,
    async (tenant) => noteSizes(database, tenant, await provisioner.readSizes(await specOf(database, tenant)), now()),
    (tenant) => `how much tenant ${tenant} has stored wasn't found; it is asked again in a minute`,
  );
}
