/** Exports of tenants, by the API and a worker on a real queue, with a clock of the tests' own. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { RestoreError } from "odoo-fleet";
import type { ExportView } from "../../src/exports/exports.ts";
import { rangeOf } from "../../src/exports/files.ts";
import type { JobView } from "../../src/jobs/jobs.ts";
import { TenantQueue } from "../../src/jobs/queue.ts";
import type { TenantView } from "../../src/jobs/tenants.ts";
import { type ExportPlace, tidyExports } from "../../src/worker/exportWork.ts";
import { runJob, type WorkerParts } from "../../src/worker/runJob.ts";
import { refusal, TestApi } from "../support/api.ts";
import { FakeProvisioner } from "../support/fakeProvisioner.ts";
import { ordered } from "../support/orders.ts";
import { portalDatabase } from "../support/portalDatabase.ts";
import { testSettings } from "../support/settings.ts";

const database = portalDatabase({ begin, end });
const settings = { plans: { basic: { price: 2900, currency: "EUR", keepDays: 0 } } };
const begun = new Date("2026-11-17T10:00:00Z");
const inDays = (days: number): Date => new Date(begun.getTime() + days * 86_400_000);
const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-portal-"));
let now = begun;
let queue: TenantQueue | undefined;
let api: TestApi;
let token: string;
let parts: WorkerParts & { exports: ExportPlace };
const provisioner = new FakeProvisioner();

async function begin(): Promise<void> {
  queue = await TenantQueue.open(database.url(), true);
  api = new TestApi(database(), settings, queue, folder);
  api.now = () => now;
  token = await api.token("exports@example.com");
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

const json = async <Answer>(answer: Promise<Response>): Promise<Answer> => (await answer).json() as Promise<Answer>;
const list = async (tenant: string): Promise<ExportView[]> =>
  (await json<{ exports: ExportView[] }>(api.send("GET", `/tenants/${tenant}/exports`, { token }))).exports;
const lastJob = async (tenant: string): Promise<JobView> =>
  (await json<{ jobs: JobView[] }>(api.send("GET", `/jobs?limit=1&tenant=${tenant}`, { token }))).jobs[0]!;
const ask = (tenant: string, key?: string): Promise<Response> =>
  api.send("POST", `/tenants/${tenant}/exports`, { token, ...(key && { key }) });
const download = (id: string, headers: Record<string, string> = {}, method = "GET", by = token): Promise<Response> =>
  api.send(method, `/exports/${id}/download`, { token: by, headers });

const idle = (tenant: string, state: TenantView["state"] = "running"): Promise<TenantView> =>
  api.settled(token, tenant, state);

let tenant: string;
let id: string;

test("an export is made once for a key, by a job with its phases, and is listed with its size and checksum", async () => {
  ({ tenant } = await ordered(api, token, "acme", { plan: "basic" }));
  await idle(tenant);
  assert.deepEqual(await list(tenant), []);
  const answers = [await ask(tenant, "one"), await ask(tenant, "one")];
  assert.deepEqual(
    answers.map(({ status, headers }) => [status, headers.get("Idempotency-Replayed")]),
    [
      [200, null],
      [200, "true"],
    ],
  );
  assert.match(await refusal(ask(tenant)), /^409 .*it has a job that isn't over/);
  await idle(tenant);
  const job = await lastJob(tenant);
  assert.deepEqual([job.kind, job.state], ["export", "done"]);
  assert.deepEqual(
    job.phases.map(({ phase }) => phase),
    ["preparing", "restoring", "packing", "ready"],
  );
  const [made, ...others] = await list(tenant);
  assert.deepEqual(others, []);
  const sha256 = createHash("sha256").update("a zip").digest("hex");
  const until = inDays(7).toISOString();
  assert.deepEqual(made, {
    ...{ id: made!.id, state: "ready", askedAt: begun.toISOString(), readyAt: begun.toISOString() },
    ...{ until, bytes: 5, sha256 },
  });
  id = made.id;
});

test("its file is downloaded whole or in part, with its checksum, and the trail says who did", async () => {
  const whole = await download(id);
  assert.equal(whole.status, 200);
  assert.equal(await whole.text(), "a zip");
  const digest = createHash("sha256").update("a zip").digest("base64");
  assert.deepEqual(
    ["Content-Type", "Content-Length", "Content-Disposition", "Repr-Digest", "Accept-Ranges", "Cache-Control"].map(
      (name) => whole.headers.get(name),
    ),
    ["application/zip", "5", 'attachment; filename="acme-2026-11-17.zip"', `sha-256=:${digest}:`, "bytes", "no-store"],
  );
  const tag = whole.headers.get("ETag")!;
  const part = await download(id, { Range: "bytes=2-", "If-Range": tag });
  assert.deepEqual([part.status, part.headers.get("Content-Range"), await part.text()], [206, "bytes 2-4/5", "zip"]);
  // Of another file than the one that was begun, all of it is sent.
  const other = await download(id, { Range: "bytes=2-", "If-Range": '"other"' });
  assert.deepEqual([other.status, await other.text()], [200, "a zip"]);
  const none = await download(id, { Range: "bytes=5-" });
  assert.deepEqual([none.status, none.headers.get("Content-Range")], [416, "bytes */5"]);
  const head = await download(id, {}, "HEAD");
  assert.deepEqual([head.status, head.headers.get("Content-Length"), await head.text()], [200, "5", ""]);
  const entries = await database()
    .selectFrom("audit")
    .select(["actor", "subject"])
    .where("action", "=", "downloadExport")
    .execute();
  assert.deepEqual(entries, Array(2).fill({ actor: "customer", subject: id }));
});

