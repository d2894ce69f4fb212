import { hostNamed } from "../../fleet/hostNamed";
import { engineClient } from "../host/engineClient";
import { execText } from "../host/engineExec";
import { type FleetSettings, resolveSettings } from "../run/fleetSettings";

/** Milliseconds for it to answer. */
const deadline = 30_000;

/**
 * Runs a command in the container of a service that watches a fleet, by the engine of its host; what it prints.
 *
 * @param settings of the fleet that has the host; tenants of it aren't looked at.
 * @throws when the engine or the command doesn't answer within 30 s.
 */
export async function askService(
  settings: FleetSettings & { readonly environment: string },
  { host, container }: { readonly host: string; readonly container: string },
  command: readonly string[],
): Promise<string> {
  const { fleet } = resolveSettings({ ...settings, tenants: {} });
  const service = engineClient(hostNamed(fleet, host)).getContainer(container);
  return execText(service, command, AbortSignal.timeout(deadline));
}
