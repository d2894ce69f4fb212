import { parseFleet, resolveFleet } from "../../../fleet";
import { ownerOfStack, ownPart, tenantStackName } from "../../../fleet/layout";
import { environmentNameFault } from "../../../fleet/names";
import { servedTenants } from "../../../fleet/sharedLimits";

const raw = (more: object = {}): Record<string, unknown> => ({
  hosts: { local: {} },
  tenants: { acme: { slot: 1 }, globex: { slot: 2 } },
  ...more,
});

test("an environment is in one stack unless it says otherwise", () => {
  expect(resolveFleet(raw(), "prod").layout).toBe("single");
  expect(resolveFleet(raw({ layout: "perTenant" }), "prod").layout).toBe("perTenant");
});

test("a tenant's stack is told by its name, and is no environment's", () => {
  expect(tenantStackName("prod-eu", "acme")).toBe("prod-eu.acme");
  expect(ownerOfStack("prod-eu.acme")).toEqual({ environment: "prod-eu", tenant: "acme" });
  expect(ownerOfStack("prod-eu-acme")).toEqual({ environment: "prod-eu-acme" });
  expect(environmentNameFault("prod-eu.acme")).toBeDefined();
});

test("the environment's own stack has no tenant only where they have their own", () => {
  expect(Object.keys(ownPart(resolveFleet(raw(), "prod")).tenants)).toEqual(["acme", "globex"]);
  expect(ownPart(resolveFleet(raw({ layout: "perTenant" }), "prod")).tenants).toEqual({});
});

test("what sees all tenants of a host has places for those in stacks of their own, and one more seldom changes it", () => {
  const served = (count: number, layout = "perTenant"): number[] => {
    const tenants = Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, { slot: index + 1 }]));
    const fleet = ownPart(resolveFleet({ hosts: { local: {} }, tenants, monitoring: {}, layout }, "prod"));
    const watched = fleet.monitoring!.hosts["local"]!;
    return (["prometheus", "cadvisor", "postgres-exporter"] as const).map((one) => servedTenants(fleet, watched, one));
  };
  expect([0, 1, 16, 17, 40].map((count) => served(count))).toEqual([
    [0, 0, 0],
    [16, 16, 0],
    [16, 16, 0],
    [32, 32, 0],
    [64, 64, 0],
  ]);
  expect(served(17, "single")).toEqual([17, 17, 17]);
});

test("an environment whose tenants have their own stacks has staging copies and automatic updates, too", () => {
  const tenants = { acme: { slot: 1 }, "acme-staging": { slot: 2, copyOf: "acme" } };
  const result = parseFleet(raw({ layout: "perTenant", tenants, updates: { automatic: true } }), "prod");
  expect(result).toMatchObject({ ok: true, fleet: { tenants: { "acme-staging": { state: "unfilled" } } } });
});

test("a layout that isn't one is refused", () => {
  const result = parseFleet(raw({ layout: "perCustomer" }), "prod");
  expect(result.ok ? [] : result.problems).toEqual([
    expect.objectContaining({ path: "odoo-fleet:layout", expected: "single or perTenant" }),
  ]);
});
