/** What is charged, without a database. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { linesOf, type PricedSpan, savedOf, totalsOf } from "../../src/invoices/amounts.ts";
import { csvOf } from "../../src/invoices/csv.ts";
import type { InvoiceView } from "../../src/invoices/invoices.ts";
import { readVatId } from "../../src/invoices/vatId.ts";
import { moneyText } from "../../src/pages/money.ts";

const month = "2026-11";
const begin = Date.parse("2026-11-01T00:00:00Z");
const monthSeconds = 30 * 86_400;
const at = (day: number): Date => new Date(begin + day * 86_400_000);
const span = (from: number, to: number | null, more: Partial<PricedSpan> = {}): PricedSpan => ({
  ...{ tenant: "t", address: "acme", plan: "basic", price: 3000, asleepPrice: 3000, currency: "EUR" },
  ...{ state: "running", reason: null, is_trial: false },
  ...{ from_at: at(from), to_at: to === null ? null : at(to) },
  ...more,
});

test("a whole month is the price, a part of it its share, asleep or not; a trial, a grace and a provider's suspension are free", () => {
  const amounts = (...spans: PricedSpan[]): number[] =>
    [...linesOf(spans, month).values()].flat().map(({ amount }) => amount);
  assert.deepEqual(amounts(span(-5, null)), [3000]);
  assert.deepEqual(amounts(span(-5, 10), span(10, 20, { reason: "inactiveHours" }), span(20, null)), [3000]);
  assert.deepEqual(amounts(span(0, 10), span(10, null, { plan: "pro", price: 9000 })), [1000, 6000]);
  assert.deepEqual(amounts(span(0, 10, { is_trial: true }), span(10, 25)), [1500]);
  assert.deepEqual(
    amounts(span(0, 10), span(10, 20, { reason: "operator" }), span(20, null, { reason: "deleting" })),
    [1000],
  );
  assert.deepEqual(amounts(span(-9, 0), span(30, 31), span(0, null, { price: 0 })), []);
});

test("a plan that costs less while its tenant sleeps by its hours is charged so, in a line of its own, and for that alone", () => {
  const price = { price: 3000, asleepPrice: 600 };
  const asleep = (from: number, to: number, reason: string) => span(from, to, { ...price, state: "suspended", reason });
  const spans = [span(0, 10, price), asleep(10, 20, "inactiveHours"), asleep(20, 30, "stopped")];
  const lines = [...linesOf(spans, month).values()].flat();
  assert.deepEqual(
    lines.map(({ price: charged, isAsleep, seconds, amount }) => [charged, isAsleep, seconds / 86_400, amount]),
    [
      [3000, undefined, 20, 2000],
      [600, true, 10, 200],
    ],
  );
  assert.deepEqual([...savedOf(spans, month, at(30))], [["EUR", 800]]);
  // Half of it is over.
  assert.deepEqual([...savedOf(spans, month, at(15))], [["EUR", 400]]);
  assert.deepEqual([...savedOf(spans, month, at(5))], [["EUR", 0]]);
  // A trial costs nothing, and one that costs the same saves nothing.
  const tried = spans.map((one) => ({ ...one, is_trial: true }));
  assert.deepEqual([...savedOf(tried, month, at(30))], []);
  assert.deepEqual([...savedOf([span(0, 30, { reason: "inactiveHours", state: "suspended" })], month, at(30))], []);
});

test("of tenants, plans and prices, however they change: no line is more than its price, and a month of one price is exactly it", () => {
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: monthSeconds - 1 }), { maxLength: 8 });
  fc.assert(
    fc.property(
      cuts,
      fc.integer({ min: 0, max: 100_000_000 }),
      fc.integer({ min: 1, max: 9 }),
      (times, price, other) => {
        const ends = [...times.sort((one, two) => one - two), monthSeconds];
        const part = (index: number, more: Partial<PricedSpan>): PricedSpan =>
          span((ends[index - 1] ?? 0) / 86_400, ends[index]! / 86_400, { price, ...more });
        const whole = [
          ...linesOf(
            ends.map((_, index) => part(index, {})),
            month,
          ).values(),
        ].flat();
        assert.deepEqual(
          whole.map(({ amount, seconds }) => [amount, seconds]),
          price === 0 ? [] : [[price, monthSeconds]],
        );
        const mixed = ends.map((_, index) => part(index, index % other === 0 ? { plan: "pro" } : {}));
        const lines = [...linesOf(mixed, month).values()].flat();
        const sum = lines.reduce((all, { amount }) => all + amount, 0);
        // Two lines are rounded each by itself.
        assert.ok(Math.abs(sum - price) <= 1, `${sum} of ${price}`);
        assert.ok(lines.every(({ amount }) => amount <= price));
      },
    ),
    { numRuns: 500 },
  );
});

test("currencies are apart, and VAT is rounded once, halves up, at rates with decimals too", () => {
  const lines = linesOf([span(0, null), span(0, null, { tenant: "u", currency: "MAD" })], month);
  assert.deepEqual([...lines.keys()], ["EUR", "MAD"]);
  assert.deepEqual(totalsOf([{ amount: 2900 }, { amount: 7 }], 2000), { net: 2907, vat: 581, gross: 3488 });
  assert.deepEqual(totalsOf([{ amount: 10 }], 550), { net: 10, vat: 1, gross: 11 });
  assert.deepEqual(totalsOf([{ amount: 100 }], 0), { net: 100, vat: 0, gross: 100 });
  assert.deepEqual(totalsOf([{ amount: 100_000_000_000 }], 2000).gross, 120_000_000_000);
});

test("VAT ids are judged by their country's check digits and written alike; where these aren't known by their form", async () => {
  for (const [country, text, expected] of [
    ["FR", "fr 40 303 265 045", "FR40303265045"],
    ["FR", "FR40303265046", undefined],
    ["BE", "0411.905.847", "BE0411905847"],
    ["BE", "BE0411905848", undefined],
    ["DE", "DE 136,695 976", undefined],
    ["DE", "DE136695976", "DE136695976"],
    ["GR", "EL 094259216", "EL094259216"],
    ["AT", "ATU13585627", "ATU13585627"],
    ["ES", "ESJ99216583", undefined],
    ["IT", "IT00743110157", "IT00743110157"],
    ["NL", "NL004495445B01", "NL004495445B01"],
    ["MA", "001561191000066", "001561191000066"],
    ["JP", "T1234567890123", "T1234567890123"],
    ["JP", "<script>", undefined],
  ] as const) {
    assert.equal(await readVatId(country, text), expected, `${country} ${text}`);
  }
});

test("an amount is written by its currency's smallest unit as ISO 4217 has it, whatever CLDR says of those that nobody pays with", () => {
  const written = ["EUR", "MAD", "JPY", "TND", "HUF", "IDR", "ISK", "CLF"].map((currency) =>
    moneyText("en", 290_050, currency).replace(/^\D+/, ""),
  );
  assert.deepEqual(written, [
    "2,900.50",
    "2,900.50",
    "290,050",
    "290.050",
    "2,900.50",
    "2,900.50",
    "290,050",
    "29.0050",
  ]);
  assert.equal(moneyText("fr", -3480, "EUR").replaceAll(/\s/g, " "), "-34,80 €");
});

test("a line of an export is no formula of a spreadsheet, and its text stays in its cell", () => {
  const invoice = {
    ...{
      number: "2026-000001",
      kind: "invoice",
      month,
      issuedAt: "2026-12-01T01:00:00.000Z",
      dueAt: null,
      customer: "c",
    },
    buyer: { name: '=HYPERLINK("http://x")', address: [], country: "FR", vatId: null, note: null },
    ...{ currency: "EUR", net: -100, vatPercent: 20, vat: -20, gross: -120, credits: null, creditedBy: null },
    ...{ payment: "none", paidAt: null },
  } as unknown as InvoiceView;
  const [head, line, end] = csvOf([invoice]).split("\r\n");
  assert.match(head!, /^number,kind,month,issued,due,customer,buyer,/);
  assert.equal(
    line,
    `2026-000001,invoice,2026-11,2026-12-01,,c,"'=HYPERLINK(""http://x"")",FR,,EUR,-100,20,no,-20,-120,,,none,`,
  );
  assert.equal(end, "");
});
