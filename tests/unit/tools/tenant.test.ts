import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { parse } from "yaml";
import { hashedSlot } from "../../../fleet";
import { addTenant, main } from "../../../tools/tenant";
import { tenantName } from "../fleet/arbitraries";

const stackFile = `# Environment of the tests.
encryptionsalt: v1:salt
config:
  odoo-fleet:hosts:
    local: {} # this machine
  # Customers.
  odoo-fleet:tenants:
    acme:
      slot: 1 # since 2024
      plan: starter

    globex: { slot: 2, plan: basic }
  odoo-fleet:defaults:
    odoo: "19.0"
`;

describe("addTenant", () => {
  test("pins the slot of the name, and keeps everything else as it was", () => {
    const { text, tenant } = addTenant(stackFile, "dev", { name: "initech", plan: "basic" });
    const added = `    initech:\n      slot: ${hashedSlot("initech")}\n      plan: basic\n`;
    expect(text).toBe(stackFile.replace("  odoo-fleet:defaults", `${added}  odoo-fleet:defaults`));
    expect(tenant).toMatchObject({ name: "initech", slot: hashedSlot("initech"), plan: "basic", host: "local" });
  });

  test("takes the next free slot where the name's is taken or reserved", () => {
    const slot = hashedSlot("initech");
    const taken = stackFile
      .replace("slot: 2", `slot: ${slot}`)
      .replace("local: {}", `local: { reservedSlots: [${slot + 1}] }`);
    expect(addTenant(taken, "dev", { name: "initech" }).tenant.slot).toBe(slot + 2);
  });

  test("makes the map of tenants where there is none", () => {
    const bare = "config:\n  odoo-fleet:hosts:\n    local: {}\n";
    const added = `  odoo-fleet:tenants:\n    acme:\n      slot: ${hashedSlot("acme")}\n`;
    expect(addTenant(bare, "dev", { name: "acme" }).text).toBe(bare + added);
    expect(addTenant(`${bare}  odoo-fleet:tenants: {}\n`, "dev", { name: "acme" }).text).toBe(bare + added);
  });

  test("chooses the host with the most free memory where none is named, and says why", () => {
    const hosts = (first: object, second: object): string =>
      JSON.stringify({
        config: {
          "odoo-fleet:hosts": {
            one: { docker: "ssh://ops@one", ...first },
            two: { docker: "ssh://ops@two", ...second },
          },
          "odoo-fleet:tenants": { acme: { host: "one", slot: 1, plan: "starter" } },
        },
      });
    const choose = (first: object, second: object, host?: string): unknown => {
      const { tenant, because } = addTenant(hosts(first, second), "dev", { name: "initech", host });
      return [tenant.host, because];
    };
    expect(choose({ memory: 8192 }, { memory: 4096 })).toEqual([
      "one",
      "host one has the most free memory: 7232 of 8192 MiB left (two 4096 of 4096 MiB left)",
    ]);
    expect(choose({ memory: 4096 }, { memory: 8192 })).toMatchObject([
      "two",
      expect.stringContaining("8192 of 8192") as string,
    ]);
    // A host without a limit isn't known to have room, nor to be full.
    expect(choose({ memory: 960 }, {})).toMatchObject(["two", expect.stringContaining("no limit declared") as string]);
    expect(choose({}, {})).toMatchObject(["two", expect.stringContaining("(one 960 MiB used") as string]);
    expect(choose({ memory: 4096 }, { memory: 8192 }, "one")).toEqual(["one", undefined]);
  });

  test("adds tenants one after the other without ever moving one or sharing a slot", () => {
    fc.assert(
      fc.property(fc.uniqueArray(tenantName, { minLength: 2, maxLength: 12 }), (names) => {
        let text = "config:\n  odoo-fleet:hosts:\n    local: {}\n";
        const slots = new Map<string, number>();
        for (const name of names) {
          const added = addTenant(text, "dev", { name });
          text = added.text;
          slots.set(name, added.tenant.slot);
        }
        const { config } = parse(text) as { config: Record<string, Record<string, { slot: number }>> };
        const written = Object.entries(config["odoo-fleet:tenants"]!).map(([name, { slot }]) => [name, slot]);
        expect(written).toEqual([...slots]);
        expect(new Set(slots.values()).size).toBe(names.length);
      }),
      { numRuns: 30 },
    );
  });

  test.each([
    ["a tenant that exists", { name: "acme" }, /"acme" already exists/],
    ["an invalid name", { name: "Initech Inc" }, /for example to initech-inc/],
    ["an unknown plan", { name: "initech", plan: "basik" }, /Did you mean "basic"/],
    ["an unknown host", { name: "initech", host: "locl" }, /Did you mean "local"/],
  ])("refuses %s", (_name, wanted, message) => {
    expect(() => addTenant(stackFile, "dev", wanted)).toThrow(message);
  });

  test("refuses to add to a file that is wrong already, or no YAML", () => {
    expect(() => addTenant(stackFile.replace("slot: 2", "slot: 1"), "dev", { name: "initech" })).toThrow(
      /both on slot 1/,
    );
    expect(() => addTenant("config: [", "dev", { name: "initech" })).toThrow("Pulumi.dev.yaml isn't YAML");
    expect(() => addTenant("", "dev", { name: "initech" })).toThrow(/declare odoo-fleet:hosts first/);
  });

  test("refuses when the host is full", () => {
    const reserved = Array.from({ length: 1000 }, (_, slot) => slot).filter((slot) => slot !== 1 && slot !== 2);
    const full = stackFile.replace("local: {}", `local: { reservedSlots: [${reserved.join(", ")}] }`);
    expect(() => addTenant(full, "dev", { name: "initech" })).toThrow(/no free slot/);
  });
});

describe("the command", () => {
  let folder: string;
  let file: string;
  let output: string[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "odoo-fleet-tenant-"));
    file = join(folder, "Pulumi.dev.yaml");
    writeFileSync(file, stackFile);
    output = [];
    const write = (line: unknown): void => void output.push(String(line));
    jest.spyOn(console, "log").mockImplementation(write);
    jest.spyOn(console, "error").mockImplementation(write);
  });

  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });

  test("writes the file and says slot, port, URL and what comes next", () => {
    expect(main(["--name", "initech", "--plan", "", "--host", "", "--file", file])).toBe(0);
    const slot = hashedSlot("initech");
    const port = 20000 + slot * 10;
    expect(output.join("\n")).toContain(
      `host local, plan starter, slot ${slot}, port ${port}, http://127.0.0.1:${port}`,
    );
    expect(output.at(-1)).toBe("Next: make up STACK=dev");
    expect(readFileSync(file, "utf8")).toContain("initech:");
    expect(readdirSync(folder)).toEqual(["Pulumi.dev.yaml"]);
  });

  test("changes nothing when it refuses", () => {
    expect(main(["--name", "Initech", "--plan", "gold", "--file", file])).toBe(1);
    expect(output.join("\n")).toContain("has 2 errors. Nothing was changed.");
    expect(readFileSync(file, "utf8")).toBe(stackFile);
    expect(readdirSync(folder)).toEqual(["Pulumi.dev.yaml"]);
  });

  test("says how it is used, and what to do without a stack file", () => {
    expect(main([])).toBe(2);
    expect(output.join("\n")).toContain("make tenant NAME=acme PLAN=starter");
    expect(main(["--nam", "x"])).toBe(2);
    expect(main(["--name", "initech", "--file", join(folder, "none.yaml")])).toBe(1);
    expect(output.at(-1)).toContain("pulumi stack init dev");
  });
});
