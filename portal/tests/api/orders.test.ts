import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { mailboxOf, networkOf } from "../../src/api/clientNetwork.ts";
import { forgetOldKeys } from "../../src/api/idempotency.ts";
import { mostOpenOrders } from "../../src/orders/openOrders.ts";
import { orderOf, TestApi } from "../support/api.ts";
import { portalDatabase } from "../support/portalDatabase.ts";

const database = portalDatabase();

interface Order {
  readonly id: string;
  readonly state: string;
  readonly waitingBehind: number | null;
}

const json = async <Body>(answer: Response): Promise<Body> => (await answer.json()) as Body;

test("plans are offered from the cheapest on, however they are called", async () => {
  const price = (of: number) => ({ price: of, currency: "EUR" });
  const api = new TestApi(database(), { plans: { large: price(9900), medium: price(4900), small: price(4900) } });
  const { plans } = await json<{ plans: { name: string }[] }>(await api.send("GET", "/plans"));
  assert.deepEqual(
    plans.map(({ name }) => name),
    ["medium", "small", "large"],
  );
});

test("a customer holds ten open orders at most, also of two requests at once, and has another once one is cancelled", async () => {
  const api = new TestApi(database(), { slots: { alpha: { from: 1, to: 30 } } });
  const token = await api.token("many@example.com");
  const place = (address: string) => api.send("POST", "/orders", { token, body: orderOf(address) });
  const orders: Order[] = [];
  for (let number = 1; number < mostOpenOrders; number++) {
    orders.push(await json<Order>(await place(`many${number}`)));
  }
  const last = await Promise.all([place("many-a"), place("many-b")]);
  assert.deepEqual(last.map(({ status }) => status).sort(), [201, 409]);
  const refused = last.find(({ status }) => status === 409)!;
  const problem = await json<{ reason: string; detail: string }>(refused);
  assert.deepEqual([problem.reason, problem.detail.split(": ").at(-1)], ["manyOrders", "confirm or cancel one first"]);

  assert.equal((await api.send("DELETE", `/orders/${orders[0]!.id}`, { token })).status, 200);
  assert.equal((await place("many-c")).status, 201);
  assert.equal((await place("many-d")).status, 409);
  const other = await api.token("few@example.com");
  assert.equal((await api.send("POST", "/orders", { token: other, body: orderOf("few") })).status, 201);
});

test("an order is placed, confirmed by the code of its mail, read, listed and taken back", async () => {
  const api = new TestApi(database());
  const token = await api.token("flow@example.com");
  const plans = await json<{ plans: { name: string }[] }>(await api.send("GET", "/plans"));
  assert.deepEqual(plans.plans[0], {
    name: "basic",
    price: 2900,
    currency: "EUR",
    trialDays: 14,
    asleepPrice: 2900,
    keepDays: 30,
    content: null,
  });
  const free = async () => json<object>(await api.send("GET", "/addresses/flow"));
  assert.deepEqual(await free(), { address: "flow", isFree: true, reason: null });

  const placed = await api.send("POST", "/orders", { token, body: orderOf("flow") });
  assert.equal(placed.status, 201);
  const order = await json<Order>(placed);
  assert.deepEqual([order.state, order.waitingBehind], ["unconfirmed", null]);
  assert.deepEqual(await free(), { address: "flow", isFree: false, reason: "taken" });

  const [mail] = api.mails;
  assert.equal(mail?.email, "flow@example.com");
  const confirm = () => api.send("POST", "/confirmations", { body: { code: mail?.token } });
  assert.deepEqual(await json<object>(await confirm()), { order: order.id });
  assert.equal((await confirm()).status, 404);
  assert.equal((await json<Order>(await api.send("GET", `/orders/${order.id}`, { token }))).state, "confirmed");
  assert.equal((await api.send("POST", `/orders/${order.id}/confirmations`, { token })).status, 409);

  for (const address of ["flow2", "flow3"]) {
    assert.equal((await api.send("POST", "/orders", { token, body: orderOf(address) })).status, 201);
  }
  const page = await json<{ orders: Order[]; next: string }>(await api.send("GET", "/orders?limit=2", { token }));
  assert.equal(page.orders.length, 2);
  const rest = await json<{ orders: Order[]; next: null }>(
    await api.send("GET", `/orders?limit=2&cursor=${page.next}`, { token }),
  );
  assert.deepEqual([rest.orders.map(({ id }) => id), rest.next], [[order.id], null]);
  assert.equal((await api.send("GET", "/orders?limit=0", { token })).status, 400);
  assert.equal((await api.send("GET", "/orders?offset=1", { token })).status, 400);

  // A confirmed order has a job, by which it ends.
  assert.equal((await api.send("DELETE", `/orders/${order.id}`, { token })).status, 409);
  const { jobs } = await json<{ jobs: { id: string }[] }>(await api.send("GET", "/jobs", { token }));
  assert.equal(jobs.length, 1);
  assert.equal((await api.send("DELETE", `/jobs/${jobs[0]!.id}`, { token })).status, 200);
  assert.equal((await json<Order>(await api.send("GET", `/orders/${order.id}`, { token }))).state, "cancelled");
  assert.equal((await api.send("DELETE", `/orders/${order.id}`, { token })).status, 409);
  assert.deepEqual(await free(), { address: "flow", isFree: true, reason: null });
});

