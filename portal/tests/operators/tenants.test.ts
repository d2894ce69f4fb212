/** What operators list: over a thousand tenants, searched, filtered, page by page. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { TestApi } from "../support/api.ts";
import { ordered } from "../support/orders.ts";
import { portalDatabase } from "../support/portalDatabase.ts";

const database = portalDatabase();

interface Listed {
  readonly tenants: {
    readonly id: string;
    readonly address: string;
    readonly customer: string;
    readonly host: string | null;
  }[];
  readonly next: string | null;
}

test("a thousand tenants are searched, filtered and paged by the portal, each once; places are counted", async () => {
  const api = new TestApi(database());
  const token = await api.token("operator@example.com", ["operator:tenants"]);
  const { tenant } = await ordered(api, await api.token("Needle@example.com"), "placed");
  await sql`
    with made as (
      insert into tenant (id, customer_id, address, company, plan, odoo_version, made_state)
      select 't' || lpad(number::text, 11, '0'), (select customer_id from tenant limit 1), 'bulk' || number, 'Bulk 100% Ltd', 'basic', '19.0',
        case when number % 10 = 0 then 'suspended' else 'running' end
      from generate_series(1, 1000) number returning id, customer_id)
    insert into "order" (id, customer_id, tenant_id, plan, price, currency, is_trial, state, confirm_by)
    select 'o' || substr(id, 2), customer_id, id, 'basic', 2900, 'EUR', false, 'cancelled', now() from made`.execute(
    database(),
  );
  const list = async (query: Record<string, string>): Promise<Listed> => {
    const answer = await api.send("GET", `/operator/tenants?${new URLSearchParams(query).toString()}`, { token });
    assert.equal(answer.status, 200);
    return (await answer.json()) as Listed;
  };
  const found = async (query: Record<string, string>): Promise<string[]> =>
    (await list({ limit: "100", ...query })).tenants.map(({ address }) => address);
  assert.deepEqual(await found({ search: "PLACED" }), ["placed"]);
  assert.deepEqual(await found({ search: tenant }), ["placed"]);
  assert.deepEqual(await found({ search: "bulk77" }), [
    ...Array.from({ length: 10 }, (_, index) => `bulk${779 - index}`),
    "bulk77",
  ]);
  // A sign of patterns is a letter like any other.
  assert.equal((await found({ search: "100%" })).length, 100);
  assert.deepEqual(await found({ search: "1%0" }), []);
  assert.deepEqual(await found({ host: "local" }), ["placed"]);
  assert.deepEqual(await found({ made: "unmade" }), ["placed"]);
  assert.equal((await list({ search: "needle@" })).tenants[0]!.customer, "needle@example.com");
  const seen: string[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const page: Listed = await list({ made: "suspended", limit: "40", ...(cursor && { cursor }) });
    seen.push(...page.tenants.map(({ id }) => id));
    cursor = page.next;
  }
  assert.deepEqual([seen.length, new Set(seen).size], [100, 100]);
  assert.deepEqual(await (await api.send("GET", "/operator/capacity", { token })).json(), {
    hosts: [{ host: "local", slots: 50, taken: 1, room: null }],
    waiting: 0,
  });
});

test("tenants are found by plan, by a failed last job and by being to be deleted, and counted by the same", async () => {
  const api = new TestApi(database());
  const token = await api.token("counting@example.com", ["operator:tenants"]);
  const owner = await api.token("counted@example.com");
  const made: Record<string, { tenant: string; job: string }> = {};
  for (const [address, plan] of Object.entries({ "c-one": "basic", "c-two": "pro", "c-three": "pro" })) {
    made[address] = await ordered(api, owner, address, { plan });
  }
  const job = (address: string) => database().updateTable("job").where("id", "=", made[address]!.job);
  await job("c-one").set({ state: "failed" }).execute();
  await job("c-two").set({ state: "done" }).execute();
  const deletion = { delete_at: new Date("2027-01-01"), made_state: "running", ready_at: new Date() } as const;
  await database().updateTable("tenant").set(deletion).where("id", "=", made["c-two"]!.tenant).execute();
  const read = async <Body>(path: string): Promise<Body> => {
    const answer = await api.send("GET", `/operator/${path}`, { token });
    assert.equal(answer.status, 200);
    return (await answer.json()) as Body;
  };
  const found = async (query: string): Promise<string[]> =>
    (await read<Listed>(`tenants?search=counted@&${query}`)).tenants.map(({ address }) => address);
  assert.deepEqual(await found("plan=pro"), ["c-three", "c-two"]);
  assert.deepEqual(await found("plan=gone"), []);
  assert.deepEqual(await found("failed=true"), ["c-one"]);
  assert.deepEqual(await found("toBeDeleted=true"), ["c-two"]);
  assert.deepEqual(await found("toBeDeleted=true&failed=true"), []);
  assert.equal((await api.send("GET", "/operator/tenants?failed=no", { token })).status, 400);
  // A thousand and one are those of the test before.
  assert.deepEqual(await read("summary"), {
    tenants: 1004,
    failed: 1,
    backups: { fine: 1, overdue: 0, unproven: 0, unknown: 0 },
    plans: [
      { plan: "basic", tenants: 1002 },
      { plan: "pro", tenants: 2 },
    ],
  });
  assert.equal((await api.send("GET", "/operator/summary", { token: owner })).status, 403);
});
