/** What operators read of one tenant, whoever's it is, and what they do to it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { issue } from "../../src/invoices/issue.ts";
import { noteBackups } from "../../src/restores/backups.ts";
import { operatorScopes } from "../../src/api/tokens.ts";
import { TestApi } from "../support/api.ts";
import { ordered } from "../support/orders.ts";
import { portalDatabase } from "../support/portalDatabase.ts";

const database = portalDatabase();

test("an operator reads all of one tenant: what it is, its team, jobs, backups, usage, exports, invoices, and its trail alone", async () => {
  const api = new TestApi(database());
  const token = await api.token("operator@example.com", operatorScopes);
  const owner = await api.token("owner@example.org");
  await api.colleague("owner@example.org", "pays@example.org", "billing");
  const { tenant, job } = await ordered(api, owner, "asked-for");
  const other = await ordered(api, owner, "another");
  const { customer_id: customer } = await database()
    .updateTable("tenant")
    .set({ made_state: "running", ready_at: new Date("2026-11-01T08:00:00Z"), trial_until: new Date("2027-01-01") })
    .where("id", "=", tenant)
    .returning("customer_id")
    .executeTakeFirstOrThrow();
  await database().updateTable("job").set({ state: "failed", failure: "fault" }).where("id", "=", job).execute();
  const at = new Date("2026-11-20T10:00:00Z");
  await noteBackups(database(), tenant, { from: at, database: at, files: at, proven: at, isUnproven: true }, at);
  const party = { name: "Owner Ltd", address: [], country: null, vatId: null, note: null };
  for (const [month, charged] of [
    ["2026-09", other.tenant],
    ["2026-10", tenant],
  ] as const) {
    const parties = { currency: "EUR", attempt: 0, seller: party, buyer: party, vatRate: 0, dueDays: 0 };
    const line = { tenant: charged, address: "a", plan: "basic", price: 1, seconds: 1, monthSeconds: 1, amount: 1 };
    await database()
      .transaction()
      .execute((transaction) => issue(transaction, { customer, month, ...parties, lines: [line] }, new Date()));
  }
  const read = async <Body>(path: string): Promise<Body> => {
    const answer = await api.send("GET", `/operator${path}`, { token });
    assert.equal(answer.status, 200, path);
    return (await answer.json()) as Body;
  };

  const found = await read<Record<string, unknown> & { team: { members: { email: string; role: string }[] } }>(
    `/tenants/${tenant}`,
  );
  assert.deepEqual(
    [found["address"], found["customer"], found["host"], found["suspendedAt"], found["suspensionReason"]],
    ["asked-for", "owner@example.org", "local", null, null],
  );
  assert.deepEqual(
    found.team.members.map(({ email, role }) => [email, role]),
    [
      ["owner@example.org", "owner"],
      ["pays@example.org", "billing"],
    ],
  );
  assert.deepEqual(found["changes"], [{ at: "2027-01-01T00:00:00.000Z", state: "suspended", reason: "trialEnded" }]);

  const priceOf = async (plan: string): Promise<unknown> => {
    await database().updateTable("tenant").set({ plan }).where("id", "=", tenant).execute();
    return (await read<Record<string, unknown>>(`/tenants/${tenant}`))["price"];
  };
  assert.deepEqual(await priceOf("basic"), { price: 2900, asleepPrice: 2900, currency: "EUR" });
  const change = { tenant_id: tenant, from_plan: "basic", to_plan: "pro", currency: "EUR", asked_at: at };
  for (const [price, done_at] of [
    [7000, at],
    [7500, at],
    [9000, null],
  ] as const) {
    await database()
      .insertInto("plan_change")
      .values({ ...change, price, asleep_price: 1000, done_at })
      .execute();
  }
  assert.deepEqual(await priceOf("pro"), { price: 7500, asleepPrice: 1000, currency: "EUR" });
  // A plan that it has at no price that was noted.
  assert.equal(await priceOf("other"), null);
  await priceOf("basic");

  const { jobs } = await read<{ jobs: { id: string; state: string }[] }>(`/jobs?tenant=${tenant}`);
  assert.deepEqual(
    jobs.map(({ id, state }) => [id, state]),
    [[job, "failed"]],
  );
  assert.equal((await read<{ jobs: unknown[] }>("/jobs")).jobs.length, 2);
  const backups = await read<{ window: { from: string }; isUnproven: boolean }>(`/tenants/${tenant}/backups`);
  assert.deepEqual([backups.window.from, backups.isUnproven], [at.toISOString(), true]);
  assert.equal((await read<{ window: null }>(`/tenants/${other.tenant}/backups`)).window, null);
  assert.equal((await read<{ tenant: string }>(`/tenants/${tenant}/usage?month=2026-11`)).tenant, tenant);
  assert.deepEqual(await read(`/tenants/${tenant}/exports`), { exports: [] });
  const { invoices } = await read<{ invoices: { month: string }[] }>(`/invoices?tenant=${tenant}`);
  assert.deepEqual(
    invoices.map(({ month }) => month),
    ["2026-10"],
  );
  const { entries } = await read<{ entries: { tenant: string }[] }>(`/audit?tenant=${tenant}`);
  assert.ok(entries.length > 0 && entries.every((entry) => entry.tenant === tenant));

  for (const path of ["", "/backups", "/usage", "/exports"]) {
    assert.equal((await api.send("GET", `/operator/tenants/t00000000000${path}`, { token })).status, 404, path);
  }
});

test("why an operator suspends a tenant is read by its customer, in the trail too, until it runs again", async () => {
  const api = new TestApi(database());
  const token = await api.token("operator@example.com", operatorScopes);
  const owner = await api.token("late@example.org");
  const { tenant } = await ordered(api, owner, "late");
  await database().updateTable("tenant").set({ made_state: "running" }).where("id", "=", tenant).execute();
  const suspend = (body: object): Promise<Response> =>
    api.send("PUT", `/operator/tenants/${tenant}/suspension`, { token, body });
  const seen = async (): Promise<unknown> => {
    const view = (await (await api.send("GET", `/tenants/${tenant}`, { token: owner })).json()) as {
      suspensionReason: string | null;
      lifecycle: { reason: string };
    };
    return [view.lifecycle.reason, view.suspensionReason];
  };
  assert.equal((await suspend({ isSuspended: true, reason: "  " })).status, 422);
  assert.equal((await suspend({ isSuspended: true, reason: "October isn't paid" })).status, 200);
  assert.deepEqual(await seen(), ["operator", "October isn't paid"]);
  const { entries } = (await (await api.send("GET", `/audit?tenant=${tenant}`, { token: owner })).json()) as {
    entries: { action: string; details: object }[];
  };
  assert.deepEqual(entries.find(({ action }) => action === "setSuspension")!.details, {
    isSuspended: true,
    reason: "October isn't paid",
  });
  assert.equal((await suspend({ isSuspended: false, reason: "It is paid" })).status, 200);
  assert.deepEqual(await seen(), ["always", null]);
});
