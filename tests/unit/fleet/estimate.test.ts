import fc from "fast-check";
import { builtInPlans, estimateHost, estimateHosts, parseFleet, resolveFleet, tenantNameFault } from "../../../fleet";
import { ownStacksProblem } from "../../../fleet/estimate";
import { backupMemoryMiB } from "../../../fleet/sizing";

const plans = Object.keys(builtInPlans);
const tenants = fc.dictionary(
  // A reserved one, such as `all`, is none.
  fc.stringMatching(/^[a-z]{3,8}$/).filter((name) => tenantNameFault(name, "dev") === undefined),
  fc.record({ plan: fc.constantFrom(...plans), state: fc.constantFrom("running", "suspended", "decommissioned") }),
  { maxKeys: 12 },
);

function declared(some: Record<string, object>): Record<string, object> {
  return Object.fromEntries(Object.entries(some).map(([name, one], index) => [name, { ...one, slot: index }]));
}

test("an estimate adds up to the plans of the running tenants and the web servers of suspended ones, and used and left to the limit", () => {
  fc.assert(
    fc.property(tenants, (some) => {
      const config = {
        hosts: { local: { memory: 1_000_000, cpus: 1000, reservedSlots: [999] } },
        tenants: declared(some),
      };
      const [estimate] = estimateHosts(resolveFleet(config, "dev"));
      const inState = (wanted: string): { plan: string }[] =>
        Object.values(some).filter(({ state }) => state === wanted);
      const running = inState("running");
      const sum = (key: "memory" | "cpus"): number =>
        running.reduce((total, { plan }) => total + builtInPlans[plan]![key], 0);
      // Their web servers: 72 MiB, and a tenth of the plan's CPUs, but no less than 0.05.
      const suspended = inState("suspended");
      const cpus = suspended.reduce(
        (all, { plan }) => all + Math.max(0.05, Math.floor(builtInPlans[plan]!.cpus * 10) / 100),
        0,
      );
      expect(estimate!.memoryMiB.used).toBe(sum("memory") + running.length * backupMemoryMiB + suspended.length * 72);
      expect(estimate!.cpus.used).toBeCloseTo(sum("cpus") + cpus, 6);
      const count = Object.keys(some).length;
      expect(estimate!.slots).toEqual({ used: count, limit: 999, left: 999 - count });
      expect(estimate!.ports).toEqual({ used: count * 10, limit: 9990, left: 9990 - count * 10 });
      for (const { used, limit, left } of [estimate!.memoryMiB, estimate!.cpus]) {
        expect(used + left!).toBeCloseTo(limit!, 6);
      }
    }),
  );
});

test("nothing is said of what is left where there is no limit", () => {
  const [estimate] = estimateHosts(resolveFleet({ hosts: { local: {} }, tenants: { acme: {} } }, "dev"));
  expect(estimate!.memoryMiB).toEqual({ used: builtInPlans["starter"]!.memory + backupMemoryMiB });
  expect(estimate!.cpus).toEqual({ used: builtInPlans["starter"]!.cpus });
});

test.each(["memory", "cpus"] as const)("running tenants fit exactly into their sum of %s, and not into less", (key) => {
  const both = { acme: { slot: 1 }, globex: { slot: 2, plan: "basic" }, old: { slot: 3, state: "decommissioned" } };
  const backups = key === "memory" ? 2 * backupMemoryMiB : 0;
  const sum = builtInPlans["starter"]![key] + builtInPlans["basic"]![key] + backups;
  const parse = (limit: number): ReturnType<typeof parseFleet> =>
    parseFleet({ hosts: { local: { [key]: limit } }, tenants: both }, "dev");
  expect(parse(sum).ok).toBe(true);
  const refused = parse(sum - 1);
  expect(refused).toMatchObject({
    ok: false,
    problems: [{ path: `odoo-fleet:hosts.local.${key}`, value: `${sum - 1}` }],
  });
});

test("a plan that is larger than its host even alone is named with its path", () => {
  const result = parseFleet({ hosts: { local: { cpus: 1 } }, tenants: { acme: { plan: "pro" } } }, "dev");
  expect(result).toMatchObject({
    ok: false,
    problems: [
      {
        path: "odoo-fleet:hosts.local.cpus",
        expected: expect.stringContaining("odoo-fleet:tenants.acme.plan (pro") as string,
      },
    ],
  });
});

