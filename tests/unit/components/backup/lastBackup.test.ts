import { makeLastBackups } from "../../../../components/backup/lastBackup";
import { movingVariable } from "../../../../components/backup/movingVariable";
import { dayAfter, dayOf } from "../../../../fleet/keptBackups";
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
      initech: { slot: 5, state, keepUntil: "2999-01-01" },
    },
  },
  "dev",
);
const proven = { environment: "dev", host: "local", slot: 2, at: "2020-03-01T05:00:00.000Z", seconds: 40 };
const stackState = (tenants: readonly string[], lastBackups: StackState["lastBackups"] = new Map()): StackState => ({
  bootstrapped: new Set(),
  playbooks: new Map(),
  tenants: new Map([["local", new Set(tenants)]]),
  data: new Map(),
  madeVolumes: new Map(),
  drillCopies: new Set(),
  images: new Set(),
  objects: new Map(),
  shared: new Map(),
  lastBackups,
});
const make = (known: StackState, unreachable: readonly string[] = [], holdsBackups = true) =>
  makeLastBackups({
    fleet,
    tenants: Object.values(fleet.tenants),
    state: known,
    unreachable: new Set(unreachable),
    holdsBackups,
  });

afterEach(() => delete process.env[movingVariable]);

it("is what the stack knows of it, and needless for a copy, without data, and for a reason that is declared", async () => {
  const known = await make(stackState(["acme", "globex", "staging", "broken"], new Map([["globex", proven]])));
  const { keptUntil } = known.get("broken")!;
  expect(keptUntil).toBe(dayAfter(dayOf(new Date()), 30));
  const left = { environment: "dev", host: "local", at: expect.any(String) as string };
  expect(Object.fromEntries(known)).toEqual({
    globex: { ...proven, keptUntil: "2020-03-31", isKept: false },
    staging: { ...left, slot: 3, without: "it is a copy of acme", isKept: false },
    broken: { ...left, slot: 4, without: "its disk is gone", keptUntil, isKept: true },
    initech: { ...left, slot: 5, without: "it never had data", keptUntil: "2999-01-01", isKept: true },
  });
});

it("leaves no backups behind in a stack of one tenant, unless a day is declared", async () => {
  const known = await make(stackState(["acme", "globex", "broken"], new Map([["globex", proven]])), [], false);
  expect([...known].filter(([, { isKept }]) => isKept).map(([name]) => name)).toEqual(["initech"]);
});

it("is needless for the tenant that is being moved, and for no other", async () => {
  process.env[movingVariable] = "globex";
  const known = await make(stackState(["globex"]), ["local"]);
  expect(known.get("globex")).toMatchObject({ without: "its data was moved" });
  process.env[movingVariable] = "initech";
  expect((await make(stackState(["initech"]))).get("initech")).toMatchObject({ isKept: false });
  process.env[movingVariable] = "acme";
  await expect(make(stackState(["globex"]), ["local"])).rejects.toThrow(/tenants\.globex\.state/);
});

it("is refused on a host that doesn't answer, with the way to go without one", async () => {
  await expect(make(stackState(["globex", "initech"]), ["local"])).rejects.toThrow(
    /tenants\.globex\.state\n +value: +"decommissioned"\n +expected: host local to answer[^]*withoutLastBackup' REASON[^]*tenants\.initech\.state/,
  );
});
