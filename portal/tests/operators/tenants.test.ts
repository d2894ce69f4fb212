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
    hosts: [{ host: "local", slots: 50, taken: 1 }],
    waiting: 0,
  });
});
