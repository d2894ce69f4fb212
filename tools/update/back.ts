import { ignoreAbsent } from "../../components/host/engineErrors";
import { stop } from "../move/engine";
import { tenantOn } from "../move/target";
import { type Changer, clearChange } from "./change";
import { bringBack } from "./container";
import { backToPoint } from "./point";
import { UpdateError, type UpdateRecord } from "./record";

/** Seconds that a tenant that was brought back may take until it serves. */
const serveSeconds = 180;

/** Brings database, files and container back to what they were before the update, and waits until the tenant serves. */
export async function goBack(changer: Changer, record: UpdateRecord): Promise<void> {
  const { engine, tenant } = changer;
  await clearChange(changer);
  if (record.step === "rehearsing") {
    return;
  }
  await stop(engine, tenant.names.odoo);
  await engine.getContainer(tenant.names.postgres).start().catch(ignoreAbsent);
  await backToPoint(engine, tenant, record.image);
  await bringBack(engine, record.odoo);
  const deadline = Date.now() + serveSeconds * 1000;
  while (!(await tenantOn(engine, tenant)).serves) {
    if (Date.now() > deadline) {
      throw new UpdateError(`${tenant.name} doesn't serve after ${serveSeconds} s: docker logs ${tenant.names.odoo}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
