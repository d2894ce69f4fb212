import {
  findClaimedTenants,
  findMovedTenants,
  findUndeclaredHosts,
  findUnprovenTenants,
} from "../../../../../components/run/preflight/undeclaredHosts";
import type { StackState } from "../../../../../components/run/stackState";
import { resolveFleet } from "../../../../../fleet";

const hosts = { one: {}, two: { docker: "ssh://ops@two", subnetBase: "10.201.0.0/16" } };
const state: StackState = {
  bootstrapped: new Set(),
  tenants: new Map([["one", new Set(["acme", "globex"])]]),
  data: new Map(),
  madeVolumes: new Map(),
  drillCopies: new Set(),
  images: new Set(),
  objects: new Map(),
  playbooks: new Map(),
  shared: new Map(),
  lastBackups: new Map(),
};
const moved = resolveFleet({ hosts, tenants: { acme: { host: "two", slot: 1 } } }, "dev");

describe("a tenant that is declared on another host than the one with its data", () => {
  it.each([
    [true, "make move TENANT=acme HOST=two"],
    [false, "declare a new tenant on host two"],
  ])("is refused, in a stack that is whole (%s), with the way to move it", (isWhole, way) => {
    const [problem, ...others] = findMovedTenants(moved, { state, isWhole });
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ path: "odoo-fleet:tenants.acme.host", value: '"two"' });
    expect(problem!.expected).toContain("one, where the tenant's data is");
    expect(problem!.wayOut).toContain(way);
  });

  it("is not one that stays, nor one that other stacks have", () => {
    const stays = resolveFleet({ hosts, tenants: { acme: { host: "one" }, initech: { host: "two" } } }, "dev");
    expect(findMovedTenants(stays, { state, isWhole: false })).toEqual([]);
  });
});

describe("a tenant that is declared as a copy without data", () => {
  const copied = resolveFleet(
    { hosts, tenants: { acme: { host: "one", slot: 1, copyOf: "source" }, source: { host: "one" } } },
    "dev",
  );

  it("is refused where the stack has data of a customer's under that name", () => {
    expect(findClaimedTenants(copied, state)).toMatchObject([
      {
        path: "odoo-fleet:tenants.acme.copyOf",
        value: '"source"',
        wayOut: expect.stringContaining("config rm") as string,
      },
    ]);
  });

  it("is refused where it was filled before", () => {
    const data = new Map([["acme", { copyOf: "source" }]]);
    expect(findClaimedTenants(copied, { ...state, data })).toMatchObject([
      { path: "odoo-fleet:tenants.acme.restored", expected: expect.stringContaining("make copy wrote") as string },
    ]);
  });

  it("is none of the stack's otherwise", () => {
    expect(findClaimedTenants(copied, { ...state, tenants: new Map([["one", new Set(["source"])]]) })).toEqual([]);
  });
});

it("a host that still has tenants is named, and each of them", () => {
  const without = resolveFleet({ hosts: { two: hosts.two }, tenants: {} }, "dev");
  expect(findUndeclaredHosts(without, state)).toMatchObject([
    { path: "odoo-fleet:hosts.one", expected: expect.stringContaining("acme, globex") as string },
  ]);
  expect(findUndeclaredHosts(moved, state)).toEqual([]);
});

it("a tenant that was left out is refused until its last backup is proven, and one on a host that is gone is named with that", () => {
  const without = resolveFleet({ hosts, tenants: { acme: { host: "one", slot: 1 } } }, "dev");
  expect(findUnprovenTenants(without, state)).toMatchObject([
    {
      path: "odoo-fleet:tenants.globex",
      expected: expect.stringContaining("makes a last backup of it and proves it") as string,
      wayOut: expect.stringContaining("'odoo-fleet:tenants.globex.state' decommissioned") as string,
    },
  ]);
  const proven = { environment: "dev", host: "one", slot: 2, at: "2026-11-27T05:00:00.000Z", seconds: 40 };
  expect(findUnprovenTenants(without, { ...state, lastBackups: new Map([["globex", proven]]) })).toEqual([]);
  expect(findUnprovenTenants(resolveFleet({ hosts: { two: hosts.two }, tenants: {} }, "dev"), state)).toEqual([]);
});
