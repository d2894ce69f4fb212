import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { sql } from "kysely";
import { forgetOldSessions } from "../../src/login/sessions.ts";
import { orderOf } from "../support/api.ts";
import { TestBrowser, TestPortal } from "../support/browser.ts";
import { portalDatabase } from "../support/portalDatabase.ts";

const database = portalDatabase();
const password = "a long password of a test";

/** Orders without an account and confirms on the portal's page, as a customer does. @returns the order's id. */
async function orderAsGuest(portal: TestPortal, browser: TestBrowser, address: string, email: string): Promise<string> {
  const placed = await browser.send("POST", "/api/v1/guest-orders", { ...orderOf(address), email });
  assert.equal(placed.status, 201, await placed.clone().text());
  const { order } = (await placed.json()) as { order: string };
  const code = portal.confirmations.at(-1)!.token;
  assert.equal((await browser.send("POST", "/api/v1/confirmations", { code })).status, 200);
  return order;
}

async function setPassword(portal: TestPortal, browser: TestBrowser, email: string): Promise<void> {
  assert.equal((await browser.send("POST", "/api/login/password-mails", { email })).status, 204);
  const { code } = portal.passwordMails.at(-1)!;
  assert.equal((await browser.send("PUT", "/api/login/password", { code, password })).status, 204);
}

const emailOf = async (browser: TestBrowser): Promise<string | null> =>
  ((await (await browser.send("GET", "/api/login")).json()) as { email: string | null }).email;

test("a guest orders, and who confirms by the mail's code is signed in: what is his is his alone", async () => {
  const portal = new TestPortal(database());
  const [browser, other] = [new TestBrowser(portal), new TestBrowser(portal)];
  const order = await orderAsGuest(portal, browser, "guest1", "Guest1@example.org");
  assert.equal(await emailOf(browser), "guest1@example.org");
  assert.equal((await browser.send("GET", `/api/v1/orders/${order}`)).status, 200);
  const { tenants } = (await (await browser.send("GET", "/api/v1/tenants")).json()) as { tenants: unknown[] };
  assert.equal(tenants.length, 1);

  await orderAsGuest(portal, other, "guest2", "guest2@example.org");
  assert.equal((await other.send("GET", `/api/v1/orders/${order}`)).status, 404);
  const [cookie] = browser.set;
  assert.match(cookie!, /^__Host-portal\.session_token=/);
  for (const attribute of ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"]) {
    assert.match(cookie!, new RegExp(`; ${attribute}(;|$)`, "i"));
  }
  assert.doesNotMatch(cookie!, /domain=/i);
});

test("a code opens no session for a program, nor for who repeats the request", async () => {
  const portal = new TestPortal(database());
  const browser = new TestBrowser(portal);
  await browser.send("POST", "/api/v1/guest-orders", { ...orderOf("program"), email: "program@example.org" });
  const code = portal.confirmations.at(-1)!.token;
  const send = (headers: Record<string, string>) =>
    portal.app.request("/api/v1/confirmations", {
      method: "POST",
      headers: { "Content-Type": "application/json", "Idempotency-Key": "same", ...headers },
      body: JSON.stringify({ code }),
    });
  const first = await send({});
  assert.deepEqual([first.status, first.headers.getSetCookie()], [200, []]);
  const repeated = await send({ Origin: portal.settings.origin });
  assert.equal(repeated.headers.get("Idempotency-Replayed"), "true");
  assert.deepEqual(repeated.headers.getSetCookie(), []);
});

