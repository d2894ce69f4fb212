import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolveFleet } from "../../../../fleet";
import { type Declared, declaredOf, readDeclared } from "../../../../tools/perTenant/declared";

const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

const program = { tenants: "1", hosts: "2" };
const base: Record<string, unknown> = {
  layout: "perTenant",
  hosts: { paris: { docker: "ssh://ops@paris", memory: 16384 }, oslo: { docker: "ssh://ops@oslo" } },
  defaults: { host: "paris" },
  edge: { domain: "example.com" },
  tenants: { acme: { slot: 1 }, globex: { slot: 2 }, initech: { slot: 1, host: "oslo" } },
};
const declare = (more: object = {}, now?: Date, of = program): Declared => {
  const raw = { ...base, ...more };
  return declaredOf(resolveFleet(raw, "prod", undefined, now), raw, of);
};
const before = declare();

/** What a change makes of the stacks: those that would be brought up. */
function changed(after: Declared): string[] {
  const tenants = [...after.tenants].filter(([name, hash]) => before.tenants.get(name) !== hash).map(([name]) => name);
  return [...(after.own === before.own ? [] : ["own"]), ...tenants];
}

const tenants = (more: object): object => ({ tenants: { ...(base["tenants"] as object), ...more } });
const hosts = (more: object): object => ({ hosts: { ...(base["hosts"] as object), ...more } });

test.each<[string, object, string[]]>([
  ["nothing", {}, []],
  ["a tenant's plan", tenants({ acme: { slot: 1, plan: "basic" } }), ["acme"]],
  ["another tenant on a host with the same images", tenants({ hooli: { slot: 3 } }), ["hooli"]],
  ["a port of a tenant's own", tenants({ acme: { slot: 1, publishPort: true } }), ["acme"]],
  ["modules, which make another image", tenants({ acme: { slot: 1, modules: ["crm"] } }), ["own", "acme"]],
  ["a host's address", hosts({ oslo: { docker: "ssh://ops@oslo", address: "10.0.0.9" } }), ["own", "initech"]],
  ["what only a host's own stack reads", hosts({ paris: { docker: "ssh://ops@paris", memory: 32768 } }), ["own"]],
  ["monitoring", { monitoring: { mode: "central", host: "paris" } }, ["own"]],
  ["where the authority writes to", { edge: { domain: "example.com", acme: { email: "ops@example.com" } } }, ["own"]],
  ["the fleet's domain", { edge: { domain: "example.org" } }, ["own", "acme", "globex", "initech"]],
])("%s brings up the stacks that it concerns, and no other", (_, more, expected) => {
  expect(changed(declare(more))).toEqual(expected);
});

test("a port of a tenant's own concerns the environment's stack where that looks after the host's firewall", () => {
  const made = hosts({ paris: { connection: "ssh://root@paris", hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ" } });
  const own = (publishPort: boolean): string =>
    declare({ ...made, ...tenants({ acme: { slot: 1, publishPort } }) }).own;
  expect(own(true)).not.toBe(own(false));
});

test("another release of the program brings up all, and what only makes hosts, theirs", () => {
  expect(changed(declare({}, undefined, { tenants: "3", hosts: "4" }))).toEqual(["own", "acme", "globex", "initech"]);
  expect(changed(declare({}, undefined, { ...program, hosts: "4" }))).toEqual(["own"]);
});

test("time alone changes nothing until a tenant is to be something else by its own times", () => {
  const lifecycle = { activeHours: ["Mon-Fri 08:00-20:00 UTC"] };
  const at = (text: string): string | undefined =>
    declare(tenants({ acme: { slot: 1, lifecycle } }), new Date(text)).tenants.get("acme");
  expect(at("2026-11-26T12:00Z")).toBe(at("2026-11-27T09:00Z"));
  expect(at("2026-11-26T12:00Z")).not.toBe(at("2026-11-26T21:00Z"));
});

test("secrets that only one stack could read are refused, before anything is asked", () => {
  const file = join(folder, "Pulumi.prod.yaml");
  const config =
    "config:\n  odoo-fleet:hosts:\n    local: {}\n  odoo-fleet:layout: perTenant\n  odoo-fleet:sudoPasswords:\n    local:\n      secure: AAABA\n";
  writeFileSync(file, config);
  expect(() => readDeclared(file, "prod")).toThrow(/expected a passphrase or a key of your own/);
  writeFileSync(file, `${config.replace(/ +odoo-fleet:sudoPasswords[^]*/, "")}`);
  expect([...readDeclared(file, "prod").tenants]).toEqual([]);
});
