import { tenantOn } from "../move/target";
import { type Changer, clearChange } from "./change";
import { UpdateError, type UpdateRecord } from "./record";
import type { Way } from "./way";

/** Seconds that a tenant that was brought back may take until it serves. */
const serveSeconds = 180;

/** Brings data and containers back to what they were before the update, and waits until the tenant serves. */
export async function goBack(changer: Changer, way: Way, record: UpdateRecord): Promise<void> {
  const { engine, tenant } = changer;
  await clearChange(changer);
  if (record.step === "rehearsing") {
    return;
  }
  await way.back(record);
  const deadline = Date.now() + serveSeconds * 1000;
  while (!(await tenantOn(engine, tenant)).serves) {
    if (Date.now() > deadline) {
      throw new UpdateError(`${tenant.name} doesn't serve after ${serveSeconds} s: docker logs ${tenant.names.odoo}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
