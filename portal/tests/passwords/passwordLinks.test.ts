/** Links by which customers set their tenants' passwords, by the API and a worker on a real queue, with a clock of the tests' own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { RestoreError } from "odoo-fleet";
import type { JobView } from "../../src/jobs/jobs.ts";
import type { TenantQueue } from "../../src/jobs/queue.ts";
import type { TenantView } from "../../src/jobs/tenants.ts";
import { hashOf } from "../../src/orders/identifiers.ts";
import { ownerOf } from "../../src/orders/customers.ts";
import { runJob, type WorkerParts } from "../../src/worker/runJob.ts";
import { refusal, TestApi } from "../support/api.ts";
import { FakeProvisioner } from "../support/fakeProvisioner.ts";
import { ordered } from "../support/orders.ts";
import { portalDatabase } from "../support/portalDatabase.ts";
import { begunWork } from "../support/worked.ts";

interface Link {
  readonly tenant: string;
  readonly job: string;
  readonly until: string;
  readonly link: string | null;
}

const database = portalDatabase({ begin, end });
const now = new Date("2026-11-17T10:00:00Z");
let queue: TenantQueue | undefined;
let api: TestApi;
let token: string;
let tenant: string;
let parts: WorkerParts;
const provisioner = new FakeProvisioner();

async function begin(): Promise<void> {
  ({ queue, api, parts } = await begunWork({ database, provisioner, now: () => now }));
  token = await api.token("passwords@example.com");
}

async function end(): Promise<void> {
  await queue?.close();
}

const json = async <Answer>(answer: Promise<Response>): Promise<Answer> => (await answer).json() as Promise<Answer>;
const ask = (key?: string, by = token): Promise<Response> =>
  api.send("POST", `/tenants/${tenant}/password-links`, { token: by, ...(key && { key }) });
const lastJob = async (): Promise<JobView> =>
  (await json<{ jobs: JobView[] }>(api.send("GET", `/jobs?limit=1&tenant=${tenant}`, { token }))).jobs[0]!;

const idle = (state: TenantView["state"] = "running"): Promise<TenantView> => api.settled(token, tenant, state);

/** All that the portal keeps, as text. */
async function kept(): Promise<string> {
  const rows = await Promise.all(
    (["audit", "idempotency", "job", "job_event", "password_link"] as const).map((table) =>
      database().selectFrom(table).selectAll().execute(),
    ),
  );
  return JSON.stringify(rows);
}

test("a link is told once, the worker gets its hash alone, and a repeated request makes and shows no second one", async () => {
  ({ tenant } = await ordered(api, token, "acme", { plan: "basic" }));
  assert.match(await refusal(ask()), /^409 .*the tenant was never ready/);
  await idle();
  const answer = await ask("one");
  assert.deepEqual([answer.status, answer.headers.get("Cache-Control")], [201, "no-store"]);
  const made = (await answer.json()) as Link;
  const [, secret] = /^http:\/\/127\.0\.0\.1\/[a-z0-9]+\/odoo-fleet\/password#([\w-]{43})$/.exec(made.link!)!;
  assert.deepEqual([made.tenant, made.until], [tenant, "2026-11-18T10:00:00.000Z"]);
  // Before the worker has it, too.
  assert.ok(!(await kept()).includes(secret!));
  const again = await ask("one");
  assert.equal(again.headers.get("Idempotency-Replayed"), "true");
  assert.deepEqual(await again.json(), { ...made, link: null });
  await idle();
  const job = await lastJob();
  assert.deepEqual([job.id, job.kind, job.state], [made.job, "password", "done"]);
  assert.deepEqual(
    job.phases.map(({ phase }) => phase),
    ["preparing", "ready"],
  );
  assert.deepEqual(provisioner.offers, [
    [tenant, { tokenHash: hashOf(secret!), until: new Date(made.until) }, "password"],
  ]);
  const all = await kept();
  assert.deepEqual(
    [secret!, hashOf(secret!)].filter((word) => all.includes(word)),
    [],
  );
  const entries = await database()
    .selectFrom("audit")
    .select(["actor", "tenant_id", "subject", "details"])
    .where("action", "=", "createPasswordLink")
    .execute();
  assert.deepEqual(entries, [{ actor: "customer", tenant_id: tenant, subject: made.job, details: {} }]);
});

