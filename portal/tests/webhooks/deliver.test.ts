/** How webhooks are told: on a real HTTPS server, by a clock of the tests' own. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { Webhook } from "standardwebhooks";
import type { AuditView } from "../../src/audit/audit.ts";
import { deliverDue, type DeliveryParts, dueWebhooks, forgetOldWebhooks } from "../../src/webhooks/deliver.ts";
import type { DeliveryView } from "../../src/webhooks/deliveries.ts";
import { sendDisablings, type SendableDisabling } from "../../src/webhooks/disabledMails.ts";
import { noteWebhookKey, WebhookKeys } from "../../src/webhooks/secrets.ts";
import type { WebhookView } from "../../src/webhooks/webhooks.ts";
import { TestApi } from "../support/api.ts";
import { portalDatabase } from "../support/portalDatabase.ts";
import { type Received, Receiver } from "../support/receiver.ts";
import { loopbackAgent } from "../support/webhookAgent.ts";
import { deliveriesOf, madeWebhook, testOf } from "../support/webhooks.ts";

const database = portalDatabase({ begin, end: async () => receiver?.stop() });
const hour = 3_600_000;
let receiver: Receiver | undefined;
let api: TestApi;
let token: string;
let parts: DeliveryParts;
let now = new Date();
let random = 0;

async function begin(): Promise<void> {
  receiver = await Receiver.start();
  api = new TestApi(database());
  api.now = () => now;
  token = await api.token("told@example.com");
  const keys = await WebhookKeys.from("what the keys of the tests follow from");
  await noteWebhookKey(database(), keys);
  parts = {
    ...{ database: database(), agent: loopbackAgent(receiver.ca), keys, now: () => now, random: () => random },
  };
}

afterEach(async () => {
  await database().deleteFrom("webhook").execute();
  random = 0;
  answering(204);
});

/** One look at what is due, as the worker has each second. @returns what came of it. */
async function look(): Promise<Received[]> {
  const before = receiver!.received.length;
  for (const webhook of await dueWebhooks(database(), now)) {
    await deliverDue(parts, webhook, new AbortController().signal);
  }
  return receiver!.received.slice(before);
}

function answering(status: number): void {
  receiver!.answer = (response) => void response.writeHead(status).end(`status ${status}`);
}

/** A webhook that nothing is due of. */
const made = (path = "/events") => madeWebhook(api, token, receiver!.url(path));
const read = async (webhook: string): Promise<WebhookView> =>
  (await (await api.send("GET", `/webhooks/${webhook}`, { token })).json()) as WebhookView;
const only = async (webhook: string): Promise<DeliveryView> => (await deliveriesOf(api, token, webhook))[0]!;

/** What the library of who is told makes of a request: within five minutes of now. */
function verified(secret: string, { body, headers }: Received): unknown {
  return new Webhook(secret).verify(body, headers as Record<string, string>);
}

test("an event is told once, signed so that the library verifies it, and a changed one isn't verified", async () => {
  now = new Date();
  const { id, secret } = await made("/events?key=a%20b");
  const { id: delivery, event } = await testOf(api, token, id);
  const [told, ...more] = await look();
  assert.deepEqual(more, []);
  assert.equal(told!.path, "/events?key=a%20b");
  assert.equal(told!.headers["content-type"], "application/json");
  assert.equal(told!.headers["webhook-id"], event);
  assert.deepEqual(verified(secret, told!), {
    ...{ type: "webhook.test", timestamp: now.toISOString(), data: { webhook: id } },
  });
  assert.throws(() => verified(secret, { ...told!, body: `${told!.body} ` }), /No matching signature/);
  const replayed = { ...told!.headers, "webhook-id": "another" };
  assert.throws(() => verified(secret, { ...told!, headers: replayed }), /No matching signature/);
  const another = await made();
  assert.throws(() => verified(another.secret, told!), /No matching signature/);

  const view = await only(id);
  assert.deepEqual([view.id, view.state, view.nextTryAt, view.endedAt], [delivery, "done", null, now.toISOString()]);
  assert.deepEqual(
    view.attempts.map(({ at, status, fault, answer }) => ({ at, status, fault, answer })),
    [{ at: now.toISOString(), status: 204, fault: null, answer: "" }],
  );
  now = new Date(now.getTime() + 48 * hour);
  assert.deepEqual(await look(), []);
});

