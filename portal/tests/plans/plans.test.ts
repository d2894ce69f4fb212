/** What `GET /plans` says of plans and of how long an order takes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { notePlanContents, planContents, readPlanContents } from "../../src/plans/planContents.ts";
import { TestApi } from "../support/api.ts";
import { ordered } from "../support/orders.ts";
import { portalDatabase } from "../support/portalDatabase.ts";
import { testSettings } from "../support/settings.ts";

const database = portalDatabase();

interface Plans {
  readonly plans: { readonly name: string; readonly content: object | null }[];
  readonly usual: { readonly seconds: number; readonly of: number } | null;
  readonly termsUrl: string | null;
}

const read = async (api: TestApi): Promise<Plans> => (await (await api.send("GET", "/plans")).json()) as Plans;

test("what a plan holds is what the fleet of the worker makes of it; before a worker ran it isn't known", async () => {
  const api = new TestApi(database());
  assert.deepEqual(
    (await read(api)).plans.map(({ content }) => content),
    [null, null],
  );
  const plans = { pro: { users: 30 }, basic: { backup: { every: "6h" } } };
  const fleet = { environment: "prod", hosts: { local: {} }, plans };
  // Again, as each start of a worker does.
  for (const changed of [{ ...fleet, plans: {} }, fleet]) {
    await notePlanContents(database(), planContents({ fleet: changed }, testSettings()));
  }
  const kept = { backupKeepDays: 30, backupToMomentDays: 7, proofEverySeconds: 604_800 };
  assert.deepEqual(
    (await read(api)).plans.map(({ name, content }) => [name, content]),
    [
      ["basic", { users: null, memoryMiB: 2048, cpus: 2, uploadMiB: 128, backupEverySeconds: 21_600, ...kept }],
      ["pro", { users: 30, memoryMiB: 4096, cpus: 4, uploadMiB: 128, backupEverySeconds: 86_400, ...kept }],
    ],
  );
});

test("of a plan that isn't sold any more, and of one that the fleet doesn't know any more, it is known what its tenants have", async () => {
  const { tenant } = await ordered(
    new TestApi(database()),
    await new TestApi(database()).token("old@example.com"),
    "old",
  );
  await database().updateTable("tenant").set({ plan: "own" }).where("id", "=", tenant).execute();
  const own = { memory: 4096, cpus: 2, users: 10, backup: { every: "6h" } };
  const fleet = { environment: "prod", hosts: { local: {} } };
  const note = (plans: object) =>
    notePlanContents(database(), planContents({ fleet: { ...fleet, plans } }, testSettings()));
  for (const plans of [{ own }, {}]) {
    await note(plans);
    assert.equal((await readPlanContents(database())).get("own")!.backupEverySeconds, 21_600);
  }
  assert.deepEqual(
    (await read(new TestApi(database()))).plans.map(({ name }) => name),
    ["basic", "pro"],
  );
  await database().updateTable("tenant").set({ plan: "basic" }).where("id", "=", tenant).execute();
  await note({});
  assert.equal((await readPlanContents(database())).has("own"), false);
});

test("how long an order takes is the median of the newest hundred; without one it isn't known", async () => {
  const api = new TestApi(database(), { termsUrl: "https://provider.example.com/terms" });
  assert.deepEqual((({ usual, termsUrl }) => [usual, termsUrl])(await read(api)), [
    null,
    "https://provider.example.com/terms",
  ]);
  const { tenant } = await ordered(api, await api.token("usual@example.com"), "usual");
  assert.equal((await read(api)).usual, null);
  // The oldest took long, and are too old to count; those that failed don't either.
  const add = (seconds: number, count: number, state = "done") =>
    sql`
      insert into job (id, tenant_id, kind, delivery_id, state, queued_at, ended_at)
      select gen_random_uuid()::text, ${tenant}, 'create', gen_random_uuid(), ${state}, now() - make_interval(secs => ${seconds}), now()
      from generate_series(1, ${count})`.execute(database());
  await add(500, 40);
  assert.deepEqual((await read(api)).usual, { seconds: 500, of: 40 });
  await add(7.2, 60);
  await add(900, 40);
  await add(900, 70, "failed");
  assert.deepEqual((await read(api)).usual, { seconds: 8, of: 100 });
});