test("what isn't sold, and text that would forge lines, is refused by its field", async () => {
  const api = new TestApi(database());
  const token = await api.token("refused@example.com");
  const fieldOf = async (changes: object) => {
    const answer = await api.send("POST", "/orders", { token, body: { ...orderOf("refused"), ...changes } });
    assert.equal(answer.status, 422);
    return (await json<{ errors: { field: string }[] }>(answer)).errors[0]?.field;
  };
  assert.equal(await fieldOf({ address: "wpad" }), "address");
  assert.equal(await fieldOf({ plan: "__proto__" }), "plan");
  assert.equal(await fieldOf({ terms: false }), "terms");
  assert.equal(await fieldOf({ company: "Acme\nBcc: everybody@example.com" }), "company");
  assert.equal(await fieldOf({ company: "\u202eemcA" }), "company");
  assert.equal(await fieldOf({ company: "\u007fAcme" }), "company");
  assert.equal(await fieldOf({ company: "   " }), "company");
  assert.equal(await fieldOf({ company: "\u2003" }), "company");
  assert.equal(api.mails.length, 0);
});

test("a mail server that is down costs no order, and another code can be sent", async () => {
  const api = new TestApi(database());
  const token = await api.token("down@example.com");
  api.mailFault = new Error("connect ECONNREFUSED");
  const placed = await api.send("POST", "/orders", { token, body: orderOf("down") });
  assert.equal(placed.status, 201);
  const { id } = await json<Order>(placed);
  api.mailFault = undefined;
  assert.equal((await api.send("POST", `/orders/${id}/confirmations`, { token })).status, 204);
  const code = api.mails.at(-1)?.token;
  assert.notEqual(code, api.mails[0]?.token);
  assert.equal((await api.send("POST", "/confirmations", { body: { code } })).status, 200);
});

test("one key has one effect: repeated it is answered the same, another body is 422, and others' keys are others'", async () => {
  const api = new TestApi(database());
  const token = await api.token("key@example.com");
  const send = (address: string, as = token) =>
    api.send("POST", "/orders", { token: as, body: orderOf(address), key: "key-1" });
  const first = await send("key1");
  const text = await first.text();
  const second = await send("key1");
  assert.deepEqual([second.status, await second.text()], [201, text]);
  assert.equal(second.headers.get("Idempotency-Replayed"), "true");
  assert.equal(api.mails.length, 1);
  assert.equal((await send("key2")).status, 422);
  assert.equal((await send("key2", await api.token("keys@example.com"))).status, 201);

  // A refused write changed nothing, so its key is free.
  const again = (address: string) => api.send("POST", "/orders", { token, body: orderOf(address), key: "key-2" });
  assert.equal((await again("key1")).status, 422);
  assert.equal((await again("key3")).status, 201);

  await sql`update idempotency set created_at = now() - interval '25 hours' where key = 'key-1'`.execute(database());
  await forgetOldKeys(database());
  assert.equal((await send("key4")).status, 201);
});

test("twenty requests at once with one key: one effect, the others are told to wait or get its answer", async () => {
  const api = new TestApi(database());
  const token = await api.token("storm@example.com");
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => api.send("POST", "/orders", { token, body: orderOf("storm"), key: "storm" })),
  );
  const statuses = answers.map(({ status }) => status);
  assert.deepEqual([...new Set(statuses)].sort(), statuses.includes(409) ? [201, 409] : [201]);
  assert.equal(api.mails.length, 1);
  const ids = await Promise.all(
    answers.filter(({ status }) => status === 201).map(async (answer) => (await json<Order>(answer)).id),
  );
  assert.equal(new Set(ids).size, 1);
});

