import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import type { AuditView } from "../../src/audit/audit.ts";
import { runJob } from "../../src/worker/runJob.ts";
import { idleQueue, orderOf, TestApi } from "../support/api.ts";
import { FakeProvisioner } from "../support/fakeProvisioner.ts";
import { ordered } from "../support/orders.ts";
import { portalDatabase } from "../support/portalDatabase.ts";
import { testSettings } from "../support/settings.ts";

const database = portalDatabase();

interface Page {
  readonly entries: AuditView[];
  readonly next: string | null;
}

async function read(api: TestApi, token: string, path = "/audit?limit=100"): Promise<Page> {
  return (await (await api.send("GET", path, { token })).json()) as Page;
}

function work(job: string, provisioner = new FakeProvisioner()): Promise<void> {
  const parts = { database: database(), settings: testSettings(), queue: idleQueue, provisioner };
  return runJob(parts, job, new AbortController().signal);
}

test("each write and each job is in the trail once: who, what, from where, and no secret", async () => {
  const api = new TestApi(database());
  const token = await api.token("trail@example.com");
  const { order, tenant, job } = await ordered(api, token, "trail");
  await work(job);
  const make = () =>
    api.send("POST", "/tokens", { token, body: { name: "made", scopes: ["orders:read"] }, key: "one" });
  const { secret } = (await (await make()).json()) as { secret: string };
  const { entries } = await read(api, token);
  assert.deepEqual(entries.map(({ actor, action, tenant: of }) => [actor, action, of]).reverse(), [
    ["customer", "placeOrder", tenant],
    ["portal", "job.queued", tenant],
    ["anyone", "confirmOrder", tenant],
    ["worker", "job.started", tenant],
    ["worker", "job.done", tenant],
    ["customer", "createToken", null],
  ]);
  const placed = entries.at(-1)!;
  assert.deepEqual([placed.subject, placed.clientAddress], [order, "192.0.2.1"]);
  assert.deepEqual(placed.details, { address: "trail", plan: "basic", trial: false });
  assert.match(placed.token!, /^[a-z][a-z0-9]{11}$/);
  // Whoever has the mail's code may be somebody else: where he is isn't the customer's to read.
  assert.equal(entries.find(({ actor }) => actor === "anyone")!.clientAddress, null);

  // A repeated request and refused ones did nothing.
  await make();
  assert.equal((await api.send("POST", "/orders", { token, body: orderOf("trail") })).status, 422);
  assert.equal((await api.send("DELETE", `/orders/${order}`, { token })).status, 409);
  assert.equal((await read(api, token)).entries.length, entries.length);
  const kept = JSON.stringify(await database().selectFrom("audit").selectAll().execute());
  for (const word of [secret, token, api.mails[0]!.token, "trail@example.com", "Company of"]) {
    assert.ok(!kept.includes(word), word);
  }
});

test("a customer reads what concerns him, and of an operator what he did alone; operators read all, page by page", async () => {
  const api = new TestApi(database());
  const [mine, others] = [await api.token("mine@example.com"), await api.token("others@example.com")];
  const { tenant, job } = await ordered(api, mine, "mine");
  await ordered(api, others, "others");
  const provisioner = new FakeProvisioner();
  provisioner.fault = new Error("engine on host-7 is away");
  await work(job, provisioner);
  const operator = await api.token("operator@example.com", ["operator:jobs", "operator:audit"]);
  const headers = { "X-Test-Address": "198.51.100.9" };
  assert.equal((await api.send("POST", `/operator/jobs/${job}/retries`, { token: operator, headers })).status, 201);

  const { entries } = await read(api, mine);
  assert.ok(entries.every((entry) => entry.tenant === tenant));
  const [retried] = entries.filter(({ action }) => action === "retryJob");
  assert.deepEqual(
    [retried!.actor, retried!.actorId, retried!.token, retried!.clientAddress, retried!.details],
    ["operator", null, null, null, { failed: job }],
  );
  const failed = entries.find(({ action }) => action === "job.failed");
  assert.deepEqual(failed!.details, { kind: "create", failure: "fault" });
  assert.ok(!JSON.stringify(entries).includes("host-7"));

  assert.equal((await api.send("GET", "/operator/audit", { token: mine })).status, 403);
  const all = await read(api, operator, `/operator/audit?tenant=${tenant}&limit=100`);
  assert.equal(all.entries.find(({ action }) => action === "retryJob")!.clientAddress, "198.51.100.9");
  const paged: AuditView[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const next: string = cursor && `&cursor=${cursor}`;
    const page = await read(api, operator, `/operator/audit?tenant=${tenant}&limit=2${next}`);
    paged.push(...page.entries);
    cursor = page.next;
  }
  assert.deepEqual(paged, all.entries);
});

test("what was written can't be changed, removed or emptied, whoever asks the database", async () => {
  await database().insertInto("audit").values({ actor: "portal", action: "test", details: "{}" }).execute();
  for (const statement of ["update audit set action = 'other'", "delete from audit", "truncate audit"]) {
    await assert.rejects(sql.raw(statement).execute(database()), /append-only/, statement);
  }
  const { rows } = await sql`select 1 from audit where action = 'test'`.execute(database());
  assert.equal(rows.length, 1);
});
