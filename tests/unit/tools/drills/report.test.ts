import { isFresh, readDrill } from "../../../../tools/drills/report";

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
