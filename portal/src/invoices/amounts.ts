import type { Selectable } from "kysely";
import type { InvoiceLine } from "../database/invoiceTables.ts";
import type { UsageSpanTable } from "../database/usageTables.ts";
import { monthSpan } from "../usage/months.ts";

/** A span of a tenant, with the price of its plan then. */
export type PricedSpan = Pick<
  Selectable<UsageSpanTable>,
  "plan" | "state" | "reason" | "is_trial" | "from_at" | "to_at"
> & {
  readonly tenant: string;
  readonly address: string;
  readonly price: number;
  /** While it sleeps by its hours. */
  readonly asleepPrice: number;
  readonly currency: string;
};

/** Sums of lines. */
export interface Totals {
  readonly net: number;
  readonly vat: number;
  readonly gross: number;
}

/** What isn't charged though its place is kept: what its provider doesn't let anybody use, and the grace of a deletion. */
const free: readonly (string | null)[] = ["operator", "unpaid", "deleting"];

/**
 * What a customer's tenants cost in a month that is over, by currency: of each plan's price the share of the month for which a tenant had it, awake or
 * not; of its lower one, where it has one, the share for which the tenant slept by its hours. A line is rounded, halves up.
 */
export function linesOf(spans: readonly PricedSpan[], month: string): Map<string, InvoiceLine[]> {
  const { from, to } = monthSpan(month);
  const all = to.getTime() - from.getTime();
  const sums = new Map<string, { span: PricedSpan; lasted: number }>();
  for (const span of spans.filter(({ is_trial, reason }) => !is_trial && !free.includes(reason))) {
    const begin = Math.max(span.from_at.getTime(), from.getTime());
    const end = Math.min(span.to_at?.getTime() ?? to.getTime(), to.getTime());
    const key = JSON.stringify([span.tenant, span.plan, chargedFor(span), isCheaper(span), span.currency]);
    const lasted = (sums.get(key)?.lasted ?? 0) + Math.max(0, end - begin);
    sums.set(key, { span, lasted });
  }
  const lines = new Map<string, InvoiceLine[]>();
  for (const { span, lasted } of sums.values()) {
    const { tenant, address, plan, currency } = span;
    const price = chargedFor(span);
    const amount = share(price, lasted, all);
    if (amount > 0) {
      const line = {
        tenant,
        address,
        plan,
        price,
        ...(isCheaper(span) && { isAsleep: true }),
        seconds: Math.floor(lasted / 1000),
        monthSeconds: all / 1000,
        amount,
      };
      lines.set(currency, [...(lines.get(currency) ?? []), line]);
    }
  }
  return lines;
}

/** What tenants saved in a month as they slept by their hours, up to a moment, by currency: exactly what they would have cost more, each currency rounded once. */
export function savedOf(spans: readonly PricedSpan[], month: string, until: Date): Map<string, number> {
  const { from, to } = monthSpan(month);
  const all = to.getTime() - from.getTime();
  const sums = new Map<string, bigint>();
  for (const span of spans.filter((one) => !one.is_trial && isCheaper(one))) {
    const begin = Math.max(span.from_at.getTime(), from.getTime());
    const end = Math.min(span.to_at?.getTime() ?? Infinity, to.getTime(), until.getTime());
    const saved = BigInt(span.price - span.asleepPrice) * BigInt(Math.max(0, end - begin));
    sums.set(span.currency, (sums.get(span.currency) ?? 0n) + saved);
  }
  return new Map([...sums].map(([currency, sum]) => [currency, Number((2n * sum + BigInt(all)) / (2n * BigInt(all)))]));
}

/** Whether it costs less, as its tenant sleeps by its hours. */
function isCheaper({ reason, price, asleepPrice }: PricedSpan): boolean {
  return reason === "inactiveHours" && asleepPrice < price;
}

function chargedFor(span: PricedSpan): number {
  return isCheaper(span) ? span.asleepPrice : span.price;
}

/** @param rate hundredths of a percent. */
export function totalsOf(lines: readonly Pick<InvoiceLine, "amount">[], rate: number): Totals {
  const net = lines.reduce((sum, { amount }) => sum + amount, 0);
  const vat = share(net, rate, 10_000);
  return { net, vat, gross: net + vat };
}

/** A part of an amount, exactly rounded: halves up. */
function share(amount: number, part: number, whole: number): number {
  return Number((2n * BigInt(amount) * BigInt(part) + BigInt(whole)) / (2n * BigInt(whole)));
}
