import * as pulumi from "@pulumi/pulumi";
import { showValue } from "../../fleet/errors";
import type { Day } from "../../fleet/keptBackups";
import { formatPath, setCommand } from "../../fleet/paths";
import { connectHost, createStackId, type Placement } from "../host/connectHost";
import { type FleetSettings, resolveSettings } from "../run/fleetSettings";
import { assertOneSdk } from "../run/oneSdk";
import { RefusedError } from "../run/refusedError";
import { readStackState } from "../run/stackState";
import { KeptBackups } from "./keptBackups";

/** Settings of a stack that held one tenant, which has left. */
export interface KeepSettings extends FleetSettings {
  /** Name of the tenant that the stack was made with by `createTenant`; none of `tenants` any more. */
  readonly tenant: string;
}

/** What a stack has left of its tenant. */
export interface KeptOutputs {
  /** The tenant's name. */
  readonly name: string;
  /** The last day, UTC, for which its backups stay; undefined: none are kept. */
  readonly keptUntil?: Day;
}

/**
 * What follows `createTenant` once its tenant is decommissioned: the program of the tenant's stack from then on. It removes the database and
 * the files, and keeps the backups with the secret that opens them, protected, to the day that `keepUntil` named. The first `up`
 * after that day lifts the protection; then the stack can be destroyed, and with its secret nothing opens a copy any more.
 *
 * @param placement the one that `createTenant` was given.
 * @throws SdkCopiesError when another copy of `@pulumi/pulumi` than the library's is loaded.
 * @throws RefusedError naming every mistake in the settings, a tenant that is still declared, one that wasn't decommissioned, and a host
 * that isn't declared any more.
 */
export async function keepBackups(settings: KeepSettings, placement: Placement = {}): Promise<KeptOutputs> {
  assertOneSdk();
  const { tenant: name, ...declaration } = settings;
  const { fleet, secrets } = resolveSettings(declaration, undefined, name);
  const { environment, offsite } = fleet;
  const path = ["tenants", name];
  const refuse = (value: unknown, expected: string, wayOut: string, at = path): never => {
    throw new RefusedError(environment, [{ path: formatPath(at), value: showValue(value), expected, wayOut }]);
  };
  if (fleet.tenants[name] !== undefined) {
    refuse({}, "a tenant that has left the declaration", "take it out, or use createTenant");
  }
  const state = await readStackState(environment);
  const lastBackup = state.lastBackups.get(name);
  if (lastBackup === undefined) {
    // The engine of Pulumi would refuse it too, by the protection of the volumes.
    return refuse(
      undefined,
      "a tenant that createTenant has decommissioned in this stack, with a last backup that was proven",
      `declare it and decommission it first: ${setCommand([...path, "state"], "decommissioned")}`,
    );
  }
  const host = fleet.hosts[lastBackup.host];
  if (host === undefined) {
    return refuse(undefined, `a declared host while it has backups of ${name}`, "put the host back", [
      "hosts",
      lastBackup.host,
    ]);
  }
  const refs = connectHost({
    ...{ environment, host, placement, tenants: [], transform: settings.transform },
    stackId: createStackId(placement),
  });
  if (!lastBackup.isKept) {
    void pulumi.log.info(`${name}: no backups are kept of it`);
    return { name };
  }
  new KeptBackups(
    name,
    {
      ...{ context: refs.context, lastBackup, frozen: false },
      copiedTo: offsite && secrets.offsite && { host, offsite, secret: secrets.offsite },
    },
    { parent: placement.parent, providers: [refs.provider] },
  );
  return { name, keptUntil: lastBackup.keptUntil };
}
