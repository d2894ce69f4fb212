import { oldestQuarter } from "../../../../tools/drills/offsite";
import { drilledOf, isDrilledOffsite, isFresh, readDrill, readOffsite } from "../../../../tools/drills/report";
import { resolveFleet } from "../../../../fleet";

const acme = { name: "acme", host: "odoo-1" };
const policy = { everySeconds: 86_400, keepDays: 30, pitrDays: 7, drillSeconds: 7 * 86_400 };
const now = 1_790_000_000;

it.each([
  ["1789990000 42\n--\n", { proven: 1_789_990_000, seconds: 42 }],
  ["--\n", {}],
  [
    "1789990000 42\n--\nodoo-fleet: pages are damaged: -- page 3\n",
    { proven: 1_789_990_000, seconds: 42, fault: "odoo-fleet: pages are damaged: -- page 3" },
  ],
])("reads what a helper keeps: %j", (kept, expected) => {
  expect(readDrill(acme, kept)).toEqual({ tenant: "acme", host: "odoo-1", ...expected });
});

it.each([
  ["a proof within what is declared", "1789990000 42\n--\n", true],
  ["one that is a day late at most", `${now - 8 * 86_400} 42\n--\n`, true],
  ["one that is later", `${now - 8 * 86_400 - 1} 42\n--\n`, false],
  ["none", "--\n", false],
  ["a fault since", "1789990000 42\n--\na fault\n", false],
])("takes %s for fresh or not: %j", (_, kept, expected) => {
  expect(isFresh(readDrill(acme, kept), policy, now)).toBe(expected);
});

it.each([
  ["", {}],
  ["1789990000|42|\n", { offsite: { proven: 1_789_990_000, seconds: 42 } }],
  ["0|0|no keys of acme\n", { offsite: { fault: "no keys of acme" } }],
  ["1789990000|42|a | b\nc\n", { offsite: { proven: 1_789_990_000, seconds: 42, fault: "a | b\nc" } }],
])("reads what the database keeps of drills from the copies: %j", (answer, expected) => {
  expect(readOffsite(answer)).toEqual(expected);
});

it("takes no proof for fresh while the copies off the host have a fault", () => {
  const local = readDrill(acme, "1789990000 42\n--\n");
  expect(isFresh({ ...local, offsite: { fault: "no keys" } }, policy, now)).toBe(false);
  expect(isFresh({ ...local, offsite: {} }, policy, now)).toBe(true);
  expect(isFresh({ ...local, offsite: { proven: now - 35 * 86_400 } }, policy, now)).toBe(true);
  expect(isFresh({ ...local, offsite: { proven: now - 35 * 86_400 - 1 } }, policy, now)).toBe(false);
});

it("takes a proof from the copies in the place of one of the host's own", () => {
  const local = readDrill(acme, `${now - 14 * 86_400} 42\n--\n`);
  expect(isFresh(local, policy, now)).toBe(false);
  expect(isFresh({ ...local, offsite: { proven: now - 7 * 86_400 } }, policy, now)).toBe(true);
});

it("drills the quarter from the copies of which that is longest ago, and at least one", () => {
  const last: Record<string, number | undefined> = { a: 5, b: undefined, c: 3, d: 4, e: 1 };
  expect(oldestQuarter(Object.keys(last), (name) => last[name])).toEqual(["b", "e"]);
  expect(oldestQuarter(["a"], (name) => last[name])).toEqual(["a"]);
  expect(oldestQuarter([], () => 0)).toEqual([]);
});

it("drills what runs, and the portal; from the copies neither that nor a staging copy", () => {
  const { tenants, portal } = resolveFleet(
    {
      hosts: { a: {} },
      edge: { domain: "example.com" },
      tenants: { acme: { slot: 1 }, asleep: { slot: 2, state: "suspended" }, "acme-test": { slot: 3, copyOf: "acme" } },
      portal: {
        slots: { a: { from: 500, to: 509 } },
        plans: { starter: { price: 2900, currency: "EUR" } },
        mail: { smtp: "smtp.example.com:587", from: "p@example.com" },
      },
    },
    "dev",
  );
  const names = (drilled: readonly { readonly name: string }[]): string[] => drilled.map(({ name }) => name);
  const all = drilledOf({ tenants, portal });
  expect(names(all)).toEqual(expect.arrayContaining(["acme", "portal"]));
  expect(names(all)).not.toContain("asleep");
  expect(names(all.filter(isDrilledOffsite))).toEqual(["acme"]);
  expect(names(drilledOf({ tenants }))).not.toContain("portal");
});
