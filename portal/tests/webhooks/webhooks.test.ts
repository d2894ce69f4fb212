/** Webhooks by the API: who has them, their secrets, and who is told of what. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { sql } from "kysely";
import { emit } from "../../src/webhooks/events.ts";
import { noteWebhookKey, WebhookKeys } from "../../src/webhooks/secrets.ts";
import { mostWebhooks, type WebhookView } from "../../src/webhooks/webhooks.ts";
import { TestApi } from "../support/api.ts";
import { ordered } from "../support/orders.ts";
import { portalDatabase } from "../support/portalDatabase.ts";
import { deliveriesOf, madeWebhook, testOf } from "../support/webhooks.ts";

const database = portalDatabase({ begin });
const url = "https://erp.example.org/events?of=acme";
const keysSecret = "what the keys of the tests follow from";
let api: TestApi;
let token: string;
let other: string;
let operator: string;

async function begin(): Promise<void> {
  api = new TestApi(database());
  token = await api.token("hooks@example.com");
  other = await api.token("other@example.com");
  operator = await api.token("operator@example.com", ["operator:webhooks"]);
}

const read = async (id: string): Promise<WebhookView> =>
  (await (await api.send("GET", `/webhooks/${id}`, { token })).json()) as WebhookView;
const sealedOf = (webhook: string) =>
  database().selectFrom("webhook_secret").selectAll().where("webhook_id", "=", webhook).orderBy("created_at").execute();

test("before a worker has said what secrets are sealed for, none is made", async () => {
  const answer = await api.send("POST", "/webhooks", { token, body: { url, events: ["tenant.ready"] } });
  assert.equal(answer.status, 409);
  assert.match(await answer.text(), /no worker has noted the key/);
  assert.deepEqual(await (await api.send("GET", "/webhooks", { token })).json(), { webhooks: [], next: null });
});

test("a webhook's secret is shown once, is sealed in the database, and only the worker's key opens it, for that webhook alone", async () => {
  const keys = await WebhookKeys.from(keysSecret);
  await noteWebhookKey(database(), keys);
  const key = randomUUID();
  const body = { url, events: ["tenant.ready", "job.failed", "tenant.ready"], description: "our ERP" };
  const first = await api.send("POST", "/webhooks", { token, body, key });
  const made = (await first.json()) as { webhook: WebhookView; secret: string };
  assert.match(made.secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  assert.deepEqual(
    [made.webhook.url, made.webhook.events, made.webhook.description],
    [url, ["tenant.ready", "job.failed"], "our ERP"],
  );
  const again = await api.send("POST", "/webhooks", { token, body, key });
  assert.deepEqual(await again.json(), { ...made, secret: null });
  const { id } = made.webhook;
  assert.deepEqual(await read(id), made.webhook);

  const { sealed } = (await sealedOf(id))[0]!;
  assert.equal(await keys.open(id, sealed), made.secret);
  assert.equal(await (await WebhookKeys.from(keysSecret)).open(id, sealed), made.secret);
  assert.equal(await keys.open("another00000", sealed), undefined);
  assert.equal(await (await WebhookKeys.from("another one")).open(id, sealed), undefined);
  // Nowhere in the database, in whatever table: what a dump would have.
  const { rows } = await sql<{ table: string }>`
    select relname as table from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where nspname = 'public' and relkind = 'r'`.execute(database());
  assert.ok(rows.length > 15);
  for (const { table } of rows) {
    const found = await sql`select 1 from ${sql.table(table)} as row
      where strpos(to_jsonb(row)::text, ${made.secret.slice(6, 30)}) > 0`.execute(database());
    assert.deepEqual(found.rows, [], table);
  }
});

test("what can't be told is refused, each with what was expected", async () => {
  const refused = [
    ["http://erp.example.org/", "Invalid"],
    ["https://user:password@erp.example.org/", "no user"],
    ["https://erp.example.org/#part", "behind a #"],
    ["https://127.0.0.1/", "loopback"],
    ["https://[::ffff:10.0.0.1]/", "private"],
    ["https://2130706433/", "loopback"],
    ["https://169.254.169.254/latest", "linkLocal"],
    ["https://localhost:8443/", "own name"],
    ["ftp://erp.example.org/", "Invalid"],
    ["erp.example.org", "Invalid"],
  ] as const;
  for (const [wrong, expected] of refused) {
    const answer = await api.send("POST", "/webhooks", { token, body: { url: wrong, events: ["tenant.ready"] } });
    const text = await answer.text();
    assert.equal(answer.status, 422, wrong);
    assert.match(text, /"field":"url"/);
    assert.ok(text.includes(expected), text);
  }
  for (const events of [[], ["webhook.test"], ["tenant.unknown"]]) {
    assert.equal((await api.send("POST", "/webhooks", { token, body: { url, events } })).status, 422);
  }
});

test("pages go on where they ended, and there are so many webhooks and no more, also when several are asked for at once", async () => {
  const owner = await api.token("many@example.com");
  const answers = await Promise.all(
    Array.from({ length: mostWebhooks + 3 }, () =>
      api.send("POST", "/webhooks", { token: owner, body: { url, events: ["tenant.ready"] } }),
    ),
  );
  const statuses = answers.map(({ status }) => status).sort();
  assert.deepEqual(statuses, [...Array.from({ length: mostWebhooks }, () => 201), 409, 409, 409]);
  const seen: string[] = [];
  for (let path: string | undefined = "/webhooks?limit=4"; path !== undefined;) {
    const { webhooks, next } = (await (await api.send("GET", path, { token: owner })).json()) as {
      webhooks: WebhookView[];
      next: string | null;
    };
    seen.push(...webhooks.map(({ id }) => id));
    path = next === null ? undefined : `/webhooks?limit=4&cursor=${next}`;
  }
  assert.equal(new Set(seen).size, mostWebhooks);
  assert.equal((await api.send("DELETE", `/webhooks/${seen[0]}`, { token: owner })).status, 204);
  assert.equal((await api.send("GET", `/webhooks/${seen[0]}`, { token: owner })).status, 404);
  await madeWebhook(api, owner, url);
});

test("a webhook of another customer isn't there, nor is what it was told, and an operator's isn't a customer's", async () => {
  const { id } = await madeWebhook(api, token, url);
  const { id: delivery } = await testOf(api, token, id);
  const operators = await madeWebhook(api, operator, url, { path: "/operator/webhooks" });
  const ways = [
    ["GET", `/webhooks/${id}`],
    ["DELETE", `/webhooks/${id}`],
    ["POST", `/webhooks/${id}/enable`],
    ["POST", `/webhooks/${id}/secrets`, {}],
    ["POST", `/webhooks/${id}/test`],
    ["GET", `/webhooks/${id}/deliveries`],
    ["POST", `/webhook-deliveries/${delivery}/redeliver`],
  ] as const;
  for (const [method, path, body] of ways) {
    for (const [prefix, as] of [
      ["", other],
      ["/operator", operator],
    ] as const) {
      const answer = await api.send(method, `${prefix}${path}`, { token: as, body });
      assert.equal(answer.status, 404, `${method} ${prefix}${path}`);
    }
    const own = path.replace(id, operators.id);
    if (own !== path) {
      const customer = await api.token("operator@example.com");
      assert.equal((await api.send(method, own, { token: customer, body })).status, 404, own);
    }
  }
  assert.equal((await read(id)).id, id);
  assert.equal((await deliveriesOf(api, token, id)).length, 1);
  assert.equal((await api.send("DELETE", `/operator/webhooks/${operators.id}`, { token: operator })).status, 204);
});

test("an event is written for whom it concerns and who asked for it: the customer's own, and the operators'", async () => {
  const { id: all } = await madeWebhook(api, operator, url, {
    path: "/operator/webhooks",
    events: ["order.confirmed"],
  });
  const { id: own } = await madeWebhook(api, token, url, { events: ["order.confirmed"] });
  const { id: deaf } = await madeWebhook(api, token, url, { events: ["tenant.deleted"] });
  const { id: foreign } = await madeWebhook(api, other, url, { events: ["order.confirmed"] });
  const { order, tenant } = await ordered(api, token, "told");
  const [delivery] = await deliveriesOf(api, token, own);
  assert.deepEqual([delivery!.type, delivery!.state], ["order.confirmed", "pending"]);
  const [theirs] = await deliveriesOf(api, operator, all, "/operator/webhooks");
  assert.equal(theirs!.event, delivery!.event);
  assert.deepEqual(await deliveriesOf(api, token, deaf), []);
  assert.deepEqual(await deliveriesOf(api, other, foreign), []);
  const { body } = await database()
    .selectFrom("webhook_event")
    .select("body")
    .where("id", "=", delivery!.event)
    .executeTakeFirstOrThrow();
  const { type, timestamp, data } = JSON.parse(body) as Record<string, unknown>;
  const { customer_id: customer } = await database()
    .selectFrom("tenant")
    .select("customer_id")
    .where("id", "=", tenant)
    .executeTakeFirstOrThrow();
  assert.deepEqual([type, data], ["order.confirmed", { customer, order, tenant }]);
  assert.ok(Math.abs(Date.parse(timestamp as string) - Date.now()) < 60_000);

  // What is undone was never told.
  const undone = database()
    .transaction()
    .execute(async (transaction) => {
      await emit(transaction, "order.confirmed", { tenant }, new Date());
      throw new Error("undone");
    });
  await assert.rejects(undone, /undone/);
  assert.equal((await deliveriesOf(api, token, own)).length, 1);
});

test("a new secret signs beside the former one for 24 hours, unless that is to end at once", async () => {
  let now = new Date("2026-11-20T10:00:00Z");
  api.now = () => now;
  try {
    const { id } = await madeWebhook(api, token, url);
    const rotate = (body: object) => api.send("POST", `/webhooks/${id}/secrets`, { token, body });
    const rotated = await rotate({});
    assert.equal(rotated.status, 201);
    const { secret, webhook } = (await rotated.json()) as { secret: string; webhook: WebhookView };
    assert.match(secret, /^whsec_/);
    assert.equal(webhook.formerSecretEndsAt, "2026-11-21T10:00:00.000Z");
    const soon = await rotate({ formerHours: 1 });
    assert.equal(soon.status, 409);
    assert.match(await soon.text(), /2026-11-21T10:00:00\.000Z.*formerHours 0/);
    assert.equal((await rotate({ formerHours: 25 })).status, 422);
    assert.equal((await rotate({ formerHours: 0 })).status, 201);
    assert.equal((await read(id)).formerSecretEndsAt, null);
    const secrets = await sealedOf(id);
    assert.deepEqual(
      secrets.map(({ ends_at }) => ends_at?.toISOString() ?? null).sort(),
      ["2026-11-20T10:00:00.000Z", "2026-11-20T10:00:00.000Z", null].sort(),
    );
    now = new Date("2026-11-20T11:00:00Z");
    assert.equal((await rotate({ formerHours: 2 })).status, 201);
    assert.equal((await read(id)).formerSecretEndsAt, "2026-11-20T13:00:00.000Z");
    now = new Date("2026-11-20T13:00:00Z");
    assert.equal((await read(id)).formerSecretEndsAt, null);
  } finally {
    api.now = () => new Date();
  }
});

test("each change is in the audit trail, with the host alone of its URL and no secret", async () => {
  const { id } = await madeWebhook(api, token, "https://erp.example.org/secret-path");
  await api.send("POST", `/webhooks/${id}/secrets`, { token, body: {} });
  await testOf(api, token, id);
  await api.send("DELETE", `/webhooks/${id}`, { token });
  const { entries } = (await (
    await api.send("GET", "/audit", { token: await api.token("hooks@example.com") })
  ).json()) as {
    entries: { action: string; subject: string; details: object }[];
  };
  const own = entries.filter(({ subject }) => subject === id).reverse();
  assert.deepEqual(
    own.map(({ action }) => action),
    ["createWebhook", "rotateWebhookSecret", "testWebhook", "deleteWebhook"],
  );
  assert.deepEqual(own[0]!.details, { host: "erp.example.org", events: "tenant.ready" });
  assert.ok(!JSON.stringify(entries).match(/secret-path|whsec_/));
});
