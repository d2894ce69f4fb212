import { RunError } from "@pulumi/pulumi";
import { createFleet, createTenant } from "../../../../components";

const settings = { environment: "dev", hosts: { local: {} }, tenants: { acme: { slot: 1 }, globex: { slot: 2 } } };

// A RunError prints as its message alone, without a stack trace.
describe("settings that are wrong", () => {
  it("name a tenant that isn't declared, and those that are", async () => {
    const refused = createTenant({ ...settings, tenant: "hooli" });
    await expect(refused).rejects.toThrow(/odoo-fleet:tenants\.hooli\n.*not set.*\n.*acme, globex/);
    await expect(refused).rejects.toBeInstanceOf(RunError);
  });

  it("name addons that can't be shipped, together with every other mistake and before any host is asked", async () => {
    const tenants = { acme: { slot: 1, addons: ["images/odoo/bin", "nowhere"] }, globex: { slot: 1 } };
    for (const refused of [
      createFleet({ ...settings, tenants }),
      createTenant({ ...settings, tenants, tenant: "globex" }),
    ]) {
      await expect(refused).rejects.toBeInstanceOf(RunError);
      await expect(refused).rejects.toThrow(
        /tenants\.globex\.slot[^]*acme\.addons\[0\][^]*has no module[^]*acme\.addons\[1\][^]*nowhere doesn't exist/,
      );
    }
  });

  it("are refused before any host is asked, with every mistake", async () => {
    const tenants = { acme: { slot: 1, plan: "huge" }, globex: { slot: 1 } };
    for (const refused of [
      createFleet({ ...settings, tenants }),
      createTenant({ ...settings, tenants, tenant: "acme" }),
    ]) {
      await expect(refused).rejects.toBeInstanceOf(RunError);
      await expect(refused).rejects.toThrow(/odoo-fleet:tenants\.acme\.plan[^]*odoo-fleet:tenants\.globex\.slot/);
    }
  });

  it("are refused behind an edge without what the tenant's Nginx would know it by", async () => {
    const edge = { domain: "localhost", certificates: "internal" } as const;
    await expect(createTenant({ ...settings, edge, tenant: "acme" })).rejects.toThrow(
      /odoo-fleet:edge\n.*localhost.*\n.*fleetSecret[^]*output fleetSecret of the stack of createFleet/,
    );
  });

  it("are refused where a stack's file has a transform, and where it is of something unknown", async () => {
    const transform = { odoo: { memory: 4096 }, redis: () => undefined } as object;
    await expect(createFleet({ ...settings, transform })).rejects.toThrow(
      /odoo-fleet:transform\.odoo[^]*a function \(args, opts, tenant\)[^]*odoo-fleet:transform\.redis[^]*odoo, postgres, nginx/,
    );
  });
});
