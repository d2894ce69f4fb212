import type Docker from "dockerode";
import { escrowPath } from "../../fleet/escrow";
import { hostNamed } from "../../fleet/hostNamed";
import { labelPrefix } from "../../fleet/labels";
import { tenantNames } from "../../fleet/names";
import { engineClient } from "../host/engineClient";
import { readCopied } from "../restore/offsite";
import { RestoreError } from "../restore/restorer";
import { resolveSettings } from "../run/fleetSettings";
import type { KeepSettings } from "./keepBackups";
import { overwriteEscrow } from "./overwriteEscrow";

/** Settings of what ends an erasure: those of `keepBackups`, and where the tenant was. */
export interface EraseSettings extends KeepSettings {
  /** Name of the environment, which is demanded here: there is no Pulumi stack to take it from. */
  readonly environment: string;
  /** Name of the host that the tenant was on. */
  readonly host: string;
}

/**
 * Ends the erasure of a tenant that had a stack of its own, once that stack is destroyed: the keys of its backups go out of the escrow on the target,
 * which the stack had copied there. A file without keys takes their place, as what copies there may remove nothing. May be repeated.
 *
 * A bucket that keeps versions has the file of before until its lock and its lifecycle let go of it.
 *
 * @throws RestoreError where the tenant's host still has volumes of it, and where the target still has the keys.
 */
export async function destroyEscrowedKeys(
  { tenant, host: place, ...declaration }: EraseSettings,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  const { fleet, secrets } = resolveSettings(declaration);
  const { environment, offsite } = fleet;
  const host = hostNamed(fleet, place);
  const engine = engineClient(host);
  await demandNothingLeft(engine, environment, tenant);
  if (offsite?.escrow === undefined || secrets.offsite === undefined) {
    return;
  }
  const copies = { offsite, secret: secrets.offsite };
  const rclone = { engine, host, tenant: { names: tenantNames(environment, tenant) }, signal };
  const path = escrowPath(place, tenant);
  if ((await readCopied(copies, rclone, path)) === undefined) {
    return;
  }
  await overwriteEscrow(copies, rclone, { environment, host: place, tenant });
}

async function demandNothingLeft(engine: Docker, environment: string, tenant: string): Promise<void> {
  const label = [`${labelPrefix}.environment=${environment}`, `${labelPrefix}.tenant=${tenant}`];
  const { Volumes } = await engine.listVolumes({ filters: { label } });
  if (Volumes.length > 0) {
    const names = Volumes.map(({ Name }) => Name).join(" ");
    throw new RestoreError(`its host still has volumes of ${tenant}, that its stack's state doesn't know: ${names}`);
  }
}
