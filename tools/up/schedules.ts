import { takeBackDeclared, tellOfDeclared } from "../../components/schedule/declaredSchedules";
import { stopsByItself } from "../../fleet/stopsByItself";
import type { StackOwner } from "../../fleet/layout";
import { readFleet } from "./readFleet";

/**
 * Before an `up`, takes back what hosts have done by tenants' schedules where the `up` wouldn't notice; after it, tells them the schedules anew. A host that
 * can't be asked is named, and is no reason against the `up`.
 */
export async function tellHosts(
  moment: "before" | "after",
  configFile: string,
  { environment, tenant }: StackOwner,
): Promise<void> {
  const fleet = readFleet(configFile, environment);
  if (fleet === undefined || !Object.values(fleet.hosts).some(stopsByItself)) {
    return;
  }
  try {
    await (moment === "before" ? takeBackDeclared(fleet, tenant) : tellOfDeclared(fleet, tenant));
  } catch (error) {
    const what = moment === "before" ? "may have stopped or started tenants by itself" : "isn't told when tenants stop";
    console.error(`odoo-fleet: warning: a host ${what}: ${(error as Error).message}`);
  }
}
