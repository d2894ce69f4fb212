import type Docker from "dockerode";
import { hostNamed } from "../../fleet/hostNamed";
import { obstacleToRunning } from "../../fleet/lifecycle/obstacleToRunning";
import type { Fleet, Host, RunningTenant, UnfilledCopy } from "../../fleet/types";
import { engineClient } from "../host/engineClient";
import { RestoreError } from "../restore/restorer";

/** A copy, and the tenant that it is of. */
export interface DeclaredCopy {
  readonly copy: RunningTenant | UnfilledCopy;
  readonly source: RunningTenant;
  readonly host: Host;
  readonly engine: Docker;
}

/** Finds a copy that can be filled now, or brought anew. @throws RestoreError where it can't be. */
export function declaredCopy(fleet: Fleet, name: string): DeclaredCopy {
  const copy = fleet.tenants[name];
  if (copy?.copyOf === undefined) {
    const copies = Object.values(fleet.tenants).filter(({ copyOf }) => copyOf !== undefined);
    const known = copies.map((one) => one.name).join(", ") || "none is declared, see docs/copies.md";
    throw new RestoreError(`${name} isn't a declared copy (copyOf); expected one of: ${known}`);
  }
  if (copy.state === "decommissioned" || copy.state === "suspended") {
    throw new RestoreError(`${obstacleToRunning(copy)}. Nothing was changed.`);
  }
  const source = fleet.tenants[copy.copyOf]!;
  if (source.state !== "running") {
    throw new RestoreError(`A copy is made of a tenant that runs. ${obstacleToRunning(source)}. Nothing was changed.`);
  }
  if (source.host !== copy.host) {
    throw new RestoreError(
      `${copy.name} is on host ${copy.host}, and the backups of ${source.name} are on host ${source.host}: declare another copy ` +
        "there, and decommission this one. Nothing was changed.",
    );
  }
  const host = hostNamed(fleet, copy.host);
  return { copy, source, host, engine: engineClient(host) };
}
