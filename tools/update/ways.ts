import type Docker from "dockerode";
import type { Tenant } from "../../fleet/types";
import type { Changer } from "./change";
import { type ContainerRecord, recordContainer } from "./container";
import { MajorChange } from "./major";
import type { UpdatePlan } from "./plan";
import type { UpdateTools } from "./record";
import { ReleaseChange } from "./release";
import { InPlace, type Way } from "./way";

/**
 * The way of an update.
 *
 * @param generation number of the tenant's volumes when it began.
 */
export function chooseWay(changer: Changer, { stack, restores }: UpdateTools, generation: number): Way {
  const tools = { stack, restores, generation };
  const { postgres, odoo } = changer.plan;
  return postgres ? new MajorChange(changer, tools) : odoo ? new ReleaseChange(changer, tools) : new InPlace(changer);
}

/** Whether an update leaves the tenant's volumes as they are, and fills others: what labels of volumes say, and the way back, depend on it. */
export function needsNewVolumes({ postgres, odoo }: UpdatePlan): boolean {
  return postgres !== undefined || odoo !== undefined;
}

/** The containers beside Odoo that run on the volumes, as they are. */
export function besides(engine: Docker, { names }: Tenant): Promise<ContainerRecord[]> {
  return Promise.all([names.postgres, names.backup, names.files].map((name) => recordContainer(engine, name)));
}
