/** Operators who sign in, and the second factor that is demanded of them. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createToken, type Scope } from "../../src/api/tokens.ts";
import { setOperator } from "../../src/login/operators.ts";
import { ownerOf } from "../../src/orders/customers.ts";
import { orderOf } from "../support/api.ts";
import { TestBrowser, TestPortal } from "../support/browser.ts";
import { portalDatabase } from "../support/portalDatabase.ts";
import { totp } from "../support/totp.ts";

const database = portalDatabase();
const password = "a long password of a test";

const kindOf = async (answer: Response): Promise<string> =>
  ((await answer.json()) as { type: string }).type.replace("urn:odoo-fleet:", "");
const standingOf = async (browser: TestBrowser): Promise<unknown> =>
  ((await (await browser.send("GET", "/api/login")).json()) as { operator: unknown }).operator;
const failedJobs = (browser: TestBrowser) => browser.send("GET", "/api/v1/operator/failed-jobs");
const prove = (browser: TestBrowser, code: string) => browser.send("POST", "/api/login/second-factor", { code });

/** An operator who has set a password and signed in with it. */
async function signedIn(portal: TestPortal, email: string): Promise<TestBrowser> {
  assert.equal(await setOperator(database(), email, "admin"), true);
  const browser = new TestBrowser(portal);
  await browser.send("POST", "/api/login/password-mails", { email });
  const { code } = portal.passwordMails.at(-1)!;
  assert.equal((await browser.send("PUT", "/api/login/password", { code, password })).status, 204);
  assert.equal((await browser.send("POST", "/api/login", { email, password })).status, 204);
  return browser;
}

async function setUp(browser: TestBrowser): Promise<{ uri: string; backupCodes: string[] }> {
  const answer = await browser.send("POST", "/api/login/second-factor/setup", { password });
  assert.equal(answer.status, 200);
  return (await answer.json()) as { uri: string; backupCodes: string[] };
}

test("nothing of operators is served before the second factor is set up and shown; each code works once", async () => {
  const portal = new TestPortal(database());
  const email = "first@operators.example";
  const browser = await signedIn(portal, email);
  assert.equal(await standingOf(browser), "unset");
  assert.equal(await kindOf(await failedJobs(browser)), "secondFactor");
  const wrong = await browser.send("POST", "/api/login/second-factor/setup", { password: "not this one, no" });
  assert.equal(await kindOf(wrong), "credentials");
  const { uri, backupCodes } = await setUp(browser);
  assert.match(uri, /^otpauth:\/\/totp\/portal\.example\.com:/);
  // What isn't in use yet proves nothing.
  await prove(browser, backupCodes[0]!);
  assert.equal(await kindOf(await failedJobs(browser)), "secondFactor");
  assert.equal(await kindOf(await prove(browser, "000000")), "wrongCode");
  const code = totp(uri);
  assert.equal((await prove(browser, code)).status, 204);
  assert.equal(await standingOf(browser), "proven");
  assert.equal((await failedJobs(browser)).status, 200);
  // Nobody with the password alone puts another one in its place.
  const again = await browser.send("POST", "/api/login/second-factor/setup", { password });
  assert.equal(await kindOf(again), "credentials");

  const second = new TestBrowser(portal, "192.0.2.2");
  const asked = await second.send("POST", "/api/login", { email, password });
  assert.deepEqual([asked.status, await asked.json()], [200, { secondFactor: true }]);
  assert.equal((await failedJobs(second)).status, 401);
  assert.equal((await prove(second, backupCodes[1]!)).status, 204);
  assert.equal((await failedJobs(second)).status, 200);
  const third = new TestBrowser(portal, "192.0.2.3");
  await third.send("POST", "/api/login", { email, password });
  assert.equal(await kindOf(await prove(third, backupCodes[1]!)), "wrongCode");
  assert.equal((await failedJobs(third)).status, 401);

  // A code of the app that was seen is of no use within its time either.
  assert.equal((await prove(browser, code)).status, 429);

  // As the command line makes them.
  const tokenFor = async (scope: Scope): Promise<string> =>
    (await createToken(database(), await ownerOf(database(), email), "script", [scope])).secret;
  const [operators, customers] = [await tokenFor("operator:jobs"), await tokenFor("tenants:read")];
  const byToken = async (secret: string, path: string): Promise<number> =>
    (await portal.app.request(path, { headers: { Authorization: `Bearer ${secret}` } })).status;
  assert.equal(await byToken(operators, "/api/v1/operator/failed-jobs"), 200);

  assert.equal(await setOperator(database(), email, null), true);
  assert.equal(await setOperator(database(), email, null), false);
  assert.equal(await byToken(operators, "/api/v1/operator/failed-jobs"), 401);
  assert.equal(await byToken(customers, "/api/v1/tenants"), 200);
  assert.equal((await failedJobs(browser)).status, 401);
  const noted = await database().selectFrom("audit").select("action").orderBy("id").execute();
  assert.deepEqual(
    noted.map(({ action }) => action),
    ["addOperator", "password.set", "secondFactor.set", "removeOperator"],
  );
});

