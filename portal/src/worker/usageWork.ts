import { noteSizes } from "../usage/sizes.ts";
import type { WorkerParts } from "./runJob.ts";
import { specOf } from "./work.ts";

/** Asks tenants how much they have stored. @returns of how many it is known now. */
export async function askForSizes(
  { database, provisioner, now = () => new Date() }: Pick<WorkerParts, "database" | "provisioner" | "now">,
  tenants: readonly string[],
): Promise<number> {
  let known = 0;
  for (const tenant of tenants) {
    try {
      await noteSizes(database, tenant, await provisioner.readSizes(await specOf(database, tenant)), now());
      known += 1;
    } catch (error) {
      console.error(`how much tenant ${tenant} has stored wasn't found; it is asked again in a minute`, error);
    }
  }
  return known;
}
