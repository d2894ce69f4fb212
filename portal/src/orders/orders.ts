import { sql } from "kysely";
import type { Database } from "../database/connect.ts";
import { type PageRequest, readPage } from "../database/pages.ts";
import type { Membership } from "../team/memberships.ts";
import { hasJob } from "../jobs/jobs.ts";
import type { JobQueue } from "../jobs/queue.ts";
import type { PlanOffer, Settings } from "../settings.ts";
import { demandAddress } from "./addresses.ts";
import { sendableConfirmation, type SendableConfirmation } from "./confirmations.ts";
import { newId } from "./identifiers.ts";
import { orderedModules } from "./moduleSets.ts";
import { OrderRefusedError, OrderStateError } from "./orderErrors.ts";
import { expireOrders, lockPlaces, serveWaiting, waitingBefore, withdraw } from "./slots.ts";

/** What a customer asks for. */
export interface OrderRequest {
  readonly address: string;
  readonly company: string;
  readonly plan: string;
  readonly odooVersion: string;
  /** Names of sets of modules; twice counts once. */
  readonly sets: readonly string[];
  /** Free for the plan's days of trial. */
  readonly trial: boolean;
  /** Whether the terms are accepted; nothing is ordered otherwise. */
  readonly terms: boolean;
}

/** An order as its customer sees it. */
export interface OrderView {
  readonly id: string;
  readonly tenant: string;
  readonly state: "unconfirmed" | "confirmed" | "cancelled" | "expired";
  readonly address: string;
  readonly company: string;
  readonly plan: string;
  readonly odooVersion: string;
  /** Names of the sets of modules that it was ordered with. */
  readonly sets: readonly string[];
  /** What these held then. */
  readonly modules: readonly string[];
  /** Price a month, in the currency's smallest unit, as it was when it was ordered. */
  readonly price: number;
  readonly currency: string;
  readonly trial: boolean;
  readonly placedAt: string;
  readonly confirmBy: string;
  readonly confirmedAt: string | null;
  /** Until when a card has to be stored, of a confirmed one that waits for it; null: it waits for none. */
  readonly payBy: string | null;
  /** Orders before this one on the waiting list; null when it has its place. */
  readonly waitingBehind: number | null;
}

/**
 * Places an order: the tenant gets its id, its address and, when there is one, its place; otherwise it is on the waiting list. It is worth
 * nothing until its e-mail address is confirmed.
 *
 * @returns the order, and what has to be sent to the customer once the transaction is through.
 * @throws OrderRefusedError when something of it can't be had.
 */
export async function placeOrder(
  transaction: Database,
  settings: Settings,
  queue: JobQueue,
  { customer, email }: Pick<Membership, "customer" | "email">,
  request: OrderRequest,
): Promise<{ order: OrderView; confirmation: SendableConfirmation }> {
  const plan = offeredPlan(settings, request);
  const ordered = orderedModules(settings, request.sets);
  await lockPlaces(transaction);
  await expireOrders(transaction);
  await demandAddress(transaction, request.address);
  const tenant = newId();
  const id = newId();
  await transaction
    .insertInto("tenant")
    .values({
      id: tenant,
      customer_id: customer,
      address: request.address,
      company: request.company,
      plan: request.plan,
      odoo_version: request.odooVersion,
      ...ordered,
    })
    .execute();
  await transaction
    .insertInto("order")
    .values({
      id,
      customer_id: customer,
      tenant_id: tenant,
      plan: request.plan,
      price: plan.price,
      asleep_price: plan.asleepPrice ?? null,
      currency: plan.currency,
      is_trial: request.trial,
      trial_days: request.trial ? plan.trialDays : null,
      state: "unconfirmed",
      confirm_by: sql<Date>`now() + make_interval(secs => ${settings.confirmHours * 3600})`,
    })
    .execute();
  // Those that waited before come first.
  await serveWaiting(transaction, settings.slots, queue);
  const order = await readOrder(transaction, customer, id);
  return { order: order!, confirmation: await sendableConfirmation(transaction, id, email) };
}

/** One order of a customer; undefined when there is none, or when it is somebody else's. */
export async function readOrder(database: Database, customer: string, id: string): Promise<OrderView | undefined> {
  const row = await orderRows(database, customer).where("order.id", "=", id).executeTakeFirst();
  return row && viewOf(database, row);
}

