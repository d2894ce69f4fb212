import type { Database } from "../database/connect.ts";
import { monthSpan } from "../usage/months.ts";
import type { PricedSpan } from "./amounts.ts";

/**
 * The spans of a customer's tenants in a month, each with the price that its plan was ordered at, or changed to.
 *
 * @throws when the price of one isn't known.
 */
export async function pricedSpans(database: Database, customer: string, month: string): Promise<PricedSpan[]> {
  const { from, to } = monthSpan(month);
  const spans = await database
    .selectFrom("usage_span")
    .innerJoin("tenant", "tenant.id", "usage_span.tenant_id")
    .innerJoin("order", "order.tenant_id", "tenant.id")
    .selectAll("usage_span")
    .select(["tenant.address", "order.plan as ordered", "order.price", "order.currency"])
    .where("tenant.customer_id", "=", customer)
    .where("from_at", "<", to)
    .where((row) => row.or([row("to_at", "is", null), row("to_at", ">", from)]))
    .orderBy("order.number")
    .orderBy("usage_span.id")
    .execute();
  const changes = await database
    .selectFrom("plan_change")
    .innerJoin("tenant", "tenant.id", "plan_change.tenant_id")
    .selectAll("plan_change")
    .where("tenant.customer_id", "=", customer)
    .where("done_at", "is not", null)
    .orderBy("plan_change.id")
    .execute();
  return spans.map(({ tenant_id: tenant, ordered, price, currency, ...span }) => {
    const change = changes.findLast(
      (one) => one.tenant_id === tenant && one.to_plan === span.plan && one.done_at! <= span.from_at,
    );
    if (!change && ordered !== span.plan) {
      throw new Error(
        `tenant ${tenant} has plan ${span.plan} since ${span.from_at.toISOString()} at no price that is noted`,
      );
    }
    return { ...span, tenant, price: change?.price ?? price, currency: change?.currency ?? currency };
  });
}
