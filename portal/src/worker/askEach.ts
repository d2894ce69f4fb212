import { reasonOf } from "./reasonOf.ts";

/** Asks tenants for something, one after the other. One that can't be asked is named in the log, and stops no other. @returns of how many it is known now. */
export async function askEach(
  tenants: readonly string[],
  ask: (tenant: string) => Promise<void>,
  failureOf: (tenant: string) => string,
): Promise<number> {
  let known = 0;
  for (const tenant of tenants) {
    try {
      await ask(tenant);
      known += 1;
    } catch (error) {
      console.error(failureOf(tenant), reasonOf(error));
    }
  }
  return known;
}