test("an operator who lost his second factor, or whose portal can't read it any more, is removed, added, and sets up another", async () => {
  const portal = new TestPortal(database());
  const email = "lost@operators.example";
  const browser = await signedIn(portal, email);
  const before = await setUp(browser);
  assert.equal((await prove(browser, totp(before.uri))).status, 204);
  await setOperator(database(), email, null);
  const customer = new TestBrowser(portal, "192.0.2.20");
  assert.equal((await customer.send("POST", "/api/login", { email, password })).status, 204);
  assert.equal(await standingOf(customer), null);
  assert.equal(await kindOf(await failedJobs(customer)), "forbidden");
  await setOperator(database(), email, "admin");
  assert.equal(await standingOf(customer), "unset");
  assert.equal(await kindOf(await failedJobs(customer)), "secondFactor");
  const { uri, backupCodes } = await setUp(customer);
  assert.equal(await kindOf(await prove(customer, before.backupCodes[0]!)), "wrongCode");
  assert.equal((await prove(customer, totp(uri))).status, 204);
  assert.equal((await failedJobs(customer)).status, 200);
  const second = new TestBrowser(portal, "192.0.2.21");
  await second.send("POST", "/api/login", { email, password });
  assert.equal((await prove(second, backupCodes[0]!)).status, 204);
});

test("a session by a mail's code is his as a customer, and an operator's only with the second factor", async () => {
  const portal = new TestPortal(database());
  const email = "mailed@operators.example";
  const { backupCodes, uri } = await setUp(await signedIn(portal, email));
  const first = new TestBrowser(portal, "192.0.2.9");
  assert.ok(uri);
  await first.send("POST", "/api/v1/guest-orders", { ...orderOf("mailed"), email });
  const { token: code } = portal.confirmations.at(-1)!;
  await first.send("POST", "/api/v1/confirmations", { code });
  assert.equal((await first.send("GET", "/api/v1/tenants")).status, 200);
  assert.equal(await kindOf(await failedJobs(first)), "secondFactor");
  assert.equal((await prove(first, totp(uri))).status, 204);
  assert.equal((await failedJobs(first)).status, 200);
  assert.equal(await kindOf(await prove(first, backupCodes[0]!.toUpperCase() + "x")), "wrongCode");

  const { tenants } = (await (await first.send("GET", "/api/v1/tenants")).json()) as { tenants: { id: string }[] };
  const job = await first.send("POST", `/api/v1/operator/jobs/${tenants[0]!.id}/retries`);
  assert.equal(job.status, 404);
  // His tokens have no more than a customer's.
  const body = { name: "mine", scopes: ["operator:jobs"] };
  assert.equal((await first.send("POST", "/api/v1/tokens", body)).status, 422);
});

test("every operation of operators: a customer's session and one without the second factor are refused", async () => {
  const portal = new TestPortal(database());
  const unproven = await signedIn(portal, "every@operators.example");
  const customer = new TestBrowser(portal, "192.0.2.7");
  await customer.send("POST", "/api/v1/guest-orders", { ...orderOf("customer"), email: "customer@example.org" });
  await customer.send("POST", "/api/v1/confirmations", { code: portal.confirmations.at(-1)!.token });
  const { paths } = JSON.parse(readFileSync(new URL("../../openapi.json", import.meta.url), "utf8")) as {
    paths: Record<string, Record<string, object>>;
  };
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    path.startsWith("/api/v1/operator/") ? Object.keys(methods).map((method) => [method.toUpperCase(), path]) : [],
  ) as [string, string][];
  assert.ok(operations.length >= 5);
  for (const [method, path] of operations) {
    const asked = path.replace("{id}", "k3j9x0a2b7cd");
    const body = method === "GET" ? undefined : {};
    assert.equal(await kindOf(await customer.send(method, asked, body)), "forbidden", path);
    assert.equal(await kindOf(await unproven.send(method, asked, body)), "secondFactor", path);
  }
});

test("an operator's role says what he may, in sessions and by tokens; a lower one takes effect at once", async () => {
  const portal = new TestPortal(database());
  const email = "roles@operators.example";
  const browser = await signedIn(portal, email);
  const { uri } = await setUp(browser);
  assert.equal((await prove(browser, totp(uri))).status, 204);
  const owner = await ownerOf(database(), email);
  const { secret } = await createToken(database(), owner, "jobs", ["operator:jobs"]);
  const { secret: audit } = await createToken(database(), owner, "audit", ["operator:audit"]);
  const may = async (): Promise<unknown> =>
    ((await (await browser.send("GET", "/api/login")).json()) as { operatorScopes: unknown }).operatorScopes;
  const asked = async (path: string, by?: string): Promise<number> =>
    by === undefined
      ? (await browser.send("GET", `/api/v1/operator/${path}`)).status
      : (await portal.app.request(`/api/v1/operator/${path}`, { headers: { Authorization: `Bearer ${by}` } })).status;
  const all = async () =>
    Promise.all(["failed-jobs", "tenants", "invoices", "webhooks", "audit"].map((path) => asked(path)));
  assert.deepEqual(await all(), [200, 200, 200, 200, 200]);

  assert.equal(await setOperator(database(), email, "support"), true);
  assert.equal(await setOperator(database(), email, "support"), false);
  assert.deepEqual(await may(), ["operator:audit", "operator:jobs", "operator:tenants"]);
  assert.deepEqual(await all(), [200, 200, 403, 403, 200]);
  assert.deepEqual([await asked("failed-jobs", secret), await asked("audit", audit)], [200, 200]);

  assert.equal(await setOperator(database(), email, "billing"), true);
  assert.deepEqual(await all(), [403, 403, 200, 403, 200]);
  assert.deepEqual([await asked("failed-jobs", secret), await asked("audit", audit)], [401, 200]);
  const noted = await database()
    .selectFrom("audit")
    .select(["action", "details"])
    .where("action", "like", "%Operator")
    .where("customer_id", "=", owner.customer)
    .orderBy("id")
    .execute();
  assert.deepEqual(
    noted.map(({ action, details }) => [action, details]),
    [
      ["addOperator", { role: "admin" }],
      ["changeOperator", { role: "support" }],
      ["changeOperator", { role: "billing" }],
    ],
  );
});
