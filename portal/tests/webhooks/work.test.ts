/** Webhooks from end to end: what a worker does to a tenant is told by processes on a real queue, which may be killed at any moment. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Webhook } from "standardwebhooks";
import { TenantQueue } from "../../src/jobs/queue.ts";
import { eventTypes } from "../../src/webhooks/events.ts";
import { noteWebhookKey, WebhookKeys } from "../../src/webhooks/secrets.ts";
import { runJob, type WorkerParts } from "../../src/worker/runJob.ts";
import { TestApi } from "../support/api.ts";
import { FakeProvisioner } from "../support/fakeProvisioner.ts";
import { ordered } from "../support/orders.ts";
import { portalDatabase } from "../support/portalDatabase.ts";
import { type Received, Receiver } from "../support/receiver.ts";
import { started } from "../support/started.ts";
import { testSettings } from "../support/settings.ts";
import { deliveriesOf, madeWebhook, testOf } from "../support/webhooks.ts";

const database = portalDatabase({ begin, end });
const provisioner = new FakeProvisioner();
const processes: ChildProcess[] = [];
let receiver: Receiver | undefined;
let queue: TenantQueue | undefined;
let api: TestApi;
let token: string;

async function begin(): Promise<void> {
  receiver = await Receiver.start();
  queue = await TenantQueue.open(database.url(), true);
  api = new TestApi(database(), {}, queue);
  token = await api.token("told@example.com");
  await noteWebhookKey(database(), await WebhookKeys.from("what the keys of the tests follow from"));
  const parts: WorkerParts = { database: database(), settings: testSettings(), queue, provisioner };
  await queue.work(2, (job, signal) => runJob(parts, job, signal));
}

async function end(): Promise<void> {
  processes.forEach((one) => one.kill("SIGKILL"));
  await queue?.close();
  await receiver?.stop();
}

async function startTelling(): Promise<ChildProcess> {
  const program = spawn(process.execPath, ["tests/support/webhookWorker.ts"], {
    cwd: new URL("../..", import.meta.url),
    env: { DATABASE_URL: database.url(), RECEIVER_CA: receiver!.ca },
    stdio: ["ignore", "pipe", "inherit"],
  });
  processes.push(program);
  await started(program);
  return program;
}

async function until(isSo: () => boolean | Promise<boolean>, what: string, seconds = 20): Promise<void> {
  for (const deadline = Date.now() + seconds * 1000; !(await isSo()); await delay(50)) {
    assert.ok(Date.now() < deadline, `${what}: it isn't so after ${seconds} s`);
  }
}

/** What a webhook's path was told. */
const toldOf = (path: string): Received[] => receiver!.received.filter((one) => one.path === path);
const isDone = async (webhook: string): Promise<boolean> =>
  (await deliveriesOf(api, token, webhook)).every(({ state }) => state === "done");

test("what a worker does to a tenant is told in its sequence, each once and signed, also what was done while nobody told", async () => {
  const { id, secret } = await madeWebhook(api, token, receiver!.url("/life"), { events: eventTypes });
  const { order, tenant, job } = await ordered(api, token, "told");
  const settled = (state: string) => async (): Promise<boolean> => {
    const view = (await (await api.send("GET", `/tenants/${tenant}`, { token })).json()) as Record<string, unknown>;
    return view["state"] === state && view["job"] === null;
  };
  const does = async (path: string, state: string): Promise<void> => {
    const answer = await api.send("POST", `/tenants/${tenant}${path}`, { token, body: {} });
    assert.equal(answer.status, 200, await answer.text());
    await until(settled(state), state);
  };
  await until(settled("running"), "running");
  // Committed, and there is no process that could have sent it.
  assert.deepEqual(
    (await deliveriesOf(api, token, id)).map(({ type, state }) => [type, state]),
    [
      ["tenant.ready", "pending"],
      ["order.confirmed", "pending"],
    ],
  );
  const telling = await startTelling();
  await until(() => isDone(id), "what was done before");
  await does("/stop", "suspended");
  await does("/start", "running");
  provisioner.fault = new Error("the engine is away");
  await does("/stop", "running");
  provisioner.fault = undefined;
  await until(() => toldOf("/life").length === 5 && isDone(id), "five events");
  const told = toldOf("/life").map(
    ({ body, headers }) =>
      new Webhook(secret).verify(body, headers as Record<string, string>) as { type: string; data: object },
  );
  assert.deepEqual(
    told.map(({ type }) => type),
    ["order.confirmed", "tenant.ready", "tenant.suspended", "tenant.resumed", "job.failed"],
  );
  const { customer_id: customer } = await database()
    .selectFrom("tenant")
    .select("customer_id")
    .where("id", "=", tenant)
    .executeTakeFirstOrThrow();
  assert.deepEqual(told[0]!.data, { customer, tenant, order });
  assert.deepEqual(told[1]!.data, { customer, tenant, job });
  assert.equal(new Set(toldOf("/life").map(({ headers }) => headers["webhook-id"])).size, 5);
  telling.kill("SIGTERM");
  await once(telling, "exit");
});

test("a process that is killed while it tells loses nothing: the next one tells it, by the same id", async () => {
  const { id } = await madeWebhook(api, token, receiver!.url("/killed"));
  receiver!.answer = () => undefined;
  const killed = await startTelling();
  const { event } = await testOf(api, token, id);
  const { event: behind } = await testOf(api, token, id);
  await until(() => toldOf("/killed").length === 1, "the first");
  killed.kill("SIGKILL");
  await once(killed, "exit");
  receiver!.answer = (response) => void response.writeHead(204).end();
  await startTelling();
  // As long as the queue gives a process to say that it lives, and a look.
  await until(() => isDone(id), "the next one", 45);
  assert.deepEqual(
    toldOf("/killed").map(({ headers }) => headers["webhook-id"]),
    [event, event, behind],
  );
});

test("endpoints that don't answer keep no other from being told for longer than their timeouts", async () => {
  const { id: well } = await madeWebhook(api, token, receiver!.url("/well"));
  const hanging = await Promise.all(
    Array.from({ length: 6 }, (_, index) => madeWebhook(api, token, receiver!.url(`/hanging${index}`))),
  );
  receiver!.answer = (response) => {
    if (response.req.url === "/well") {
      response.writeHead(204).end();
    }
  };
  await Promise.all(hanging.map(({ id }) => testOf(api, token, id)));
  await until(() => receiver!.received.filter(({ path }) => path.startsWith("/hanging")).length >= 5, "all places");
  await testOf(api, token, well);
  await until(() => isDone(well), "the one that answers", 40);
});
