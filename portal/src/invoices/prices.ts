import type { Database } from "../database/connect.ts";
import { monthSpan } from "../usage/months.ts";
import type { PricedSpan } from "./amounts.ts";

/** Whose tenants: a customer's, or some by their ids. */
export type Whose = { readonly customer: string } | { readonly tenants: readonly string[] };

/**
 * The spans of tenants in a month, each with the price that its plan was ordered at, or changed to.
 *
 * @throws when the price of one isn't known.
 */
export async function pricedSpans(database: Database, whose: Whose, month: string): Promise<PricedSpan[]> {
  return (await spansOf(database, whose, month)).map(({ price, ...span }) => {
    if (!price) {
      throw new Error(
        `tenant ${span.tenant} has plan ${span.plan} since ${span.from_at.toISOString()} at no price that is noted`,
      );
    }
    return { ...span, ...price };
  });
}

/** A span of a tenant, with the price of its plan then; undefined: none is noted. */
export type UsedSpan = Omit<PricedSpan, keyof Price> & { readonly price: Price | undefined };

/** Prices a month, in the currency's smallest unit. */
export type Price = Pick<PricedSpan, "price" | "asleepPrice" | "currency">;

/** The spans of tenants in a month, the first ordered first. */
export async function spansOf(database: Database, whose: Whose, month: string): Promise<UsedSpan[]> {
  const { from, to } = monthSpan(month);
  let tenants = database.selectFrom("tenant").select("tenant.id");
  tenants =
    "customer" in whose
      ? tenants.where("tenant.customer_id", "=", whose.customer)
      : tenants.where("tenant.id", "in", whose.tenants);
  const spans = await database
    .selectFrom("usage_span")
    .innerJoin("tenant", "tenant.id", "usage_span.tenant_id")
    .innerJoin("order", "order.tenant_id", "tenant.id")
    .selectAll("usage_span")
    .select([
      ...(["tenant.address", "order.plan as ordered"] as const),
      ...(["order.price", "order.asleep_price", "order.currency"] as const),
    ])
    .where("tenant.id", "in", tenants)
    .where("from_at", "<", to)
    .where((row) => row.or([row("to_at", "is", null), row("to_at", ">", from)]))
    .orderBy("order.number")
    .orderBy("usage_span.id")
    .execute();
  const changes = await database
    .selectFrom("plan_change")
    .selectAll("plan_change")
    .where("tenant_id", "in", tenants)
    .where("done_at", "is not", null)
    .orderBy("plan_change.id")
    .execute();
  return spans.map(({ tenant_id: tenant, ordered, price, asleep_price, currency, ...span }) => {
    const change = changes.findLast(
      (one) => one.tenant_id === tenant && one.to_plan === span.plan && one.done_at! <= span.from_at,
    );
    const noted = change ?? (ordered === span.plan ? { price, asleep_price, currency } : undefined);
    return { ...span, tenant, price: noted && shown(noted) };
  });
}

/** The price of the plan that a tenant has now, as it was ordered or changed to; undefined: none is noted. */
export async function priceNow(database: Database, tenant: string): Promise<Price | undefined> {
  const order = await database
    .selectFrom("tenant")
    .innerJoin("order", "order.tenant_id", "tenant.id")
    .select(["tenant.plan", "order.plan as ordered", "order.price", "order.asleep_price", "order.currency"])
    .where("tenant.id", "=", tenant)
    .executeTakeFirst();
  const change =
    order &&
    (await database
      .selectFrom("plan_change")
      .select(["price", "asleep_price", "currency"])
      .where("tenant_id", "=", tenant)
      .where("to_plan", "=", order.plan)
      .where("done_at", "is not", null)
      .orderBy("id", "desc")
      .limit(1)
      .executeTakeFirst());
  const noted = change ?? (order?.ordered === order?.plan ? order : undefined);
  return noted && shown(noted);
}

function shown(noted: { price: number; asleep_price: number | null; currency: string }): Price {
  const { price, asleep_price, currency } = noted;
  return { price, asleepPrice: asleep_price ?? price, currency };
}
