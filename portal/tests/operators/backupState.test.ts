/** How operators see the backups of all tenants, by what a worker saw last. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { notePlanContents, planContents } from "../../src/plans/planContents.ts";
import { noteBackups } from "../../src/restores/backups.ts";
import { TestApi } from "../support/api.ts";
import { ordered } from "../support/orders.ts";
import { portalDatabase } from "../support/portalDatabase.ts";
import { testSettings } from "../support/settings.ts";

const database = portalDatabase();

const [hour, day] = [3_600_000, 86_400_000];
const now = new Date("2026-11-20T10:00:00Z");
const ago = (milliseconds: number): Date => new Date(now.getTime() - milliseconds);

/** When its backups ended and were proven, and when a worker looked, each in milliseconds before now; undefined: never. */
interface Seen {
  readonly ready?: number;
  readonly looked?: number;
  readonly database?: number;
  readonly files?: number;
  readonly proven?: number;
  readonly isUnproven?: boolean;
  readonly made?: "running" | "suspended" | null;
}

const cases: Readonly<Record<string, { readonly seen: Seen; readonly is: string | null }>> = {
  fine: { seen: { looked: hour / 6, database: hour, files: hour, proven: 6 * day }, is: "fine" },
  late: { seen: { looked: hour / 6, database: 35 * hour, files: hour, proven: day }, is: "fine" },
  overdue: { seen: { looked: 0, database: 37 * hour, files: hour, proven: day }, is: "overdue" },
  "old-files": { seen: { looked: 0, database: hour, files: 37 * hour, proven: day }, is: "overdue" },
  "never-saved": { seen: { looked: 0 }, is: "overdue" },
  // Nobody has looked since: it isn't its backups that are late.
  unseen: { seen: { looked: 2 * hour, database: 3 * hour, files: 3 * hour, proven: day }, is: "unknown" },
  "never-seen": { seen: {}, is: "unknown" },
  new: { seen: { ready: hour / 2 }, is: "fine" },
  "new-too": { seen: { ready: day, looked: 0, database: hour, files: hour }, is: "fine" },
  failed: { seen: { looked: 0, database: hour, files: hour, proven: hour, isUnproven: true }, is: "unproven" },
  unproven: { seen: { looked: 0, database: hour, files: hour, proven: 9 * day }, is: "unproven" },
  "never-proven": { seen: { looked: 0, database: hour, files: hour }, is: "unproven" },
  stopped: { seen: { looked: 9 * day, database: 9 * day, files: 9 * day, made: "suspended" }, is: null },
  unmade: { seen: { made: null }, is: null },
};

test("what runs and isn't backed up, isn't proven, or wasn't looked at is found among all tenants", async () => {
  const api = new TestApi(database());
  const token = await api.token("operator@example.com", ["operator:tenants"]);
  const owner = await api.token("owner@example.com");
  for (const [address, { seen }] of Object.entries(cases)) {
    const { tenant } = await ordered(api, owner, address);
    const { ready = 30 * day, made = "running", looked } = seen;
    await database()
      .updateTable("tenant")
      .set({ made_state: made, ready_at: made === null ? null : ago(ready) })
      .where("id", "=", tenant)
      .execute();
    if (looked !== undefined) {
      const at = (before: number | undefined): Date | undefined => (before === undefined ? undefined : ago(before));
      const { isUnproven = false } = seen;
      const facts = { database: at(seen.database), files: at(seen.files), proven: at(seen.proven), isUnproven };
      await noteBackups(database(), tenant, facts, ago(looked));
    }
  }
  api.now = () => now;
  const list = async (query: string): Promise<Record<string, string | null>> => {
    const answer = await api.send("GET", `/operator/tenants?limit=100${query}`, { token });
    assert.equal(answer.status, 200);
    const { tenants } = (await answer.json()) as { tenants: { address: string; backups: string | null }[] };
    return Object.fromEntries(tenants.map(({ address, backups }) => [address, backups]));
  };
  const expected = Object.entries(cases).map(([address, { is }]) => [address, is] as const);
  // By the fleet's own plans, before a worker has noted what is sold.
  assert.deepEqual(await list(""), Object.fromEntries(expected));
  for (const state of ["fine", "overdue", "unproven", "unknown"]) {
    assert.deepEqual(await list(`&backups=${state}`), Object.fromEntries(expected.filter(([, is]) => is === state)));
  }

  const plans = { basic: { backup: { every: "1h", drillEvery: "1d" } } };
  const fleet = { environment: "prod", hosts: { local: {} }, plans };
  await notePlanContents(database(), planContents({ fleet }, testSettings()));
  const strict = await list("");
  assert.deepEqual([strict["late"], strict["fine"], strict["stopped"]], ["overdue", "unproven", null]);
});
