import type { Database } from "../database/connect.ts";
import type { ChangeParts } from "../lifecycle/changes.ts";
import { priceNow } from "../invoices/prices.ts";
import { findTenant } from "../lifecycle/findTenant.ts";
import { queueDue } from "../lifecycle/queueDue.ts";
import { OrderRefusedError, OrderStateError } from "../orders/orderErrors.ts";
import { lockPlaces } from "../orders/slots.ts";
import { cardNeededBy } from "../payments/cards.ts";
import { offeredPlans, type Settings } from "../settings.ts";
import { type Downtime, usualDowntime } from "./downtime.ts";
import { type Part, parts, readPlanNeeds } from "./planNeeds.ts";
import { roomFor } from "./room.ts";

/** What another plan would mean for a tenant: said before it is asked for. */
export interface ResizeOffer {
  readonly plan: string;
  /** Price a month, in the currency's smallest unit, from the change on. */
  readonly price: number;
  /** The same while it sleeps by its hours. */
  readonly asleepPrice: number;
  readonly currency: string;
  /** Whether it is the tenant's own. */
  readonly isCurrent: boolean;
  /** Whether its host has room for it; null: the provider limits nothing, or isn't asked yet. */
  readonly hasRoom: boolean | null;
  /** Containers that are replaced, during which it is away; null: not known before a worker of the provider's has run. */
  readonly replaced: readonly Part[] | null;
  /** How long it is away; null: nothing like it was done yet. */
  readonly downtime: Downtime | null;
}

/** What each plan that is sold would mean for a tenant; undefined when there is none, or when it is somebody else's. */
export async function resizeOffers(
  database: Database,
  settings: Settings,
  customer: string,
  id: string,
): Promise<ResizeOffer[] | undefined> {
  const tenant = await findTenant(database, id, customer);
  if (!tenant) {
    return undefined;
  }
  const plans = Object.keys(settings.plans);
  const room = await roomFor(database, tenant, plans);
  const needs = (await readPlanNeeds(database)).plans;
  const downtime = await usualDowntime(database);
  return offeredPlans(settings).map(([plan, { price, asleepPrice = price, currency }]) => {
    const isCurrent = plan === tenant.plan;
    const [from, to] = [needs.get(tenant.plan), needs.get(plan)];
    const replaced = from && to ? parts.filter((part) => from.parts[part] !== to.parts[part]) : null;
    const isAway = replaced === null || replaced.some((part) => part !== "backup" && part !== "files");
    const none: Downtime | null = downtime && { ...downtime, seconds: 0 };
    return {
      ...{ plan, price, asleepPrice, currency, isCurrent },
      hasRoom: room.get(plan) ?? null,
      replaced: isCurrent ? [] : replaced,
      downtime: isCurrent || !isAway ? none : downtime,
    };
  });
}

/**
 * Has a tenant brought to another plan. What is wanted stays until it is so: a try that fails is made again, and whoever asks for the former plan
 * meanwhile gets that.
 *
 * @returns the plan that it has until then and the price afterwards; undefined when there is no such tenant, or when it is somebody else's.
 * @throws OrderRefusedError when the plan isn't sold.
 * @throws OrderStateError when it was never ready, is to be deleted, has the plan, when its host has no room, or when it costs more and no card is stored where that is
 * paid by one.
 */
export async function requestPlan(
  { transaction, queue, now, customer }: ChangeParts,
  settings: Settings,
  id: string,
  plan: string,
): Promise<{ from: string; price: number; currency: string } | undefined> {
  await lockPlaces(transaction);
  const tenant = await findTenant(transaction, id, customer);
  if (!tenant) {
    return undefined;
  }
  const offer = Object.hasOwn(settings.plans, plan) ? settings.plans[plan] : undefined;
  if (!offer) {
    throw new OrderRefusedError("plan", "unknown", `expected one of ${Object.keys(settings.plans).join(", ")}`);
  }
  if (tenant.made_state === null) {
    throw new OrderStateError("the tenant was never ready; expected one that has served", "neverReady");
  }
  if (tenant.delete_at !== null) {
    throw new OrderStateError("it is to be deleted; undo that first", "deleting");
  }
  if (plan === (tenant.next_plan ?? tenant.plan)) {
    throw new OrderStateError(
      tenant.next_plan ? `it is on its way to ${plan} already` : `it has the plan ${plan} already`,
      "hasPlan",
    );
  }
  if ((await roomFor(transaction, tenant, [plan])).get(plan) === false) {
    throw new OrderStateError(
      "there is no room for this plan where the tenant is; take a smaller one, or ask its provider",
      "noRoom",
    );
  }
  const { price, asleepPrice: asleep_price = null, currency } = offer;
  const before = await priceNow(transaction, id);
  const isDearer = before === undefined || price > before.price || currency !== before.currency;
  const what = { customer: tenant.customer_id, isTrial: tenant.trial_until !== null, price };
  if (isDearer && (await cardNeededBy(transaction, settings, what, now)) !== null) {
    // As an order of it would wait for one.
    throw new OrderStateError("this plan costs more, and no card is stored that is charged; store one first", "noCard");
  }
  await transaction.updateTable("tenant").set({ next_plan: plan }).where("id", "=", id).execute();
  await transaction
    .insertInto("plan_change")
    .values({ tenant_id: id, from_plan: tenant.plan, to_plan: plan, price, asleep_price, currency, asked_at: now })
    .execute();
  await queueDue(transaction, queue, id, now, true);
  return { from: tenant.plan, price, currency };
}

/** Notes that a tenant has a plan now. What was asked for while that was being done is still wanted. */
export async function notePlan(transaction: Database, id: string, plan: string, now: Date): Promise<void> {
  await transaction.updateTable("tenant").set({ plan }).where("id", "=", id).execute();
  await transaction
    .updateTable("tenant")
    .set({ next_plan: null })
    .where("id", "=", id)
    .where("next_plan", "=", plan)
    .execute();
  await transaction
    .updateTable("plan_change")
    .set({ done_at: now })
    .where("tenant_id", "=", id)
    .where("to_plan", "=", plan)
    .where("done_at", "is", null)
    .execute();
}