/**
 * A customer's orders, the newest first.
 *
 * @param before number of the order after which the page begins.
 */
export async function listOrders(
  database: Database,
  customer: string,
  { before, limit }: PageRequest,
): Promise<{ orders: OrderView[]; next: string | undefined }> {
  let rows = orderRows(database, customer).orderBy("order.number", "desc");
  if (before !== undefined) {
    rows = rows.where("order.number", "<", before);
  }
  const { page, next } = await readPage(rows, limit);
  const orders = await Promise.all(page.map((row) => viewOf(database, row)));
  return { orders, next };
}

/**
 * Takes an order back; its address and its place are free at once.
 *
 * @returns the order, or undefined when the customer has no such one.
 * @throws OrderStateError when it has come to an end already, or has a job, by which it ends.
 */
export async function cancelOrder(
  transaction: Database,
  settings: Settings,
  queue: JobQueue,
  customer: string,
  id: string,
): Promise<OrderView | undefined> {
  await lockPlaces(transaction);
  await expireOrders(transaction);
  const order = await readOrder(transaction, customer, id);
  if (!order) {
    return undefined;
  }
  if (await hasJob(transaction, id)) {
    throw new OrderStateError("its tenant is being made, or was: cancel its job");
  }
  if (order.state === "cancelled" || order.state === "expired") {
    throw new OrderStateError(`the order is ${order.state}; expected one that isn't over`, "isOver");
  }
  await transaction.updateTable("order").set({ state: "cancelled" }).where("id", "=", id).execute();
  await withdraw(transaction, [order.tenant]);
  await serveWaiting(transaction, settings.slots, queue);
  return readOrder(transaction, customer, id);
}

/** Lets overdue orders expire and gives what is free to those that wait. To be called now and then: nothing else may happen for days. */
export async function tidyOrders(database: Database, settings: Settings, queue: JobQueue): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    await lockPlaces(transaction);
    await expireOrders(transaction);
    await serveWaiting(transaction, settings.slots, queue);
  });
}

function offeredPlan(settings: Settings, { plan: name, odooVersion, trial, terms }: OrderRequest): PlanOffer {
  const plan = Object.hasOwn(settings.plans, name) ? settings.plans[name] : undefined;
  if (!plan) {
    throw new OrderRefusedError("plan", "unknown", `expected one of ${Object.keys(settings.plans).join(", ")}`);
  }
  if (!settings.odooVersions.includes(odooVersion)) {
    throw new OrderRefusedError("odooVersion", "unknown", `expected one of ${settings.odooVersions.join(", ")}`);
  }
  if (trial && plan.trialDays === 0) {
    throw new OrderRefusedError("trial", "notOffered", "this plan has no trial; order it without one");
  }
  if (!terms) {
    throw new OrderRefusedError("terms", "notAccepted", "nothing is ordered without the terms being accepted");
  }
  return plan;
}

function orderRows(database: Database, customer: string) {
  return database
    .selectFrom("order")
    .innerJoin("tenant", "tenant.id", "order.tenant_id")
    .where("order.customer_id", "=", customer)
    .selectAll("order")
    .select([
      "tenant.address",
      "tenant.company",
      "tenant.odoo_version",
      "tenant.sets",
      "tenant.modules",
      "tenant.slot",
      "tenant.deleted_at",
    ]);
}

type OrderRow = Awaited<ReturnType<ReturnType<typeof orderRows>["execute"]>>[number];

async function viewOf(database: Database, row: OrderRow): Promise<OrderView> {
  const hasNoPlace = row.slot === null && row.deleted_at === null;
  const isWaiting = hasNoPlace && (row.state === "unconfirmed" || row.state === "confirmed");
  return {
    id: row.id,
    tenant: row.tenant_id,
    state: row.state,
    address: row.address,
    company: row.company,
    plan: row.plan,
    odooVersion: row.odoo_version,
    sets: row.sets,
    modules: row.modules,
    price: row.price,
    currency: row.currency,
    trial: row.is_trial,
    placedAt: row.placed_at.toISOString(),
    confirmBy: row.confirm_by.toISOString(),
    confirmedAt: row.confirmed_at?.toISOString() ?? null,
    payBy: row.state === "confirmed" ? (row.card_by?.toISOString() ?? null) : null,
    waitingBehind: isWaiting ? await waitingBefore(database, row.number) : null,
  };
}
