import { declaredCopy } from "../../../../components/copy/declaredCopy";
import { resolveFleet } from "../../../../fleet";
import type { Fleet } from "../../../../fleet/types";

const fleet = (tenants: Record<string, object>): Fleet =>
  resolveFleet(
    {
      hosts: { one: { docker: "unix:///nowhere/one.sock" }, two: { docker: "unix:///nowhere/two.sock" } },
      defaults: { host: "one" },
      tenants: { acme: { slot: 1 }, ...tenants },
    },
    "dev",
  );

it("is found with what it is of, without data and with", () => {
  const { copy, source, host } = declaredCopy(fleet({ staging: { slot: 2, copyOf: "acme" } }), "staging");
  expect([copy.state, source.name, host.name]).toEqual(["unfilled", "acme", "one"]);
  expect(declaredCopy(fleet({ staging: { slot: 2, copyOf: "acme", restored: 1 } }), "staging").copy.state).toBe(
    "running",
  );
});

test.each([
  ["is none", { globex: { slot: 2 } }, "globex", "isn't a declared copy (copyOf); expected one of: none"],
  [
    "isn't declared",
    { staging: { slot: 2, copyOf: "acme" } },
    "acme-staging",
    "isn't a declared copy (copyOf); expected one of: staging",
  ],
  ["is suspended", { staging: { slot: 2, copyOf: "acme", restored: 1, state: "suspended" } }, "staging", "suspended"],
  [
    "is of one that doesn't run",
    { acme: { slot: 1, state: "suspended" }, staging: { slot: 2, copyOf: "acme" } },
    "staging",
    "A copy is made of a tenant that runs. acme is suspended",
  ],
  [
    "is on another host",
    { staging: { slot: 2, copyOf: "acme", host: "two" } },
    "staging",
    "staging is on host two, and the backups of acme are on host one",
  ],
])("one that %s is refused", (_, tenants, name, why) => {
  expect(() => declaredCopy(fleet(tenants), name)).toThrow(why);
});