test("parts of a file", () => {
  const cases: [string | undefined, unknown][] = [
    [undefined, undefined],
    ["bytes=0-0", { from: 0, to: 0 }],
    ["bytes=-3", { from: 7, to: 9 }],
    ["bytes=-30", { from: 0, to: 9 }],
    ["bytes=4-90", { from: 4, to: 9 }],
    ["bytes=-0", "unsatisfiable"],
    ["bytes=10-", "unsatisfiable"],
    ["bytes=5-4", undefined],
    ["bytes=0-1,3-4", undefined],
    ["lines=0-1", undefined],
    ["bytes=-", undefined],
  ];
  for (const [header, expected] of cases) {
    assert.deepEqual(rangeOf(header, 10), expected, header);
  }
});

test("what is another customer's, or needs another scope, isn't there", async () => {
  const stranger = await api.token("stranger@example.com");
  assert.equal((await download(id, {}, "GET", stranger)).status, 404);
  assert.equal((await api.send("GET", `/tenants/${tenant}/exports`, { token: stranger })).status, 404);
  assert.equal((await api.send("POST", `/tenants/${tenant}/exports`, { token: stranger })).status, 404);
  const weak = await api.token("exports@example.com", ["tenants:read", "tenants:write"]);
  assert.equal((await download(id, {}, "GET", weak)).status, 403);
  assert.equal((await api.send("POST", `/tenants/${tenant}/exports`, { token: weak })).status, 403);
});

test("one that fails says so, leaves the one before, and can be asked for again", async () => {
  for (const [error, failure] of [
    [new RestoreError("too little room"), "restore"],
    [new Error("the host doesn't answer"), "fault"],
  ] as const) {
    provisioner.exportFault = error;
    assert.equal((await ask(tenant)).status, 200);
    await idle(tenant);
    const job = await lastJob(tenant);
    assert.deepEqual([job.state, job.failure], ["failed", failure]);
  }
  provisioner.exportFault = undefined;
  assert.deepEqual(
    (await list(tenant)).map(({ state }) => state),
    ["failed", "failed", "ready"],
  );
  assert.equal((await download(id)).status, 200);
});

test("a suspended tenant that is to be deleted is exported as it is; the newest export takes the place of the one before", async () => {
  assert.equal(
    (await api.send("POST", `/tenants/${tenant}/deletion`, { token, body: { address: "acme" } })).status,
    200,
  );
  await idle(tenant, "suspended");
  provisioner.exported = "another zip";
  assert.equal((await ask(tenant)).status, 200);
  await idle(tenant, "suspended");
  assert.deepEqual(provisioner.exports.at(-1), [tenant, "suspended"]);
  assert.equal((await lastJob(tenant)).phases.at(-1)?.phase, "suspended");
  const exports = await list(tenant);
  assert.deepEqual([exports[0]!.state, exports.at(-1)!.state], ["ready", "ended"]);
  assert.equal((await download(id)).status, 404);
  id = exports[0]!.id;
  assert.equal(await (await download(id)).text(), "another zip");
});

test("files that can't be downloaded any more are removed, and what killed workers left", async () => {
  writeFileSync(join(folder, "aaaaaaaaaaaa.zip"), "of an export that nobody knows");
  writeFileSync(join(folder, ".aaaaaaaaaaaa.zip.part"), "begun");
  writeFileSync(join(folder, `.${id}.zip.part`), "being made");
  const kept: string[][] = [];
  const volume = {
    free: () => Promise.resolve(2 ** 40),
    put: () => Promise.resolve(),
    keepOnly: (names: readonly string[]) => Promise.resolve(void kept.push([...names])),
  };
  await tidyExports({ ...parts, exports: { folder, volume } });
  assert.deepEqual(readdirSync(folder).sort(), [`.${id}.zip.part`, `${id}.zip`]);
  assert.deepEqual(kept, [[`${id}.zip`]]);
  now = inDays(7);
  assert.equal((await download(id)).status, 404);
  assert.equal((await list(tenant))[0]!.state, "ended");
  await tidyExports(parts);
  assert.deepEqual(readdirSync(folder), []);
  now = begun;
});

test("where the web process has a volume, the file goes there once it is whole, and not without room", async () => {
  const taken: [string, string, string][] = [];
  let free = 2 ** 20;
  const volume = {
    free: () => Promise.resolve(free),
    put: (name: string, file: string, sha256: string) =>
      Promise.resolve(void taken.push([name, readFileSync(file, "utf8"), sha256])),
    keepOnly: () => Promise.resolve(),
  };
  (parts as { exports: ExportPlace }).exports = { folder, volume };
  assert.equal((await ask(tenant)).status, 200);
  await idle(tenant, "suspended");
  assert.equal((await lastJob(tenant)).failure, "restore");
  assert.deepEqual([taken, provisioner.exports.length], [[], 2]);
  free = 2 ** 40;
  assert.equal((await ask(tenant)).status, 200);
  await idle(tenant, "suspended");
  const [{ id: made, sha256 }] = (await list(tenant)) as [ExportView];
  assert.deepEqual(taken, [[`${made}.zip`, "another zip", sha256]]);
  assert.deepEqual(readdirSync(folder), []);
});

test("where exports have no place, none is begun", async () => {
  const without = new TestApi(database(), settings, queue);
  without.now = () => now;
  const before = (await list(tenant)).length;
  assert.match(await refusal(without.send("POST", `/tenants/${tenant}/exports`, { token })), /^409 .*ask the provider/);
  assert.equal((await list(tenant)).length, before);
});
