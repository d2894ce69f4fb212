import type Docker from "dockerode";
import type { Tenant } from "../../fleet/types";
import { ignoreAbsent } from "../host/engineErrors";
import { readDataLabel } from "../tenant/dataLabel";
import { leaveTimeline } from "./leaveTimeline";
import { flush, odooOfData, RestoreError } from "./restorer";

/** Whose former volumes are made ready, and what for. */
export interface Former {
  readonly engine: Docker;
  /** The tenant as it runs, which goes on meanwhile. */
  readonly tenant: Tenant;
  /** The same with the names of the volumes that it had before a restore, which nothing uses. */
  readonly former: Tenant;
  /** Name of PostgreSQL's image, asked for once it is known that the volumes can be run on again. */
  readonly image: () => Promise<string>;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Makes the volumes that a tenant had before a restore ready to be run on again, while it serves. What was written since the restore stays in those
 * that it runs on now.
 *
 * @throws RestoreError where they aren't there, are of another major version or release, or can't be made ready; nothing was changed then.
 */
export async function readyFormer({ engine, tenant, former, image: imageOf, say, signal }: Former): Promise<void> {
  await demandFormer(engine, tenant, former.names);
  say("making the volumes that it had before ready");
  const image = await imageOf();
  // What was restored has to be known to the archive, so that the former doesn't take the same way.
  await flush({ engine, before: tenant, say, signal });
  try {
    await leaveTimeline({ engine, tenant, former, image, signal });
  } catch (error) {
    signal.throwIfAborted();
    throw new RestoreError(`${(error as Error).message}\nNothing was changed: ${tenant.name} is as it was.`);
  }
}

async function demandFormer(engine: Docker, tenant: Tenant, names: Tenant["names"]): Promise<void> {
  for (const name of [names.databaseVolume, names.filestoreVolume]) {
    if ((await engine.getVolume(name).inspect().catch(ignoreAbsent)) === undefined) {
      throw new RestoreError(`the volume ${name}, which ${tenant.name} had before, isn't there. Nothing was changed.`);
    }
  }
  const { Labels: labels } = await engine.getVolume(names.databaseVolume).inspect();
  const { postgres: major } = readDataLabel(labels ?? {});
  if (major !== undefined && major !== tenant.postgresVersion) {
    throw new RestoreError(
      `${names.databaseVolume}, which ${tenant.name} had before, is of PostgreSQL ${major}, and ${tenant.postgresVersion} is declared: ` +
        `there is no way back from an update to another major by an undoing, see docs/updates.md. Nothing was changed.`,
    );
  }
  const release = await odooOfData(engine, names);
  if (release !== undefined && release !== tenant.odooVersion) {
    throw new RestoreError(
      `${names.filestoreVolume}, which ${tenant.name} had before, is of Odoo ${release}, and ${tenant.odooVersion} is declared: ` +
        `declare odoo: "${release}", with the addons and modules of then, and run this again. Nothing was changed.`,
    );
  }
}
