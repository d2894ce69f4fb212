import { type FleetConfigError, resolveFleet } from "../../../fleet";
import type { Tenant } from "../../../fleet/types";

const hosts = { local: {} };
const source = {
  slot: 1,
  plan: "basic",
  postgres: 16,
  modules: ["sale"],
  addons: "addons",
  serverWideModules: ["queue_job"],
  odooOptions: { email_from: "odoo@example.com" },
  pythonPackages: ["xlrd==2.0.1"],
  debianPackages: ["libmagic1"],
  company: "Acme Ltd",
};
const resolve = (tenants: Record<string, object>): Readonly<Record<string, Tenant>> =>
  resolveFleet({ hosts, tenants: { acme: source, ...tenants } }, "dev").tenants;
const problems = (tenants: Record<string, object>): string[] => {
  try {
    resolve(tenants);
    return [];
  } catch (error) {
    return (error as FleetConfigError).problems.map(({ path, expected }) => `${path}: ${expected}`);
  }
};

describe("a copy of a tenant", () => {
  it("has no data until it is filled, and then runs on volumes of that number, its backups too", () => {
    const { staging } = resolve({ staging: { slot: 2, copyOf: "acme" } });
    expect(staging).toMatchObject({ state: "unfilled", copyOf: "acme", neutralized: [] });
    const filled = resolve({ staging: { slot: 2, copyOf: "acme", restored: 3, neutralized: ["b", "a"] } })["staging"]!;
    expect(filled).toMatchObject({ state: "running", neutralized: ["a", "b"] });
    expect(filled.names.repositoryVolume).toBe("dev-staging-repository-3");
    expect(resolve({ other: { slot: 3, restored: 3 } })["other"]!.names.repositoryVolume).toBe("dev-other-repository");
  });

  it("has of its tenant what it doesn't say, and nothing of its place", () => {
    const { acme, staging } = resolve({ staging: { slot: 2, copyOf: "acme", modules: ["crm"] } });
    for (const key of [
      "plan",
      "postgresVersion",
      "odooVersion",
      "serverWideModules",
      "odooOptions",
      "odooImage",
      "company",
    ] as const) {
      expect(staging![key]).toEqual(acme![key]);
    }
    expect(staging!.modules).toEqual(["base", "crm", "web"]);
    expect(staging!.database).toBe("staging");
  });

  it("shares the front range of its slot between a network without a way out and one for its port", () => {
    const { acme, staging } = resolve({ staging: { slot: 2, copyOf: "acme" } });
    expect(acme).toMatchObject({ subnets: { front: "10.200.0.96/27" } });
    expect(acme!.published).toBeUndefined();
    expect(staging!.subnets).toEqual({ internal: "10.200.0.128/27", front: "10.200.0.160/28" });
    expect(staging!.published).toEqual({ subnet: "10.200.0.176/28", gateway: "10.200.0.177", nginx: "10.200.0.178" });
    // Every fixed address of the front network is in its half.
    const { nginxlogExporterFront } = staging!.addresses;
    expect(nginxlogExporterFront).toBe("10.200.0.165");
  });

  it.each([
    ["nobody", { copyOf: "acne" }, 'tenants.staging.copyOf: acme. Did you mean "acme"?'],
    ["itself", { copyOf: "staging" }, "tenants.staging.copyOf: acme"],
    ["one with another PostgreSQL", { copyOf: "acme", postgres: 17 }, "what acme has, 16"],
    ["nobody, with modules that were looked at", { neutralized: ["a"] }, "tenants.staging.neutralized: no value here"],
  ])("is refused of %s", (_what, staging, expected) => {
    expect(problems({ staging: { slot: 2, ...staging } }).join()).toContain(expected);
  });

  it("is refused of a copy", () => {
    const copies = { staging: { slot: 2, copyOf: "acme" }, second: { slot: 3, copyOf: "staging" } };
    expect(problems(copies)).toEqual(["odoo-fleet:tenants.second.copyOf: acme"]);
  });

  it("reports what is wrong with its tenant once", () => {
    expect(problems({ acme: { slot: 1, plan: "huge" }, staging: { slot: 2, copyOf: "acme" } }).length).toBeLessThan(3);
    expect(problems({ acme: { slot: 1, odoo: "9.0" }, staging: { slot: 2, copyOf: "acme" } })).toHaveLength(1);
  });
});
