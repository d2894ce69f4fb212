/** What is left of a customer whose tenant was deleted: its last export for a while, then nothing but what has to be kept. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import { RestoreError } from "odoo-fleet";
import type { LastExportView } from "../../src/exports/exports.ts";
import { forgetOldKeys } from "../../src/api/idempotency.ts";
import { sendLastExports, type SendableLastExport } from "../../src/exports/lastExportMails.ts";
import { TenantQueue } from "../../src/jobs/queue.ts";
import { forgetGone } from "../../src/lifecycle/forget.ts";
import { tick } from "../../src/lifecycle/queueDue.ts";
import { noteBackups } from "../../src/restores/backups.ts";
import { addUser } from "../../src/login/operators.ts";
import { tidyExports } from "../../src/worker/exportWork.ts";
import { runJob, type WorkerParts } from "../../src/worker/runJob.ts";
import { TestApi } from "../support/api.ts";
import { FakeProvisioner } from "../support/fakeProvisioner.ts";
import { ordered } from "../support/orders.ts";
import { portalDatabase } from "../support/portalDatabase.ts";
import { testSettings } from "../support/settings.ts";

const database = portalDatabase({ begin, end });
const settings = { plans: { basic: { price: 2900, currency: "EUR", keepDays: 10 } } };
const begun = new Date();
const inDays = (days: number): Date => new Date(begun.getTime() + days * 86_400_000);
const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-portal-"));
const provisioner = new FakeProvisioner();
let now = begun;
let queue: TenantQueue | undefined;
let api: TestApi;
let parts: WorkerParts;
let token: string;
let tenant: string;

async function begin(): Promise<void> {
  queue = await TenantQueue.open(database.url(), true);
  api = new TestApi(database(), settings, queue, folder);
  api.now = () => now;
  token = await api.token("gone@example.org");
  parts = {
    ...{ database: database(), settings: testSettings(settings), queue, provisioner, now: () => now },
    exports: { folder },
  };
  await queue.work(2, (job, signal) => runJob(parts, job, signal));
}

async function end(): Promise<void> {
  await queue?.close();
  rmSync(folder, { recursive: true });
}

const row = () => database().selectFrom("tenant").selectAll().where("id", "=", tenant).executeTakeFirstOrThrow();
const left = async (by = token): Promise<LastExportView[]> =>
  ((await (await api.send("GET", "/exports", { token: by })).json()) as { exports: LastExportView[] }).exports;

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 30_000; !(await isSo()); await delay(50)) {
    assert.ok(Date.now() < deadline, "it isn't so after 30 s");
  }
}

/** Has the deletion tried, however that ends. */
async function tryDeletion(): Promise<string> {
  assert.equal(await tick(database(), queue!, now), 1);
  const last = () =>
    database()
      .selectFrom("job")
      .select(["kind", "state"])
      .where("tenant_id", "=", tenant)
      .orderBy("number", "desc")
      .executeTakeFirstOrThrow();
  await until(async () => ["done", "failed"].includes((await last()).state));
  const { kind, state } = await last();
  // The end of a job is by the database's clock, which is another than this test's.
  await database()
    .updateTable("job")
    .set({ ended_at: inDays(-1) })
    .where("state", "=", "failed")
    .execute();
  return `${kind} ${state}`;
}

