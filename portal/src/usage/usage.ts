import type { Selectable } from "kysely";
import type { Database } from "../database/connect.ts";
import { type PageRequest, readPage } from "../database/pages.ts";
import type { UsageSpanTable } from "../database/usageTables.ts";
import { savedOf } from "../invoices/amounts.ts";
import { spansOf } from "../invoices/prices.ts";
import { readPlanContents } from "../plans/planContents.ts";
import { monthSpan } from "./months.ts";

/** What a tenant used in a month, in UTC. */
export interface UsageView {
  readonly tenant: string;
  readonly address: string;
  readonly month: string;
  /** From when to when it is counted: of one that is there, up to now. Null: it wasn't there in that month. */
  readonly counted: { readonly from: string; readonly to: string } | null;
  /** Seconds for which it ran. */
  readonly awakeSeconds: number;
  /** Seconds for which it didn't, outside of its active hours. */
  readonly savedSeconds: number;
  /** What its hours saved: what it would have cost more, rounded, in the currency's smallest unit; nothing where its plan costs the same asleep. */
  readonly savedAmounts: readonly { readonly currency: string; readonly amount: number }[];
  /** Each with the memory that it gives; null: no worker has noted it, or no tenant has it any more. */
  readonly plans: readonly {
    readonly plan: string;
    readonly seconds: number;
    readonly awakeSeconds: number;
    readonly savedSeconds: number;
    readonly memoryMiB: number | null;
  }[];
  /** How much it had stored; null: nobody has looked yet. */
  readonly stored: StoredView | null;
}

/** Sizes in bytes; of one that didn't run in the month, those of when it last did. */
export interface StoredView {
  readonly databaseBytes: number;
  readonly databaseHighestBytes: number;
  readonly filesBytes: number;
  readonly filesHighestBytes: number;
  /** Memory that it had for itself, as it was then and at the highest of the looks of each hour; null: no worker of this release has looked. */
  readonly memoryBytes: number | null;
  readonly memoryHighestBytes: number | null;
  readonly readAt: string;
}

type Span = Pick<Selectable<UsageSpanTable>, "plan" | "state" | "reason" | "from_at" | "to_at">;

type Sums = Omit<UsageView["plans"][number], "memoryMiB">;

/** The sums of a tenant's spans in a month, up to now. */
export function sumsOf(
  spans: readonly Span[],
  month: string,
  now: Date,
): Pick<UsageView, "counted" | "awakeSeconds" | "savedSeconds"> & { readonly plans: readonly Sums[] } {
  const { from, to } = monthSpan(month);
  const end = Math.min(to.getTime(), now.getTime());
  const parts = spans
    .map(({ from_at, to_at, ...span }) => ({
      ...span,
      from: Math.max(from_at.getTime(), from.getTime()),
      to: Math.min(to_at?.getTime() ?? end, end),
    }))
    .filter((part) => part.from < part.to);
  const secondsOf = (which: (part: (typeof parts)[number]) => boolean): number =>
    Math.floor(parts.filter(which).reduce((sum, part) => sum + part.to - part.from, 0) / 1000);
  const isAwake = ({ state }: { state: Span["state"] }): boolean => state === "running";
  const isSaved = (part: (typeof parts)[number]): boolean => !isAwake(part) && part.reason === "inactiveHours";
  return {
    counted:
      parts.length === 0
        ? null
        : {
            from: new Date(Math.min(...parts.map((part) => part.from))).toISOString(),
            to: new Date(Math.max(...parts.map((part) => part.to))).toISOString(),
          },
    awakeSeconds: secondsOf(isAwake),
    savedSeconds: secondsOf(isSaved),
    plans: [...new Set(parts.map(({ plan }) => plan))].map((plan) => ({
      plan,
      seconds: secondsOf((part) => part.plan === plan),
      awakeSeconds: secondsOf((part) => part.plan === plan && isAwake(part)),
      savedSeconds: secondsOf((part) => part.plan === plan && isSaved(part)),
    })),
  };
}