test("what watches a host is counted beside what tenants get: by the limits of its services, which grow with the tenants", () => {
  const hosts = { local: { memory: 16384 }, far: { docker: "ssh://ops@far" } };
  const fleetOf = (count: number): ReturnType<typeof resolveFleet> =>
    resolveFleet(
      {
        hosts,
        tenants: Object.fromEntries(
          Array.from({ length: count }, (_, slot) => [`tenant-${slot}`, { slot, host: "far", plan: "starter" }]),
        ),
        monitoring: { host: "local" },
      },
      "dev",
    );
  const [local, far] = estimateHosts(fleetOf(1));
  expect(local!.memoryMiB).toEqual({ used: 0, limit: 16384, left: 16384 });
  expect(local!.monitoring!.memoryMiB).toBeGreaterThan(far!.monitoring!.memoryMiB);
  const [localOfFive, farOfFive] = estimateHosts(fleetOf(5));
  // Prometheus has all tenants, the exporters those of their own host.
  expect(localOfFive!.monitoring!.memoryMiB - local!.monitoring!.memoryMiB).toBe(4 * 8);
  expect(farOfFive!.monitoring!.memoryMiB - far!.monitoring!.memoryMiB).toBe(4 * (4 + 1 + 1 + 1));
  expect(estimateHosts(resolveFleet({ hosts, tenants: {} }, "dev"))[0]).not.toHaveProperty("monitoring");
});

test("the edge and what copies backups are counted beside what tenants get", () => {
  const s3 = {
    endpoint: "https://s3.example.com",
    bucket: "copies",
    accessKeyId: "AKIA",
    secretAccessKey: "x".repeat(9),
  };
  const shared = { edge: { domain: "localhost", certificates: "internal" }, backup: { s3: { ...s3, lockDays: 9 } } };
  const of = (config: object): ReturnType<typeof estimateHosts>[number] =>
    estimateHosts(resolveFleet({ hosts: { local: {} }, ...config }, "dev"))[0]!;
  const one = of({ ...shared, tenants: { acme: { slot: 1 } } });
  expect(one).toMatchObject({ edge: { memoryMiB: 288, cpus: 1.25 }, offsite: { memoryMiB: 192, cpus: 0.5 } });
  // What the edge keeps is copied too.
  expect(of({ ...shared, tenants: {} })).toMatchObject({ offsite: one.offsite, snapshots: { memoryMiB: 128 } });
  expect(of({ backup: shared.backup, tenants: {} })).not.toHaveProperty("offsite");
  const alone = of({ tenants: { acme: { slot: 1 } } });
  expect([alone.edge, alone.offsite, alone.snapshots]).toEqual([undefined, undefined, undefined]);
  expect(one.memoryMiB).toEqual(alone.memoryMiB);
});

describe("tenants in stacks of their own", () => {
  const s3 = {
    ...{ endpoint: "https://s3.example.com", bucket: "copies", accessKeyId: "AKIA" },
    ...{ secretAccessKey: "not-to-be-shown", lockDays: 9 },
  };
  const problem = (memory: number, backup?: object): ReturnType<typeof ownStacksProblem> => {
    const tenants = { acme: { slot: 1 }, globex: { slot: 2 } };
    const own = resolveFleet({ hosts: { local: { memory } }, tenants, ...(backup && { backup }) }, "dev");
    return ownStacksProblem(own, own.hosts["local"]!);
  };

  it("have to fit together with what copies the backups of each", () => {
    const alone = resolveFleet({ hosts: { local: {} }, tenants: { acme: { slot: 1 } } }, "dev");
    const { used } = estimateHost(alone, alone.hosts["local"]!).memoryMiB;
    expect(problem(2 * used)).toBeUndefined();
    expect(problem(2 * used + 128, { s3 })).toBeUndefined();
    expect(problem(2 * used + 127, { s3 })).toMatchObject({
      path: "odoo-fleet:hosts.local.memory",
      expected: expect.stringContaining(`at least ${2 * used + 128} MiB`) as string,
    });
  });
});