for (const [chance, factor] of [
  [0, 1],
  [0.999, 1.2],
] as const) {
  test(`what isn't taken is tried nine times over more than 24 hours, waits growing, by chance ${factor} times as long`, async () => {
    random = chance;
    answering(500);
    const { id } = await made();
    const { event } = await testOf(api, token, id);
    const begun = now;
    const tries: number[] = [];
    for (let view = await only(id); view.state === "pending"; view = await only(id)) {
      now = new Date(Date.parse(view.nextTryAt!) - 1);
      assert.deepEqual(await look(), [], "before its time");
      now = new Date(Date.parse(view.nextTryAt!));
      const told = await look();
      assert.deepEqual([told.length, told[0]!.headers["webhook-id"]], [1, event]);
      assert.equal(told[0]!.headers["webhook-timestamp"], String(Math.floor(now.getTime() / 1000)));
      tries.push(now.getTime() - begun.getTime());
    }
    const waits = tries.slice(1).map((at, index) => at - tries[index]!);
    assert.deepEqual(
      waits,
      [5, 60, 300, 1800, 7200, 18_000, 28_800, 36_000].map((seconds) =>
        Math.floor(seconds * 1000 * (1 + 0.2 * chance)),
      ),
    );
    assert.equal(tries.length, 9);
    assert.ok(tries.at(-1)! > 24 * hour);
    const view = await only(id);
    assert.deepEqual([view.state, view.attempts.length], ["failed", 9]);
    assert.deepEqual([view.attempts[8]!.status, view.attempts[8]!.answer], [500, "status 500"]);
    assert.equal((await read(id)).failingSince, begun.toISOString());
    now = new Date(now.getTime() + 48 * hour);
    assert.deepEqual(await look(), []);
  });
}

test("one that fails waits by itself: what follows is tried when it is due, and another webhook is told meanwhile", async () => {
  const failing = await made("/failing");
  const well = await made("/well");
  await testOf(api, token, failing.id);
  const second = await testOf(api, token, failing.id);
  await testOf(api, token, well.id);
  receiver!.answer = (response) => void response.writeHead(response.req.url === "/failing" ? 503 : 200).end();
  assert.deepEqual((await look()).map(({ path }) => path).sort(), ["/failing", "/well"]);
  assert.deepEqual(
    (await look()).map(({ headers }) => headers["webhook-id"]),
    [second.event],
  );
  answering(200);
  now = new Date(now.getTime() + 5000);
  assert.equal((await look()).length, 2);
  assert.equal((await read(failing.id)).failingSince, null);
  assert.ok((await deliveriesOf(api, token, failing.id)).every(({ state }) => state === "done"));
});

test("what is delivered again has the id that it had, and as many tries as a new one", async () => {
  const { id } = await made();
  const { id: delivery, event } = await testOf(api, token, id);
  const again = () => api.send("POST", `/webhook-deliveries/${delivery}/redeliver`, { token });
  /** Tries it until it is over. */
  const triedOut = async (): Promise<Received[]> => {
    const told: Received[] = [];
    for (let view = await only(id); view.state === "pending"; view = await only(id)) {
      now = new Date(Date.parse(view.nextTryAt!));
      told.push(...(await look()));
    }
    return told;
  };
  assert.equal((await again()).status, 409);
  answering(500);
  const first = await triedOut();
  assert.equal((await again()).status, 200);
  const second = await triedOut();
  assert.deepEqual([first.length, second.length, (await only(id)).attempts.length], [9, 9, 18]);
  answering(204);
  assert.equal((await again()).status, 200);
  const told = [...first, ...second, ...(await look())];
  assert.equal((await only(id)).state, "done");
  assert.equal(told.length, 19);
  assert.ok(told.every(({ body, headers }) => headers["webhook-id"] === event && body === told[0]!.body));
  // What was taken is told once more, too.
  assert.equal((await again()).status, 200);
  assert.equal((await look()).length, 1);
});

test("two secrets sign for 24 hours, so that who is told can change at any moment of them; then the new one alone", async () => {
  now = new Date();
  const { id, secret: former } = await made();
  const rotated = await api.send("POST", `/webhooks/${id}/secrets`, { token, body: {} });
  const { secret } = (await rotated.json()) as { secret: string };
  await testOf(api, token, id);
  const [both] = await look();
  const signatures = (told: Received): string[] => (told.headers["webhook-signature"] as string).split(" ");
  assert.equal(signatures(both!).length, 2);
  verified(secret, both!);
  verified(former, both!);

  const expected = (by: string, told: Received): string =>
    new Webhook(by).sign(told.headers["webhook-id"] as string, now, told.body);
  now = new Date(now.getTime() + 24 * hour - 1000);
  await testOf(api, token, id);
  const [still] = await look();
  assert.deepEqual(signatures(still!), [expected(secret, still!), expected(former, still!)]);
  now = new Date(now.getTime() + 1000);
  await testOf(api, token, id);
  const [alone] = await look();
  assert.deepEqual(signatures(alone!), [expected(secret, alone!)]);
  await forgetOldWebhooks(database(), now);
  const { length } = await database().selectFrom("webhook_secret").selectAll().where("webhook_id", "=", id).execute();
  assert.equal(length, 1);
});

