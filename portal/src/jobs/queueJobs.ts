import { type AuditDetails, record } from "../audit/audit.ts";
import type { Database } from "../database/connect.ts";
import type { JobKind } from "../database/schema.ts";
import { newId } from "../orders/identifiers.ts";
import type { JobQueue } from "./queue.ts";

/** Writes into the audit trail what a job came to. */
export async function recordJob(
  transaction: Database,
  actor: "portal" | "worker",
  { id, tenant, kind }: { readonly id: string; readonly tenant: string; readonly kind: JobKind },
  state: "queued" | "started" | "done" | "failed" | "cancelled",
  details: AuditDetails = {},
): Promise<void> {
  await record(transaction, { actor, action: `job.${state}`, tenant, subject: id, details: { kind, ...details } });
}

/** Whether what is done takes as long as a tenant is large. */
export const isLong = (kind: JobKind): boolean =>
  ["delete", "erase", "restore", "undo", "copy", "export"].includes(kind);

/** Queues something that is to be done to a tenant, once the transaction is through. @returns the job's id. */
export async function queueJob(
  transaction: Database,
  queue: JobQueue,
  { tenant, kind }: { readonly tenant: string; readonly kind: JobKind },
): Promise<string> {
  const id = newId();
  const delivery = await queue.enqueue(transaction, id, tenant, isLong(kind));
  await transaction
    .insertInto("job")
    .values({ id, tenant_id: tenant, kind, delivery_id: delivery, state: "queued" })
    .execute();
  await recordJob(transaction, "portal", { id, tenant, kind }, "queued");
  return id;
}

/** Queues the making of each tenant whose order is confirmed and waits for no card, which has its place, and which has no job yet. */
export async function queueConfirmed(transaction: Database, queue: JobQueue): Promise<void> {
  const tenants = await transaction
    .selectFrom("tenant")
    .innerJoin("order", "order.tenant_id", "tenant.id")
    .leftJoin("job", "job.tenant_id", "tenant.id")
    .select("tenant.id")
    .where("order.state", "=", "confirmed")
    .where("order.card_by", "is", null)
    .where("tenant.slot", "is not", null)
    .where("job.id", "is", null)
    .orderBy("order.number")
    .execute();
  for (const { id: tenant } of tenants) {
    await queueJob(transaction, queue, { tenant, kind: "create" });
  }
}