test("a link to sign in by is another one: for five minutes, and a link for a password stays what it is", async () => {
  const before = provisioner.offers.length;
  const answer = await api.send("POST", `/tenants/${tenant}/login-links`, { token });
  assert.equal(answer.status, 201);
  const made = (await answer.json()) as Link;
  const [, secret] = /^http:\/\/127\.0\.0\.1\/[a-z0-9]+\/odoo-fleet\/login#([\w-]{43})$/.exec(made.link!)!;
  assert.equal(made.until, "2026-11-17T10:05:00.000Z");
  await idle();
  const { kind, state } = await lastJob();
  assert.deepEqual([kind, state], ["login", "done"]);
  const offer = { tokenHash: hashOf(secret!), until: new Date(made.until) };
  assert.deepEqual(provisioner.offers.splice(before), [[tenant, offer, "login"]]);
  assert.ok(!(await kept()).includes(secret!));
  const weak = await api.token("passwords@example.com", ["tenants:write"]);
  const refused = api.send("POST", `/tenants/${tenant}/login-links`, { token: weak });
  assert.match(await refusal(refused), /^403 .*tenants:password/);
});

test("another customer, a token that may do all else, and an operator make none", async () => {
  const stranger = await api.token("stranger@example.com");
  assert.equal((await ask(undefined, stranger)).status, 404);
  const operator = await api.token("operator@example.com", [
    ...(["operator:tenants", "operator:jobs", "tenants:password"] as const),
  ]);
  assert.equal((await ask(undefined, operator)).status, 404);
  const weak = await api.token("passwords@example.com", ["tenants:write", "tenants:export", "tenants:restore"]);
  assert.match(await refusal(ask(undefined, weak)), /^403 .*tenants:password/);
  assert.equal(provisioner.offers.length, 1);
});

test("a link is for the member who asked for it: not once he has left, or has a role that may have none; the trail has who asked", async () => {
  const slow = new TestApi(database());
  const { customer } = await ownerOf(database(), "passwords@example.com");
  const before = provisioner.offers.length;
  const failed: string[] = [];
  for (const [index, ends] of [
    (id: string) => api.send("DELETE", `/team/members/${id}`, { token }),
    (id: string) => api.send("PATCH", `/team/members/${id}`, { token, body: { role: "billing" } }),
  ].entries()) {
    const colleague = await api.colleague("passwords@example.com", `leaves${index}@example.com`, "member");
    const asked = await slow.send("POST", `/tenants/${tenant}/login-links`, { token: colleague.token });
    const { job } = (await asked.json()) as Link;
    const entry = await database()
      .selectFrom("audit")
      .select(["actor_id", "customer_id", "action"])
      .where("subject", "=", job)
      .where("actor", "=", "customer")
      .executeTakeFirst();
    assert.deepEqual(entry, { actor_id: colleague.id, customer_id: customer, action: "createLoginLink" });
    assert.ok((await ends(colleague.id)).ok);
    await runJob(parts, job, new AbortController().signal);
    failed.push((await lastJob()).state);
    assert.deepEqual(await database().selectFrom("password_link").selectAll().execute(), []);
  }
  assert.deepEqual(failed, ["failed", "failed"]);
  assert.equal(provisioner.offers.length, before);
});

test("one that fails changes nothing, is its customer's to make again, and nobody else's to try again", async () => {
  for (const error of [new RestoreError("its Odoo is of an older image"), new Error("the host doesn't answer")]) {
    provisioner.offerFault = error;
    assert.equal((await ask()).status, 201);
    assert.match(await refusal(ask()), /^409 .*it has a job that isn't over/);
    await idle();
    const { id, state, failure } = await lastJob();
    assert.deepEqual([state, failure], ["failed", "restore"]);
    assert.deepEqual(await database().selectFrom("password_link").selectAll().execute(), []);
    const operator = await api.token("operator@example.com", ["operator:jobs"]);
    const retried = api.send("POST", `/operator/jobs/${id}/retries`, { token: operator });
    assert.match(await refusal(retried), /^409 .*only its customer has the link/);
  }
  provisioner.offerFault = undefined;
  assert.equal((await ask()).status, 201);
  await idle();
  assert.equal(provisioner.offers.length, 2);
});

test("a suspended tenant takes none", async () => {
  assert.equal((await api.send("POST", `/tenants/${tenant}/stop`, { token })).status, 200);
  await idle("suspended");
  assert.match(await refusal(ask()), /^409 .*it is suspended; start it first/);
  assert.equal(provisioner.offers.length, 2);
});