test("a secret that another key sealed signs nothing: the delivery says so, and goes on once it is rotated", async () => {
  const { id } = await made();
  await database().updateTable("webhook_secret").set({ sealed: "AAAA.AAAA" }).where("webhook_id", "=", id).execute();
  await testOf(api, token, id);
  assert.deepEqual(await look(), []);
  assert.match((await only(id)).attempts[0]!.fault!, /rotate it/);
  await api.send("POST", `/webhooks/${id}/secrets`, { token, body: {} });
  now = new Date(now.getTime() + 5000);
  assert.equal((await look()).length, 1);
});

test("an endpoint that is gone (410) is told of nothing more, its owner is told by mail once, and it can be enabled again", async () => {
  answering(410);
  const { id } = await made("/secret-path");
  await testOf(api, token, id);
  await testOf(api, token, id);
  assert.equal((await look()).length, 1);
  const view = await read(id);
  assert.deepEqual([view.disabledWhy, view.disabledAt], ["gone", now.toISOString()]);
  const { entries } = (await (await api.send("GET", "/audit", { token })).json()) as { entries: AuditView[] };
  const { actor, action, subject, details } = entries[0]!;
  assert.deepEqual([actor, action, subject, details], ["worker", "webhook.disabled", id, { why: "gone" }]);
  assert.deepEqual(
    (await deliveriesOf(api, token, id)).map(({ state }) => state),
    ["failed", "failed"],
  );
  assert.equal((await api.send("POST", `/webhooks/${id}/test`, { token })).status, 409);

  const sent: SendableDisabling[] = [];
  let fault: Error | undefined = new Error("connect ECONNREFUSED");
  const tell = () =>
    sendDisablings(database(), now, (disabling) => {
      if (fault) {
        return Promise.reject(fault);
      }
      sent.push(disabling);
      return Promise.resolve();
    });
  assert.equal(await tell(), 0);
  fault = undefined;
  assert.equal(await tell(), 1);
  assert.equal(await tell(), 0);
  const host = new URL(receiver!.url()).host;
  assert.deepEqual(sent, [{ email: "told@example.com", webhook: id, host, why: "gone" }]);

  answering(204);
  assert.equal((await api.send("POST", `/webhooks/${id}/enable`, { token })).status, 200);
  assert.equal((await api.send("POST", `/webhooks/${id}/enable`, { token })).status, 409);
  const { id: delivery } = await only(id);
  assert.equal((await api.send("POST", `/webhook-deliveries/${delivery}/redeliver`, { token })).status, 200);
  assert.equal((await look()).length, 1);
});

test("one that has taken nothing for five days is disabled, one that took something in between isn't", async () => {
  const { id } = await made();
  const day = async (status: number): Promise<WebhookView> => {
    answering(status);
    await testOf(api, token, id);
    await look();
    now = new Date(now.getTime() + 24 * hour);
    return read(id);
  };
  for (const status of [500, 500, 500, 500, 200, 500, 500, 500, 500, 500]) {
    assert.equal((await day(status)).disabledAt, null);
  }
  const view = await day(500);
  assert.equal(view.disabledWhy, "failing");
  assert.equal(Date.parse(view.disabledAt!) - Date.parse(view.failingSince!), 5 * 24 * hour);
});

test("a try that is cut off counts as none and is made again by the same id, and one whose webhook goes meanwhile harms nothing", async () => {
  const { id } = await made();
  const { event } = await testOf(api, token, id);
  const ends = new AbortController();
  receiver!.answer = () => ends.abort(new Error("this process ends"));
  const before = receiver!.received.length;
  await assert.rejects(deliverDue(parts, id, ends.signal), /this process ends/);
  assert.equal(receiver!.received.length, before + 1);
  assert.deepEqual((await only(id)).attempts, []);

  answering(200);
  const [again] = await look();
  assert.equal(again!.headers["webhook-id"], event);

  await testOf(api, token, id);
  receiver!.answer = (response) => {
    void api.send("DELETE", `/webhooks/${id}`, { token }).then(() => response.writeHead(200).end());
  };
  assert.equal((await look()).length, 1);
  assert.equal((await api.send("GET", `/webhooks/${id}`, { token })).status, 404);
  answering(204);
});

test("what was told is kept for 30 days, and what is to be told for as long as it takes", async () => {
  const { id } = await made();
  await testOf(api, token, id);
  await look();
  const kept = await testOf(api, token, id);
  now = new Date(now.getTime() + 31 * 24 * hour);
  await forgetOldWebhooks(database(), now);
  assert.deepEqual(
    (await deliveriesOf(api, token, id)).map((delivery) => delivery.id),
    [kept.id],
  );
});
