/** The second factor that customers may have. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { forgetLostFactor } from "../../src/login/operators.ts";
import { orderOf } from "../support/api.ts";
import { TestBrowser, TestPortal } from "../support/browser.ts";
import { portalDatabase } from "../support/portalDatabase.ts";
import { totp } from "../support/totp.ts";

const database = portalDatabase();
const password = "a long password of a test";
const path = "/api/login/second-factor";

const kindOf = async (answer: Promise<Response>): Promise<string> =>
  ((await (await answer).json()) as { type: string }).type.replace("urn:odoo-fleet:", "");
const meOf = async (browser: TestBrowser) =>
  (await (await browser.send("GET", "/api/login")).json()) as {
    email: string | null;
    secondFactor: string | null;
    operator: string | null;
  };
const tenants = (browser: TestBrowser): Promise<Response> => browser.send("GET", "/api/v1/tenants");

async function confirmOrder(portal: TestPortal, browser: TestBrowser, address: string, email: string): Promise<void> {
  await browser.send("POST", "/api/v1/guest-orders", { ...orderOf(address), email });
  const { token: code } = portal.confirmations.at(-1)!;
  assert.equal((await browser.send("POST", "/api/v1/confirmations", { code })).status, 200);
}

/** A customer who has set a password, and a second factor. */
async function withFactor(portal: TestPortal, address: string, email: string) {
  const browser = new TestBrowser(portal);
  await confirmOrder(portal, browser, address, email);
  await browser.send("POST", "/api/login/password-mails", { email });
  const { code } = portal.passwordMails.at(-1)!;
  assert.equal((await browser.send("PUT", "/api/login/password", { code, password })).status, 204);
  assert.equal((await browser.send("POST", "/api/login", { email, password })).status, 204);
  assert.equal((await meOf(browser)).secondFactor, "unset");
  const answer = await browser.send("POST", `${path}/setup`, { password });
  const begun = (await answer.json()) as { uri: string; backupCodes: string[] };
  // It isn't in use before its first code.
  assert.equal((await tenants(browser)).status, 200);
  assert.equal((await browser.send("POST", path, { code: totp(begun.uri) })).status, 204);
  return { browser, ...begun };
}

test("a customer sets one up, and nothing of his is served before it is shown, whichever way he signs in", async () => {
  const portal = new TestPortal(database());
  const email = "careful@example.org";
  const { browser, backupCodes } = await withFactor(portal, "careful", email);
  assert.deepEqual(await meOf(browser), { ...(await meOf(browser)), secondFactor: "proven", operator: null });
  assert.equal((await tenants(browser)).status, 200);

  const second = new TestBrowser(portal, "192.0.2.2");
  const asked = await second.send("POST", "/api/login", { email, password });
  assert.deepEqual([asked.status, await asked.json()], [200, { secondFactor: true }]);
  assert.equal((await tenants(second)).status, 401);
  assert.equal((await second.send("POST", path, { code: backupCodes[0] })).status, 204);
  assert.equal((await tenants(second)).status, 200);

  // By the code of a mail alone, as whoever reads his mails has it.
  const mailed = new TestBrowser(portal, "192.0.2.3");
  await confirmOrder(portal, mailed, "careful2", email);
  assert.equal((await meOf(mailed)).secondFactor, "unproven");
  for (const [method, of, body] of [
    ["GET", "/api/v1/tenants", undefined],
    ["POST", "/api/v1/tokens", { name: "x", scopes: ["tenants:read"] }],
    ["GET", "/api/login/passkeys", undefined],
    ["POST", "/api/login/passkeys/registrations", {}],
    ["DELETE", path, { password }],
  ] as const) {
    assert.equal(await kindOf(mailed.send(method, of, body)), "secondFactor", `${method} ${of}`);
  }
  assert.equal(await kindOf(mailed.send("POST", path, { code: "000000" })), "wrongCode");
  assert.equal((await mailed.send("POST", path, { code: backupCodes[1] })).status, 204);
  assert.equal((await tenants(mailed)).status, 200);
});

test("he takes it away by his password; who lost it has it forgotten by an operator, is signed out, and the trail says both", async () => {
  const portal = new TestPortal(database());
  const email = "loses@example.org";
  const { browser } = await withFactor(portal, "loses", email);
  assert.equal(await kindOf(browser.send("DELETE", path, { password: "not this one, no" })), "credentials");
  assert.equal((await meOf(browser)).secondFactor, "proven");
  assert.equal((await browser.send("DELETE", path, { password })).status, 204);
  assert.equal((await meOf(browser)).secondFactor, "unset");
  const other = new TestBrowser(portal, "192.0.2.5");
  assert.equal((await other.send("POST", "/api/login", { email, password })).status, 204);
  assert.equal((await tenants(other)).status, 200);

  assert.equal(await forgetLostFactor(database(), email), false);
  const again = await withFactor(portal, "lost", "lost@example.org");
  assert.equal(await forgetLostFactor(database(), "Lost@example.org"), true);
  assert.equal((await meOf(again.browser)).email, null);
  const back = new TestBrowser(portal, "192.0.2.6");
  assert.equal((await back.send("POST", "/api/login", { email: "lost@example.org", password })).status, 204);
  assert.equal((await tenants(back)).status, 200);
  const noted = await database()
    .selectFrom("audit")
    .select("action")
    .where("action", "like", "secondFactor.%")
    .orderBy("id", "desc")
    .limit(4)
    .execute();
  assert.deepEqual(noted.map(({ action }) => action).reverse(), [
    ...["secondFactor.set", "secondFactor.removed", "secondFactor.set", "secondFactor.forgotten"],
  ]);
});
