import fc from "fast-check";
import { builtInPlans, estimateHosts, parseFleet, resolveFleet } from "../../../fleet";
import { remainingCapacity } from "../../../fleet/remainingCapacity";

const host = fc.record({
  memory: fc.option(fc.integer({ min: 1024, max: 20_000 }), { nil: undefined }),
  cpus: fc.option(fc.integer({ min: 2, max: 40 }), { nil: undefined }),
});
const planNames = Object.keys(builtInPlans);

function fleetWith(settings: object, plan: string, count: number): object {
  const slots = Array.from({ length: count }, (_, slot) => [`t${slot}`, { plan, slot }]);
  // Most slots are reserved, so that they can run out too.
  const reservedSlots = Array.from({ length: 990 }, (_, index) => 10 + index);
  return { hosts: { local: { ...settings, reservedSlots } }, tenants: Object.fromEntries(slots) as object };
}

test("so many tenants fit as validation lets in, and not one more", () => {
  fc.assert(
    fc.property(host, fc.constantFrom(...planNames), (settings, plan) => {
      const fleet = resolveFleet(fleetWith(settings, plan, 0) as never, "dev");
      const { tenants } = remainingCapacity(estimateHosts(fleet)[0]!, fleet.plans[plan]!);
      const isRight = (count: number): boolean => parseFleet(fleetWith(settings, plan, count) as never, "dev").ok;
      expect({ tenants, fit: isRight(tenants), more: isRight(tenants + 1) }).toEqual({
        tenants,
        fit: true,
        more: false,
      });
    }),
  );
});

test.each([
  [{ memory: 2000 }, "memory", 2],
  [{ memory: 100_000, cpus: 6 }, "cpus", 3],
  [{}, "slots", 10],
])("%j: %s ends it", (settings, bottleneck, tenants) => {
  const fleet = resolveFleet(fleetWith(settings, "starter", 0) as never, "dev");
  expect(remainingCapacity(estimateHosts(fleet)[0]!, fleet.plans["starter"]!)).toEqual({ bottleneck, tenants });
});

test("a host that promises more than it has takes nobody", () => {
  const fleet = resolveFleet(fleetWith({}, "starter", 1) as never, "dev");
  const [estimate] = estimateHosts(fleet);
  const overdrawn = { ...estimate!, memoryMiB: { used: 768, limit: 512, left: -256 } };
  expect(remainingCapacity(overdrawn, fleet.plans["starter"]!)).toEqual({ bottleneck: "memory", tenants: 0 });
});