test("a request whose first is still being answered is 409", async () => {
  const api = new TestApi(database());
  const token = await api.token("flight@example.com");
  const send = () => api.send("POST", "/orders", { token, body: orderOf("flight"), key: "flight" });
  // Holds the first one up where it gives places away.
  let first: Promise<Response> | undefined;
  await database()
    .transaction()
    .execute(async (transaction) => {
      await sql`select pg_advisory_xact_lock(7130001)`.execute(transaction);
      first = send();
      const deadline = Date.now() + 30_000;
      let status = 0;
      // Until the first one has its key, a second one would be the one that waits: ask who waits.
      for (;;) {
        const { rows } = await sql<{ count: string }>`
          select count(*) from pg_locks where locktype = 'advisory' and not granted
        `.execute(transaction);
        if (rows[0]?.count === "1") {
          ({ status } = await send());
          break;
        }
        assert.ok(Date.now() < deadline);
      }
      assert.equal(status, 409);
    });
  assert.equal((await first)?.status, 201);
  assert.equal((await send()).status, 201);
});

test("a token can't make one that may do more, and a repeated request doesn't show the secret again", async () => {
  const api = new TestApi(database());
  const token = await api.token("narrow@example.com", ["tokens:write", "orders:read"]);
  const make = (scope: string, key: string) =>
    api.send("POST", "/tokens", { token, body: { name: "narrow", scopes: [scope] }, key });
  assert.equal((await make("orders:write", "wide")).status, 403);
  const made = await json<{ secret: string; token: { id: string } }>(await make("orders:read", "narrow"));
  assert.equal((await api.send("GET", "/orders", { token: made.secret })).status, 200);
  assert.equal((await api.send("GET", "/tokens", { token: made.secret })).status, 403);
  const repeated = await json<{ secret: null; token: { id: string } }>(await make("orders:read", "narrow"));
  assert.deepEqual([repeated.secret, repeated.token.id], [null, made.token.id]);
  const kept = await Promise.all(
    (["api_token", "idempotency"] as const).map((table) => database().selectFrom(table).selectAll().execute()),
  );
  assert.ok(!JSON.stringify(kept).includes(made.secret));
});

test("too many requests are 429 with the time to wait, by token and by address", async () => {
  const api = new TestApi(database(), { requestsPerMinute: 5 });
  const from = (address: string, token?: string) =>
    api.send("GET", "/plans", { token, headers: { "X-Test-Address": address } });
  for (let count = 0; count < 5; count += 1) {
    assert.equal((await from("192.0.2.7", `invented${count}`)).status, 200);
  }
  const refused = await from("192.0.2.7", "invented5");
  assert.equal(refused.status, 429);
  assert.ok(Number(refused.headers.get("Retry-After")) >= 1);
  assert.equal((await from("192.0.2.8")).status, 200);
});

test("who has one address of IPv6 is counted by its network, one of IPv4 by itself however it is written, and a mailbox by its name without a tag", () => {
  const networks = [
    "2001:db8::1",
    "2001:DB8:0:0:ffff::2",
    "2001:db8:0:1::1",
    "::ffff:192.0.2.7",
    "192.0.2.7",
    "unknown",
  ];
  assert.deepEqual(networks.map(networkOf), [
    ...["2001:db8::/64", "2001:db8::/64", "2001:db8:0:1::/64"],
    ...["192.0.2.7", "192.0.2.7", "unknown"],
  ]);
  assert.deepEqual(["A+x+y@Example.org", "a@example.org"].map(mailboxOf), ["a@example.org", "a@example.org"]);
});

test("another address of the same IPv6 network, and another tag of the same mailbox, are no way around what is counted", async () => {
  const api = new TestApi(database(), { requestsPerMinute: 5 });
  const read = (last: number) => api.send("GET", "/plans", { headers: { "X-Test-Address": `2001:db8:9:9::${last}` } });
  const statuses: number[] = [];
  for (let count = 1; count <= 6; count += 1) {
    statuses.push((await read(count)).status);
  }
  assert.deepEqual(statuses, [200, 200, 200, 200, 200, 429]);
  const open = new TestApi(database());
  const order = async (count: number): Promise<number> => {
    const body = { ...orderOf(`tagged-${count}`), email: `tagged+${count}@example.org` };
    const headers = { "X-Test-Address": `192.0.2.${count}` };
    return (await open.send("POST", "/guest-orders", { body, headers })).status;
  };
  const orders: number[] = [];
  for (let count = 1; count <= 6; count += 1) {
    orders.push(await order(count));
  }
  assert.deepEqual(orders, [201, 201, 201, 201, 201, 429]);
});
