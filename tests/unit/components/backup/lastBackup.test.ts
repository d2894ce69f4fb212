import { makeLastBackups, movingVariable } from "../../../../components/backup/lastBackup";
import type { StackState } from "../../../../components/run/stackState";
import { resolveFleet } from "../../../../fleet";

const state = "decommissioned";
const fleet = resolveFleet(
  {
    hosts: { local: {} },
    tenants: {
      acme: { slot: 1 },
      globex: { slot: 2, state },
      staging: { slot: 3, state, copyOf: "acme", restored: 1 },
      broken: { slot: 4, state, withoutLastBackup: "its disk is gone" },
      initech: { slot: 5, state },
    },
  },
  "dev",
);
const proven = { environment: "dev", host: "local", provenAt: "2026-11-27T05:00:00.000Z", seconds: 40 };
const stackState = (tenants: readonly string[], lastBackups: StackState["lastBackups"] = new Map()): StackState => ({
  bootstrapped: new Set(),
  playbooks: new Map(),
  tenants: new Map([["local", new Set(tenants)]]),
  data: new Map(),
  watched: new Set(),
  withEdge: new Set(),
  lastBackups,
});
const make = (known: StackState, unreachable: readonly string[] = []) =>
  makeLastBackups(fleet, Object.values(fleet.tenants), known, new Set(unreachable));

afterEach(() => delete process.env[movingVariable]);

it("is what the stack knows of it, and needless for a copy, without data, and for a reason that is declared", async () => {
  const known = await make(stackState(["acme", "globex", "staging", "broken"], new Map([["globex", proven]])));
  expect(Object.fromEntries(known)).toEqual({
    globex: proven,
    staging: { environment: "dev", host: "local", without: "it is a copy of acme" },
    broken: { environment: "dev", host: "local", without: "its disk is gone" },
    initech: { environment: "dev", host: "local", without: "it never had data" },
  });
});

it("is needless for the tenant that is being moved, and for no other", async () => {
  process.env[movingVariable] = "globex";
  const known = await make(stackState(["globex"]), ["local"]);
  expect(known.get("globex")).toMatchObject({ without: "its data was moved" });
  process.env[movingVariable] = "acme";
  await expect(make(stackState(["globex"]), ["local"])).rejects.toThrow(/tenants\.globex\.state/);
});

it("is refused on a host that doesn't answer, with the way to go without one", async () => {
  await expect(make(stackState(["globex", "initech"]), ["local"])).rejects.toThrow(
    /tenants\.globex\.state\n +value: +"decommissioned"\n +expected: host local to answer[^]*withoutLastBackup' REASON[^]*tenants\.initech\.state/,
  );
});
