import fc from "fast-check";
import { median, percentile, ratio, rounded } from "../../../../tools/bench/stats";

const values = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 });

describe("percentile", () => {
  test("lies linearly between the two nearest ranks, in whatever order the values come", () => {
    expect(percentile([40, 10, 30, 20], 0)).toBe(10);
    expect(percentile([40, 10, 30, 20], 25)).toBe(17.5);
    expect(percentile([40, 10, 30, 20], 50)).toBe(25);
    expect(percentile([40, 10, 30, 20], 100)).toBe(40);
    expect(percentile([7], 99)).toBe(7);
  });

  test("sorts as numbers, not as text", () => {
    expect(percentile([9, 10, 100], 100)).toBe(100);
    expect(median([9, 100, 10])).toBe(10);
  });

  test("is within the values, never falls with the percentage, and leaves its input alone", () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 0, max: 99 }), (list, percent) => {
        const before = [...list];
        const [lower, higher] = [percentile(list, percent), percentile(list, percent + 1)];
        expect(lower).toBeGreaterThanOrEqual(Math.min(...list));
        expect(higher).toBeLessThanOrEqual(Math.max(...list));
        expect(higher).toBeGreaterThanOrEqual(lower);
        expect(list).toEqual(before);
      }),
    );
  });

  test("refuses what has no answer", () => {
    expect(() => percentile([], 50)).toThrow("at least one value");
    expect(() => percentile([1], 101)).toThrow("between 0 and 100, not 101");
    expect(() => percentile([1], Number.NaN)).toThrow("between 0 and 100, not NaN");
  });
});

test("median is the mean of the middle two of an even number of values", () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

test("ratio refuses a reference that nothing was measured for", () => {
  expect(ratio(3, 6)).toBe(0.5);
  expect(() => ratio(3, 0)).toThrow("above zero, not 0");
  expect(() => ratio(3, Number.NaN)).toThrow("above zero, not NaN");
});

test("rounded keeps three decimals", () => {
  expect(rounded(1.23456)).toBe(1.235);
  expect(rounded(200)).toBe(200);
});
