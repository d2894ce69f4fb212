import assert from "node:assert/strict";
import { test } from "node:test";
import { orderOf, TestApi } from "../support/api.ts";
import { portalDatabase } from "../support/portalDatabase.ts";

const database = portalDatabase();

/** A guest's order. @returns its id. */
async function ordered(api: TestApi, address: string, email: string): Promise<string> {
  const answer = await api.send("POST", "/guest-orders", { body: { ...orderOf(address), email } });
  assert.equal(answer.status, 201);
  return ((await answer.json()) as { order: string }).order;
}

const again = (api: TestApi, order: string, email: string, from = "192.0.2.1", key?: string) =>
  api.send("POST", "/guest-orders/confirmations", {
    body: { order, email },
    headers: { "X-Test-Address": from },
    ...(key !== undefined && { key }),
  });

/** All that an answer tells. */
const told = async (answer: Response) => [
  answer.status,
  await answer.text(),
  [...answer.headers].filter(([name]) => name !== "date"),
];

test("a guest has the mail of his order sent again; nobody learns by that whether there is an order, and whose", async () => {
  const api = new TestApi(database());
  const order = await ordered(api, "again", "Guest@example.org");
  const first = api.mails.at(-1)!;
  const sent = await told(await again(api, order, "guest@Example.org"));
  assert.equal(sent[0], 204);
  const second = api.mails.at(-1)!;
  assert.deepEqual([api.mails.length, second.email, second.address], [2, first.email, "again"]);
  assert.notEqual(second.token, first.token);

  assert.deepEqual(await told(await again(api, order, "other@example.org")), sent);
  assert.deepEqual(await told(await again(api, "k3j9x0a2b7cd", "guest@example.org")), sent);
  // Both codes work until one of them did; then there is nothing to confirm.
  assert.equal((await api.send("POST", "/confirmations", { body: { code: first.token } })).status, 200);
  assert.deepEqual(await told(await again(api, order, "guest@example.org")), sent);
  assert.equal(api.mails.length, 2);
});

test("a mail that can't be sent answers the same, and a repeated request sends none", async () => {
  const api = new TestApi(database());
  const order = await ordered(api, "repeated", "repeated@example.org");
  api.mailFault = new Error("no mail server");
  assert.equal((await again(api, order, "repeated@example.org", "192.0.2.1", "one-key")).status, 204);
  assert.equal((await again(api, order, "repeated@example.org", "192.0.2.1", "one-key")).status, 204);
  assert.equal(api.mails.length, 2);
});

test("of one e-mail address it is asked five times an hour, from one address of the network twenty times, whatever there is", async () => {
  const api = new TestApi(database());
  const order = await ordered(api, "flood", "flood@example.org");
  for (let count = 0; count < 5; count += 1) {
    assert.equal((await again(api, order, "flood@example.org", `198.51.100.${count}`)).status, 204);
  }
  const refused = await again(api, order, "FLOOD@example.org", "198.51.100.99");
  assert.equal(refused.status, 429);
  assert.ok(Number(refused.headers.get("Retry-After")) > 3000);
  assert.equal(api.mails.length, 6);

  for (let count = 0; count < 20; count += 1) {
    assert.equal((await again(api, "k3j9x0a2b7cd", `nobody-${count}@example.org`, "203.0.113.7")).status, 204);
  }
  assert.equal((await again(api, "k3j9x0a2b7cd", "nobody@example.org", "203.0.113.7")).status, 429);
});
