import type Docker from "dockerode";
import type { Tenant } from "../../fleet/types";
import type { Changer } from "./change";
import { type ContainerRecord, recordContainer } from "./container";
import { MajorChange } from "./major";
import type { UpdateTools } from "./record";
import { InPlace, type Way } from "./way";

/**
 * The way of an update.
 *
 * @param generation number of the tenant's volumes when it began.
 */
export function chooseWay(changer: Changer, { stack, restores }: UpdateTools, generation: number): Way {
  return changer.plan.postgres === undefined
    ? new InPlace(changer)
    : new MajorChange(changer, { stack, restores, generation });
}

/** The containers beside Odoo that run on what a PostgreSQL major changes, as they are. */
export function besides(engine: Docker, { names }: Tenant): Promise<ContainerRecord[]> {
  return Promise.all([names.postgres, names.backup, names.files].map((name) => recordContainer(engine, name)));
}
