import type Docker from "dockerode";
import type { Tenant } from "../../fleet/types";
import { leaveTimeline } from "./leaveTimeline";
import { flush, RestoreError } from "./restorer";

/** Whose former volumes are made ready, and what for. */
export interface Former {
  readonly engine: Docker;
  /** The tenant as it runs, which goes on meanwhile. */
  readonly tenant: Tenant;
  /** The same with the names of the volumes that it had before a restore, which nothing uses. */
  readonly former: Tenant;
  /** Name of PostgreSQL's image. */
  readonly image: string;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Makes the volumes that a tenant had before a restore ready to be run on again. @throws RestoreError where they can't be; nothing was changed then. */
export async function readyFormer({ engine, tenant, former, image, say, signal }: Former): Promise<void> {
  // What was restored has to be known to the archive, so that the former doesn't take the same way.
  await flush({ engine, before: tenant, say, signal });
  try {
    await leaveTimeline({ engine, tenant, former, image, signal });
  } catch (error) {
    signal.throwIfAborted();
    throw new RestoreError(`${(error as Error).message}\nNothing was changed: ${tenant.name} is as it was.`);
  }
}