/** Every row of the portal's own tables in which a word is, by its table. */
async function tablesWith(word: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables where table_schema = 'public' order by 1`.execute(
    database(),
  );
  const found: string[] = [];
  for (const { name } of rows) {
    const table = sql.table(name);
    const { rows: hits } = await sql`
      select 1 from ${table} as one where position(${word} in to_jsonb(one)::text) > 0 limit 1`.execute(database());
    if (hits.length > 0) {
      found.push(name);
    }
  }
  return found;
}

test("a tenant isn't deleted before its last export is there; one that is made is kept for the next try", async () => {
  ({ tenant } = await ordered(api, token, "parting", { plan: "basic", company: "Parting Ltd" }));
  await api.settled(token, tenant, "running");
  const asked = await api.send("POST", `/tenants/${tenant}/deletion`, { token, body: { address: "parting" } });
  assert.equal(asked.status, 200);
  await api.settled(token, tenant, "suspended");
  now = inDays(31);
  provisioner.exportFault = new Error("no space left on device");
  assert.equal(await tryDeletion(), "delete failed");
  assert.deepEqual([provisioner.decommissioned, (await row()).deleted_at], [[], null]);
  assert.deepEqual(await left(), []);

  provisioner.exportFault = undefined;
  provisioner.fault = new Error("the backup isn't proven");
  assert.equal(await tryDeletion(), "delete failed");
  assert.deepEqual(provisioner.exports, [[tenant, "suspended"]]);

  provisioner.fault = undefined;
  await tryDeletion();
  await until(async () => (await row()).data_erased_at !== null);
  assert.equal(provisioner.decommissioned.length, 1);
  assert.deepEqual(provisioner.exports, [[tenant, "suspended"]]);
});

test("one that was stopped for good before its first backup has nothing to export, and is deleted all the same", async () => {
  const first = tenant;
  now = begun;
  ({ tenant } = await ordered(api, token, "hasty", { plan: "basic" }));
  await api.settled(token, tenant, "running");
  await api.send("POST", `/tenants/${tenant}/deletion`, { token, body: { address: "hasty" } });
  await api.settled(token, tenant, "suspended");
  now = inDays(31);
  const fault = (provisioner.exportFault = new RestoreError("it has no backups"));
  await noteBackups(database(), tenant, { from: begun, isUnproven: false }, now);
  assert.equal(await tryDeletion(), "delete failed");
  await database().deleteFrom("backup_fact").execute();
  assert.equal(provisioner.exportFault, fault);
  await tryDeletion();
  await until(async () => (await row()).data_erased_at !== null);
  provisioner.exportFault = undefined;
  assert.equal((await left()).length, 1);
  tenant = first;
});

test("its customer is told by mail, once, and downloads it for 30 days; nobody else does", async () => {
  const sent: SendableLastExport[] = [];
  let fault: Error | undefined = new Error("connect ECONNREFUSED");
  const look = () =>
    sendLastExports(database(), now, (last) => {
      sent.push(last);
      return fault ? Promise.reject(fault) : Promise.resolve();
    });
  assert.equal(await look(), 0);
  fault = undefined;
  assert.equal(await look(), 1);
  assert.equal(await look(), 0);
  const [file] = (await left()) as [LastExportView];
  assert.deepEqual([file.address, file.tenant, file.state], ["parting", tenant, "ready"]);
  assert.deepEqual(sent.at(-1), {
    ...{ email: "gone@example.org", address: "parting", until: new Date(file.until!), sha256: file.sha256 },
  });
  const path = `/exports/${file.id}/download`;
  const other = await api.token("other@example.org");
  assert.deepEqual(await left(other), []);
  assert.equal((await api.send("GET", path, { token: other })).status, 404);

  now = inDays(60);
  await tidyExports(parts);
  assert.equal(await (await api.send("GET", path, { token })).text(), "a zip");
  now = inDays(62);
  await tidyExports(parts);
  assert.deepEqual([readdirSync(folder), await left()], [[], []]);
  assert.equal((await api.send("GET", path, { token })).status, 404);
});

test("nothing of who is gone is left but ids and invoices, once his address is free; what he owes, or a session, keeps him", async () => {
  await until(async () => {
    await tick(database(), queue!, now);
    const rows = await database().selectFrom("tenant").select("erased_at").execute();
    return rows.every(({ erased_at }) => erased_at !== null);
  });
  const { customer_id: customer } = await row();
  await api.colleague("gone@example.org", "colleague@example.org", "member");
  await api.send("PUT", "/billing", {
    token,
    body: { name: "Parting Ltd", address: ["1 rue de la Paix"], country: "FR", vatId: null },
  });
  for (const email of ["gone@example.org", "colleague@example.org"]) {
    await addUser(database(), email);
  }
  const billed = { name: "Parting Ltd", address: [], country: "FR", vatId: null, note: "gone@example.org" };
  await database()
    .insertInto("invoice")
    .values({
      ...{ id: "invoice00001", year: 2026, sequence: 1, customer_id: customer, month: "2026-11", currency: "EUR" },
      ...{ attempt: 0, credits: null, reason: null, seller: "{}", buyer: JSON.stringify(billed), lines: "[]" },
      ...{ net: "2900", vat_rate: 0, vat: "0", gross: "2900", issued_at: begun, due_at: begun },
    })
    .execute();
  await sql`
    insert into login_session (id, user_id, token, expires_at)
    select 's', id, 'a session', ${inDays(200)} from login_user where email = 'colleague@example.org'`.execute(
    database(),
  );
  const trail = () => database().selectFrom("audit").select(["id", "action", "client_address"]).execute();
  const before = await trail();
  assert.ok(before.some(({ client_address }) => client_address !== null));

  // Answers to writes are forgotten after a day, by the database's clock.
  await sql`update idempotency set created_at = now() - interval '2 days'`.execute(database());
  await forgetOldKeys(database());

  now = inDays(120);
  assert.equal(await forgetGone(database(), now), 0);
  now = inDays(122);
  assert.equal(await forgetGone(database(), now), 2);
  assert.deepEqual([(await row()).address, (await row()).company], [tenant, ""]);
  assert.deepEqual(await tablesWith("parting"), []);
  // He owes something, and his colleague is signed in.
  assert.ok((await tablesWith("gone@example.org")).includes("customer"));
  const payment = { id: "payment00001", invoice_id: "invoice00001", way: "operator", reference: "a transfer" } as const;
  await database()
    .insertInto("payment")
    .values({ ...payment, state: "paid", paid_at: now })
    .execute();
  assert.equal(await forgetGone(database(), now), 0);
  now = inDays(201);
  assert.equal(await forgetGone(database(), now), 1);
  assert.equal(await forgetGone(database(), now), 0);

  for (const word of ["gone@example.org", "Parting Ltd"]) {
    assert.deepEqual(await tablesWith(word), ["invoice"], word);
  }
  for (const word of ["colleague@example.org", "rue de la Paix", "192.0.2.1"]) {
    assert.deepEqual(await tablesWith(word), [], word);
  }
  assert.equal((await api.send("GET", "/tenants", { token })).status, 401);
  // What was done stays in the trail, with whose id it was.
  const after = await trail();
  assert.deepEqual(after.map(({ action }) => action).sort(), before.map(({ action }) => action).sort());
});

test("an entry of the trail can be changed in nothing but what it loses", async () => {
  const changes = [
    sql`update audit set client_address = '198.51.100.1'`,
    sql`update audit set client_address = null, action = 'other'`,
    sql`update audit set client_address = null, details = '{"address": "other"}'`,
    sql`update audit set client_address = null, details = '{}'`,
    sql`delete from audit`,
  ];
  for (const change of changes) {
    await assert.rejects(change.execute(database()), /append-only/);
  }
});
