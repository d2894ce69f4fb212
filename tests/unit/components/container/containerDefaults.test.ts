import * as fc from "fast-check";
import { containerOptions, cpuLimit, hardenedContainer } from "../../../../components/container/containerDefaults";
import { builtInPlans } from "../../../../fleet/plans";
import { solveSizing } from "../../../../fleet/sizing";

describe("the limit of CPUs", () => {
  it.each([
    [0.05, 5000],
    [0.29, 29_000],
    [0.5, 50_000],
    [1, 100_000],
    [1.15, 115_000],
    [1.5, 150_000],
    [10, 1_000_000],
    [512, 51_200_000],
  ])("of %d is %d microseconds of 100,000", (cpus, cpuQuota) => {
    expect(cpuLimit(cpus)).toEqual({ cpuPeriod: 100_000, cpuQuota });
  });

  it("loses nothing of two decimals, and is a whole number that the engine takes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 51_200 }), (hundredths) => {
        const { cpuQuota } = cpuLimit(hundredths / 100);
        expect(cpuQuota).toBe(hundredths * 1000);
      }),
    );
  });

  it.each([...Object.keys(builtInPlans), 0.5, 1, 1.5, 10])("is the plan's, for each container of plan %s", (plan) => {
    const size = typeof plan === "string" ? builtInPlans[plan]! : { ...builtInPlans["starter"]!, cpus: plan };
    const solved = solveSizing(size);
    if (!solved.ok) {
      throw new Error(solved.fault.reason);
    }
    const quotas = [solved.sizing.odoo, solved.sizing.postgres, solved.sizing.nginx].map(
      (limits) => hardenedContainer(limits).cpuQuota as number,
    );
    // Not below the engine's own least, 1,000 microseconds, and together no more than the plan.
    expect(Math.min(...quotas)).toBeGreaterThanOrEqual(1000);
    expect(quotas.reduce((sum, quota) => sum + quota)).toBeLessThanOrEqual(size.cpus * 100_000);
  });

  it("is not given as `cpus`, which the provider reads back in another spelling", () => {
    expect(hardenedContainer({ memoryMiB: 64, cpus: 1 })).not.toHaveProperty("cpus");
  });
});

test("a container is replaced for what the provider would only note, and where it was left half-made", () => {
  const { replaceOnChanges, deleteBeforeReplace } = containerOptions(undefined as never);
  expect(replaceOnChanges).toEqual(expect.arrayContaining(["cpuPeriod", "cpuQuota", "#initerror"]));
  expect(deleteBeforeReplace).toBe(true);
});