test("who is signed in is counted by his session and not by an address that he shares; an invented session by its address", async () => {
  // Of a session five times as many.
  const portal = new TestPortal(database(), {}, 5);
  const [one, other] = [new TestBrowser(portal), new TestBrowser(portal)];
  const asked = async (browser: TestBrowser, times: number): Promise<number[]> => {
    const answers = [];
    for (let count = 0; count < times; count += 1) {
      answers.push((await browser.send("GET", "/api/v1/tenants")).status);
    }
    return answers;
  };
  await orderAsGuest(portal, one, "counted1", "counted1@example.org");
  await orderAsGuest(portal, other, "counted2", "counted2@example.org");
  // The order and its confirmation are counted by the address.
  assert.deepEqual(await asked(one, 20), Array<number>(20).fill(200));
  assert.deepEqual(await asked(other, 20), Array<number>(20).fill(200));
  assert.deepEqual(await asked(one, 6), [...Array<number>(5).fill(200), 429]);
  assert.deepEqual(await asked(other, 1), [200]);
  const invented = new TestBrowser(portal, "192.0.2.99");
  const [name, cookie] = [...one.cookies][0]!;
  invented.cookies.set(name, `${cookie}x`);
  assert.deepEqual(await asked(invented, 6), [...Array<number>(5).fill(401), 429]);
});

test("an unconfirmed order of a guest shows nothing, and its address is nobody's session", async () => {
  const portal = new TestPortal(database());
  const [owner, stranger] = [new TestBrowser(portal), new TestBrowser(portal)];
  const order = await orderAsGuest(portal, owner, "owned", "owned@example.org");
  const placed = await stranger.send("POST", "/api/v1/guest-orders", {
    ...orderOf("more"),
    email: "owned@example.org",
  });
  const text = await placed.text();
  assert.ok(!text.includes(order) && !text.includes("owned"), text);
  assert.equal(await emailOf(stranger), null);
  assert.equal((await stranger.send("GET", `/api/v1/orders/${order}`)).status, 401);
});

test("a password is set by a mail whose code works once, and ends the sessions before it", async () => {
  const portal = new TestPortal(database());
  const [browser, elsewhere] = [new TestBrowser(portal), new TestBrowser(portal)];
  const email = "password@example.org";
  await orderAsGuest(portal, browser, "password1", email);
  await setPassword(portal, elsewhere, email);
  assert.equal(await emailOf(browser), null);
  const { code } = portal.passwordMails.at(-1)!;
  const again = await elsewhere.send("PUT", "/api/login/password", { code, password: `${password}2` });
  assert.deepEqual([again.status, ((await again.json()) as { type: string }).type], [400, "urn:odoo-fleet:code"]);
  const short = await elsewhere.send("PUT", "/api/login/password", { code, password: "fourteen-chars" });
  assert.equal(short.status, 422);

  assert.equal((await elsewhere.send("POST", "/api/login", { email, password })).status, 204);
  assert.equal(await emailOf(elsewhere), email);
  const cookies = new Map(elsewhere.cookies);
  assert.equal((await elsewhere.send("DELETE", "/api/login")).status, 204);
  assert.equal(await emailOf(elsewhere), null);
  // What was ended at the portal doesn't come back with the cookie.
  cookies.forEach((cookie, name) => elsewhere.cookies.set(name, cookie));
  assert.equal(await emailOf(elsewhere), null);
});

test("known and unknown addresses get the same answers", async () => {
  const portal = new TestPortal(database());
  const browser = new TestBrowser(portal);
  await orderAsGuest(portal, browser, "known", "known@example.org");
  await setPassword(portal, browser, "known@example.org");
  const sent = portal.passwordMails.length;
  const answers = async (email: string) => {
    const visitor = new TestBrowser(portal);
    const wrong = await visitor.send("POST", "/api/login", { email, password: "the wrong password" });
    const mail = await visitor.send("POST", "/api/login/password-mails", { email });
    assert.equal(visitor.set.filter((cookie) => !/max-age=0/i.test(cookie)).length, 0);
    return [wrong.status, await wrong.text(), mail.status, await mail.text()];
  };
  assert.deepEqual(await answers("known@example.org"), await answers("unknown@example.org"));
  assert.deepEqual(
    portal.passwordMails.slice(sent).map(({ email }) => email),
    ["known@example.org"],
  );
});

