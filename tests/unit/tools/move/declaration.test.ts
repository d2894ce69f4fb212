import fc from "fast-check";
import { parse } from "yaml";
import { placeTenant } from "../../../../tools/move/declaration";

const stackFile = `# Environment of the tests.
config:
  odoo-fleet:tenants: # customers
    acme:
      # the first one
      slot: 1 # since 2024
      plan: starter

    globex: { slot: 2, plan: basic }
    initech: {}
    hooli:
      host: one
  odoo-fleet:defaults:
    odoo: "19.0"
encryptionsalt: v1:salt
`;

/** A tenant's entry as YAML reads it. */
function entry(text: string, tenant: string): unknown {
  const { config } = parse(text) as { config: Record<string, Record<string, unknown>> };
  return config["odoo-fleet:tenants"]![tenant];
}

describe("placeTenant", () => {
  test("changes values where they are, and keeps every other byte", () => {
    expect(placeTenant(stackFile, "acme", { host: "two", slot: 7 })).toBe(
      stackFile.replace("slot: 1 #", "slot: 7 #").replace("plan: starter\n", "plan: starter\n      host: two\n"),
    );
    expect(placeTenant(stackFile, "globex", { host: "two", slot: 7 })).toBe(
      stackFile.replace("{ slot: 2, plan: basic }", "{ slot: 7, plan: basic, host: two }"),
    );
    expect(placeTenant(stackFile, "hooli", { host: "two" })).toBe(stackFile.replace("host: one", "host: two"));
  });

  test.each(["acme", "globex", "hooli"])("decommissions and takes that back, to the byte: %s", (tenant) => {
    const gone = placeTenant(stackFile, tenant, { state: "decommissioned" });
    expect(entry(gone, tenant)).toMatchObject({ state: "decommissioned" });
    expect(placeTenant(gone, tenant, { state: undefined })).toBe(stackFile);
  });

  test("sets an entry that is empty or written in another way, too", () => {
    for (const text of [stackFile, stackFile.replace("initech: {}", "initech:")]) {
      const placed = placeTenant(text, "initech", { host: "two", slot: 0 });
      expect(entry(placed, "initech")).toEqual({ host: "two", slot: 0 });
      expect(entry(placed, "acme")).toEqual({ slot: 1, plan: "starter" });
    }
    const last = "config:\n  odoo-fleet:tenants:\n    acme: {plan: basic, state: running}";
    expect(parse(placeTenant(last, "acme", { state: undefined }))).toEqual({
      config: { "odoo-fleet:tenants": { acme: { plan: "basic" } } },
    });
  });

  test("says what was meant, for every place and tenant", () => {
    const tenants = fc.constantFrom("acme", "globex", "initech", "hooli");
    const slots = fc.integer({ min: 0, max: 999 });
    fc.assert(
      fc.property(tenants, slots, fc.constantFrom("one", "two"), (tenant, slot, host) => {
        const placed = placeTenant(stackFile, tenant, { host, slot, state: undefined });
        expect(entry(placed, tenant)).toEqual({ ...(entry(stackFile, tenant) as object), host, slot });
      }),
    );
  });
});
