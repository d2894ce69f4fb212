import type Docker from "dockerode";
import type { EscrowedKeys } from "../../fleet/escrow";
import type { Portal } from "../../fleet/portalTypes";
import type { CreatedTenant, Host } from "../../fleet/types";
import { buildImage, buildImages } from "../host/buildImages";
import { ignoreAbsent } from "../host/engineErrors";
import { postgresImageSpec } from "../host/imageSpec";
import { removeThrowAway } from "../host/throwAway";
import { createVolumes } from "../tenant/createVolumes";
import { postgresDataLabel } from "../tenant/dataLabel";
import { type DataVolume, dataVolumes } from "../tenant/dataVolumes";
import { clearCopies, type Copies, copyBack } from "./offsite";
import { clear, databaseThrowAway, restore, restoreDatabase, restoredTenant } from "./restorer";
import { showTime } from "./time";

/** What a recovery works with. */
export interface RecoveryTools {
  readonly engine: Docker;
  readonly environment: string;
  readonly host: Host;
  readonly copies: Copies;
  /** Time that is restored, Unix seconds; undefined: the newest. */
  readonly at?: number;
  readonly signal: AbortSignal;
}

/** Who a recovered volume belongs to, what opens its backups, and who is told. */
export interface RecoveredFor {
  readonly stackId: string;
  readonly keys: EscrowedKeys;
  readonly say: (text: string) => void;
}

/**
 * Brings a tenant's backups and data back into volumes as the program would make them, proven. What an interrupted run restored is
 * thrown away; what it copied back is kept.
 */
export async function recoverTenant(tools: RecoveryTools, tenant: CreatedTenant, own: RecoveredFor): Promise<void> {
  const { engine, environment, host, at, signal } = tools;
  const { stackId, keys, say } = own;
  const after = restoredTenant(environment, tenant, tenant.restored);
  const restorer = { engine, environment, before: tenant, after, keys, say, signal };
  await clear(restorer);
  await clearCopies(engine, tenant);
  say("building its images");
  const images = await buildImages(engine, host, tenant);
  await backupsBack(tools, tenant, { images, repository: dataVolumes(tenant).repository, ...own });
  await restore(restorer, images, stackId, at);
  signal.throwIfAborted();
}

/** The volumes that hold the portal's database and its backups, as `PortalStack` makes them. */
export function portalVolumes(portal: Portal): Record<"database" | "repository", DataVolume> {
  const { databaseVolume, repositoryVolume } = portal.names;
  return {
    database: { name: databaseVolume, service: "postgres", madeAs: postgresDataLabel(portal) },
    repository: { name: repositoryVolume, service: "backup" },
  };
}

/** The same of the portal's database: who ordered what, and where it is. */
export async function recoverPortal(tools: RecoveryTools, portal: Portal, own: RecoveredFor): Promise<void> {
  const { engine, environment, host, at, signal } = tools;
  const { stackId, keys, say } = own;
  const { database, repository } = portalVolumes(portal);
  await removeThrowAway(engine, databaseThrowAway(portal));
  await engine.getVolume(database.name).remove().catch(ignoreAbsent);
  await clearCopies(engine, portal);
  say("building its database's image");
  const spec = postgresImageSpec(portal.baseImages.postgres, portal.postgresVersion, "");
  await buildImage(engine, host, spec);
  await createVolumes(engine, environment, stackId, portal, [database]);
  await backupsBack(tools, portal, { images: { postgres: spec.name }, repository, ...own });
  await restoreDatabase({ engine, before: portal, after: portal, keys, say, signal }, spec.name, at);
  signal.throwIfAborted();
}

/** Copies the backups of one back into their own volume, and says what is restored from them. */
async function backupsBack(
  { engine, environment, host, copies, at, signal }: RecoveryTools,
  tenant: CreatedTenant | Portal,
  {
    images,
    repository,
    stackId,
    say,
  }: RecoveredFor & {
    readonly images: { readonly postgres: string; readonly odoo?: string };
    readonly repository: DataVolume;
  },
): Promise<void> {
  await createVolumes(engine, environment, stackId, tenant, [repository]);
  say("copying its backups back");
  await copyBack(copies, { engine, host, tenant, images, volume: repository.name, say, signal });
  say(`restoring ${at === undefined ? "the newest there is" : `what was there at ${showTime(at)}`}`);
}
