/** Sums of spans, without a database. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { monthOf, monthPattern, monthSpan } from "../../src/usage/months.ts";
import { sumsOf } from "../../src/usage/usage.ts";

const begin = Date.parse("2026-01-20T00:00:00Z");
const plans = ["basic", "pro"] as const;

/** Spans that follow each other without a gap, the last of which may be open. */
const spans = fc
  .tuple(
    fc.array(
      fc.record({
        lasts: fc.integer({ min: 0, max: 40 * 86_400 }),
        plan: fc.constantFrom(...plans),
        state: fc.constantFrom("running" as const, "suspended" as const),
        reason: fc.constantFrom("inactiveHours", "stopped", null),
      }),
      { minLength: 1, maxLength: 12 },
    ),
    fc.boolean(),
  )
  .map(([parts, isOpen]) => {
    let at = begin;
    return parts.map(({ lasts, ...part }, index) => {
      const from_at = new Date(at);
      at += lasts * 1000;
      return {
        ...part,
        reason: part.state === "running" ? null : part.reason,
        from_at,
        to_at: isOpen && index === parts.length - 1 ? null : new Date(at),
      };
    });
  });

const months = Array.from({ length: 24 }, (_, index) => monthOf(new Date(Date.UTC(2026, index, 1))));
const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

test("what is counted in its months is, together, what there was up to now: nothing twice and nothing left out", () => {
  fc.assert(
    fc.property(spans, fc.integer({ min: -30 * 86_400, max: 500 * 86_400 }), (all, later) => {
      const now = new Date(begin + later * 1000);
      const sums = months.map((month) => sumsOf(all, month, now));
      const lasted = (which: (span: (typeof all)[number]) => boolean): number =>
        sum(
          all.filter(which).map(({ from_at, to_at }) => {
            const end = Math.min((to_at ?? now).getTime(), now.getTime());
            return Math.max(0, end - from_at.getTime()) / 1000;
          }),
        );
      assert.equal(
        sum(sums.map(({ awakeSeconds }) => awakeSeconds)),
        lasted(({ state }) => state === "running"),
      );
      assert.equal(
        sum(sums.map(({ savedSeconds }) => savedSeconds)),
        lasted(({ reason }) => reason === "inactiveHours"),
      );
      for (const plan of plans) {
        const ofPlan = sums.flatMap((one) => one.plans.filter((part) => part.plan === plan));
        assert.equal(
          sum(ofPlan.map(({ seconds }) => seconds)),
          lasted((span) => span.plan === plan),
        );
      }
      for (const { counted, plans: parts, awakeSeconds } of sums) {
        const seconds = sum(parts.map((part) => part.seconds));
        assert.equal(sum(parts.map((part) => part.awakeSeconds)), awakeSeconds);
        // Without gaps, what is counted is what lies between its ends.
        assert.equal(seconds, counted ? (Date.parse(counted.to) - Date.parse(counted.from)) / 1000 : 0);
      }
    }),
    { numRuns: 500 },
  );
});

test("months are those of UTC, with their leap days", () => {
  assert.equal(monthOf(new Date("2026-11-30T23:59:59.999Z")), "2026-11");
  const february = monthSpan("2028-02");
  assert.equal((february.to.getTime() - february.from.getTime()) / 86_400_000, 29);
  assert.equal(monthSpan("2026-12").to.toISOString(), "2027-01-01T00:00:00.000Z");
  for (const month of ["2026-00", "2026-13", "2026-1", "1999-12", "2026-11-01", " 2026-11"]) {
    assert.ok(!monthPattern.test(month), month);
  }
});
