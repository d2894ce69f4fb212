import type { Database } from "../database/connect.ts";
import { OrderStateError } from "../orders/orderErrors.ts";

/** @throws OrderStateError while a tenant has a job that isn't over: what is asked for would wait behind it, or change what it works on. */
export async function demandNoJob(transaction: Database, tenant: string): Promise<void> {
  const job = await transaction
    .selectFrom("job")
    .select("id")
    .where("tenant_id", "=", tenant)
    .where("state", "in", ["queued", "running"])
    .executeTakeFirst();
  if (job) {
    throw new OrderStateError(`it has a job that isn't over, ${job.id}; wait for its end`, "busy");
  }
}