test("passwords can't be tried without end, and nobody is locked out by another's tries", async () => {
  const portal = new TestPortal(database());
  const browser = new TestBrowser(portal);
  const email = "limited@example.org";
  await orderAsGuest(portal, browser, "limited", email);
  await setPassword(portal, browser, email);
  const tries = [];
  for (let index = 0; index < 11; index += 1) {
    tries.push(await browser.send("POST", "/api/login", { email, password: `wrong ${index}` }));
  }
  assert.deepEqual(
    tries.map(({ status }) => status),
    [...Array<number>(10).fill(401), 429],
  );
  assert.ok(Number(tries.at(-1)!.headers.get("Retry-After")) > 0);
  const owner = new TestBrowser(portal, "198.51.100.7");
  assert.equal((await owner.send("POST", "/api/login", { email, password })).status, 204);
});

test("a session writes from the portal's own pages alone; a forged, an idle and an old one are none", async () => {
  const portal = new TestPortal(database());
  const browser = new TestBrowser(portal);
  const order = await orderAsGuest(portal, browser, "session", "session@example.org");
  const path = `/api/v1/orders/${order}`;
  for (const origin of ["https://acme.example.com", "null"]) {
    assert.equal((await browser.send("DELETE", path, undefined, { Origin: origin })).status, 403);
    assert.equal((await browser.send("DELETE", "/api/login", undefined, { Origin: origin })).status, 403);
  }
  const withoutOrigin = await portal.app.request(path, {
    method: "DELETE",
    headers: { Cookie: [...browser.cookies.values()].join("; "), "Idempotency-Key": "k" },
  });
  assert.equal(withoutOrigin.status, 401);
  // What an operator may do is no session's.
  const retry = await browser.send("POST", `/api/v1/operator/jobs/${order}/retries`);
  assert.deepEqual([retry.status, ((await retry.json()) as { type: string }).type], [403, "urn:odoo-fleet:forbidden"]);

  const forged = new TestBrowser(portal);
  const [name, pair] = [...browser.cookies][0]!;
  forged.cookies.set(name, pair.replace(/=(....)/, "=AAAA"));
  assert.equal((await forged.send("GET", path)).status, 401);

  const change = async (column: string, days: number): Promise<void> => {
    await sql`update login_session set ${sql.ref(column)} = now() - make_interval(days => ${days}) where user_id =
      (select id from login_user where email = 'session@example.org')`.execute(database());
  };
  await change("created_at", 29);
  assert.equal((await browser.send("GET", path)).status, 200);
  await change("created_at", 31);
  assert.equal((await browser.send("GET", path)).status, 401);
  assert.equal(await emailOf(browser), null);

  const idle = new TestBrowser(portal);
  await orderAsGuest(portal, idle, "idle", "session@example.org");
  await change("expires_at", 0);
  assert.equal(await emailOf(idle), null);
  await forgetOldSessions(database());
  const { rows } = await sql`select 1 from login_session where expires_at <= now()`.execute(database());
  assert.equal(rows.length, 0);
});

test("no operation takes a session that is forged, or that has ended", async () => {
  const portal = new TestPortal(database());
  const [browser, forged, ended] = [new TestBrowser(portal), new TestBrowser(portal), new TestBrowser(portal)];
  await orderAsGuest(portal, browser, "forged", "forged@example.org");
  for (const [name, pair] of browser.cookies) {
    forged.cookies.set(name, pair.replace(/=(....)/, "=AAAA"));
    ended.cookies.set(name, pair);
  }
  assert.equal((await browser.send("DELETE", "/api/login")).status, 204);
  const { paths } = JSON.parse(await readFile(new URL("../../openapi.json", import.meta.url), "utf8")) as {
    paths: Record<string, Record<string, { readonly security: readonly object[] }>>;
  };
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { security }]) =>
      security.length > 0 ? [[method.toUpperCase(), path.replaceAll(/\{\w+\}/g, "k3j9x0a2b7cd")] as const] : [],
    ),
  );
  assert.ok(operations.length >= 80, String(operations.length));
  for (const [method, path] of operations) {
    for (const who of [forged, ended]) {
      const answer = await who.send(method, path, method === "GET" ? undefined : {});
      assert.equal(answer.status, 401, `${method} ${path}`);
    }
  }
});
