import type { Selectable } from "kysely";
import type { InvoiceLine } from "../database/invoiceTables.ts";
import type { UsageSpanTable } from "../database/usageTables.ts";
import { monthSpan } from "../usage/months.ts";

/** A span of a tenant, with the price of its plan then. */
export type PricedSpan = Pick<Selectable<UsageSpanTable>, "plan" | "reason" | "is_trial" | "from_at" | "to_at"> & {
  readonly tenant: string;
  readonly address: string;
  readonly price: number;
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
 * What a customer's tenants cost in a month that is over, by currency: of each plan's price the share of the month for which a tenant had it,
 * awake or not. A line is rounded, halves up.
 */
export function linesOf(spans: readonly PricedSpan[], month: string): Map<string, InvoiceLine[]> {
  const { from, to } = monthSpan(month);
  const all = to.getTime() - from.getTime();
  const sums = new Map<string, { span: PricedSpan; lasted: number }>();
  for (const span of spans.filter(({ is_trial, reason }) => !is_trial && !free.includes(reason))) {
    const begin = Math.max(span.from_at.getTime(), from.getTime());
    const end = Math.min(span.to_at?.getTime() ?? to.getTime(), to.getTime());
    const key = JSON.stringify([span.tenant, span.plan, span.price, span.currency]);
    const lasted = (sums.get(key)?.lasted ?? 0) + Math.max(0, end - begin);
    sums.set(key, { span, lasted });
  }
  const lines = new Map<string, InvoiceLine[]>();
  for (const { span, lasted } of sums.values()) {
    const { tenant, address, plan, price, currency } = span;
    const amount = share(price, lasted, all);
    if (amount > 0) {
      const line = {
        tenant,
        address,
        plan,
        price,
        seconds: Math.floor(lasted / 1000),
        monthSeconds: all / 1000,
        amount,
      };
      lines.set(currency, [...(lines.get(currency) ?? []), line]);
    }
  }
  return lines;
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