/**
 * What a tenant used in a month, also of one that was deleted since; undefined when there is none, or when it is somebody else's.
 *
 * @param customer whose it has to be; undefined: anybody's, for operators.
 */
export async function readUsage(
  database: Database,
  customer: string | undefined,
  tenant: string,
  month: string,
  now: Date,
): Promise<UsageView | undefined> {
  let rows = database
    .selectFrom("tenant")
    .select(["id", "address"])
    .where("id", "=", tenant)
    .where("copy_of", "is", null)
    .where("withdrawn_at", "is", null);
  if (customer !== undefined) {
    rows = rows.where("customer_id", "=", customer);
  }
  const row = await rows.executeTakeFirst();
  return row && (await viewsOf(database, [row], month, now))[0];
}

/** What each of a customer's tenants used that were there in a month, the newest first. @param before number of the order after which the page begins. */
export async function listUsage(
  database: Database,
  customer: string,
  { before, limit, month }: PageRequest & { readonly month: string },
  now: Date,
): Promise<{ usage: UsageView[]; next: string | undefined }> {
  const { from, to } = monthSpan(month);
  let rows = database
    .selectFrom("tenant")
    .innerJoin("order", "order.tenant_id", "tenant.id")
    .select(["tenant.id", "tenant.address", "order.number"])
    .where("tenant.customer_id", "=", customer)
    .where((row) =>
      row.exists(
        row
          .selectFrom("usage_span")
          .select("usage_span.id")
          .whereRef("usage_span.tenant_id", "=", "tenant.id")
          .where("from_at", "<", to)
          .where("from_at", "<=", now)
          .where((span) => span.or([span("to_at", "is", null), span("to_at", ">", from)])),
      ),
    )
    .orderBy("order.number", "desc");
  if (before !== undefined) {
    rows = rows.where("order.number", "<", before);
  }
  // A month that is still to come has nothing.
  const { page, next } = from > now ? { page: [], next: undefined } : await readPage(rows, limit);
  return { usage: await viewsOf(database, page, month, now), next };
}

async function viewsOf(
  database: Database,
  tenants: readonly { readonly id: string; readonly address: string }[],
  month: string,
  now: Date,
): Promise<UsageView[]> {
  const ids = tenants.map(({ id }) => id);
  if (ids.length === 0) {
    return [];
  }
  const [spans, contents] = await Promise.all([spansOf(database, { tenants: ids }, month), readPlanContents(database)]);
  const sizes = await database
    .selectFrom("usage_size")
    .selectAll()
    .distinctOn("tenant_id")
    .where("tenant_id", "in", ids)
    .where("month", "<=", month)
    .orderBy("tenant_id")
    .orderBy("month", "desc")
    .execute();
  return tenants.map(({ id, address }) => {
    const own = spans.filter(({ tenant }) => tenant === id);
    const sums = sumsOf(own, month, now);
    const size = sums.counted ? sizes.find((one) => one.tenant_id === id) : undefined;
    const isOfMonth = size?.month === month;
    return {
      ...{ tenant: id, address, month },
      ...sums,
      plans: sums.plans.map((sum) => ({ ...sum, memoryMiB: contents.get(sum.plan)?.memoryMiB ?? null })),
      savedAmounts: [
        ...savedOf(
          own.flatMap(({ price, ...span }) => (price ? [{ ...span, ...price }] : [])),
          month,
          now,
        ),
      ].map(([currency, amount]) => ({ currency, amount })),
      stored: size
        ? {
            databaseBytes: Number(size.database_bytes),
            databaseHighestBytes: Number(isOfMonth ? size.database_most : size.database_bytes),
            filesBytes: Number(size.files_bytes),
            filesHighestBytes: Number(isOfMonth ? size.files_most : size.files_bytes),
            memoryBytes: numberOf(size.memory_bytes),
            memoryHighestBytes: numberOf(isOfMonth ? size.memory_most : size.memory_bytes),
            readAt: size.read_at.toISOString(),
          }
        : null,
    };
  });
}

const numberOf = (bytes: string | null): number | null => (bytes === null ? null : Number(bytes));
