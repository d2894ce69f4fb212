/** Passkeys, in a real browser with a device that it is told of. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { CDPSession, Page } from "playwright-core";
import { orderOf } from "../support/api.ts";
import { assertAccessibleInAll } from "../support/chromium.ts";
import { orderedBy } from "../support/customers.ts";
import { proveOperator } from "../support/operators.ts";
import { withPassword } from "../support/passwords.ts";
import { totp } from "../support/totp.ts";
import { visitedPortal } from "../support/visitedPortal.ts";

const site = visitedPortal("localhost");

/** Opens a page with all of its parts there: one that comes later moves what is clicked, and the click is lost. */
const open = (page: Page, path: string) => page.goto(path, { waitUntil: "networkidle" });

/** Gives a page of the portal a device that keeps passkeys and knows its user. */
async function addDevice(page: Page): Promise<{ session: CDPSession; authenticatorId: string }> {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const isThere = "PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable()";
  assert.ok(await page.evaluate<boolean>(isThere), "the browser has the device");
  return { session, authenticatorId };
}

test("a passkey is added and told of by mail, signs in without a password, works once for what was asked, and is removed", async () => {
  const visitor = await site.visitor("en", "light");
  const page = await visitor.context.newPage();
  await orderedBy(visitor, site.portal, "passkey");
  await open(page, "/instances");
  await addDevice(page);
  await page.getByRole("link", { name: "Passkeys" }).click();
  await page.getByText("You have none.", { exact: true }).waitFor();
  const mails = site.portal.mail.mails.length;
  await page.getByLabel("Name").fill("laptop");
  const [made] = await Promise.all([
    page.waitForRequest((request) => request.url().endsWith("/api/login/passkeys") && request.method() === "POST"),
    page.getByRole("button", { name: "Add it" }).click(),
  ]);
  await page.getByText("Not used yet.").waitFor();
  await assertAccessibleInAll(page, "passkeys");
  assert.match(site.portal.mail.mails[mails]!, /^Subject: A passkey was added at localhost\r$/m);
  assert.match(site.portal.mail.mails[mails]!, /^To: passkey@example\.org\r$/m);
  const headers = { Origin: site.portal.origin };
  const post = (path: string, data: unknown) => visitor.context.request.post(`/api/login${path}`, { data, headers });
  // What was answered once isn't taken again, under another name or not.
  assert.equal((await post("/passkeys", { ...(made.postDataJSON() as object), name: "copy" })).status(), 401);

  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("link", { name: "Sign in" }).first().waitFor();
  await open(page, "/login");
  const [signed] = await Promise.all([
    page.waitForRequest((request) => request.url().endsWith("/passkeys/sessions")),
    page.getByRole("button", { name: "Sign in with a passkey" }).click(),
  ]);
  await page.waitForURL("**/instances");
  await page.getByRole("link", { name: "passkey", exact: true }).waitFor();
  await page.getByRole("link", { name: "Passkeys" }).click();
  await page.getByText(/^Used last on /).waitFor();
  assert.equal((await post("/passkeys/sessions", signed.postDataJSON())).status(), 401);

  // Another answer of the same device, for a challenge that is somebody's who adds one, or nobody's, isn't taken either.
  const { response } = signed.postDataJSON() as { response: { response: { clientDataJSON: string } } };
  const data = JSON.parse(Buffer.from(response.response.clientDataJSON, "base64url").toString()) as object;
  for (const path of ["/passkeys/challenges", "/passkeys/registrations"]) {
    const { challenge } = (await (await post(path, undefined)).json()) as { challenge: string };
    const forged = Buffer.from(JSON.stringify({ ...data, challenge })).toString("base64url");
    const body = { response: { ...response, response: { ...response.response, clientDataJSON: forged } } };
    assert.equal((await post("/passkeys/sessions", body)).status(), 401);
  }

  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByLabel("Type laptop to go on").fill("laptop");
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByText("You have none.", { exact: true }).waitFor();
  const trail = await (await visitor.context.request.get("/api/v1/audit")).text();
  for (const action of ["passkey.added", "passkey.removed"]) {
    assert.ok(trail.includes(`"action":"${action}"`), trail);
  }
  await page.getByRole("button", { name: "Sign out" }).click();
  await open(page, "/login");
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByText("The passkey isn't known here").waitFor();
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});

test("an operator who signs in by a passkey is asked for his second factor; a device that doesn't know its user signs nobody in", async () => {
  const visitor = await site.visitor("fr", "dark");
  await proveOperator(visitor, site.portal, "operator@example.org");
  const page = await visitor.context.newPage();
  await open(page, "/passkeys");
  const { session, authenticatorId } = await addDevice(page);
  await page.getByLabel("Nom").fill("portable");
  await page.getByRole("button", { name: "L'ajouter" }).click();
  await page.getByText("Pas encore utilisée.").waitFor();
  await page.getByRole("button", { name: "Déconnexion" }).click();

  await open(page, "/login");
  await session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  await page.getByRole("button", { name: "Se connecter avec une clé d'accès" }).click();
  await page.getByText("La clé d'accès n'est pas connue ici").waitFor();
  await session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
  await page.getByRole("button", { name: "Se connecter avec une clé d'accès" }).click();
  await page.waitForURL("**/instances");
  await open(page, "/operator");
  await page.getByLabel("Code de votre application").waitFor();
  const answer = await visitor.context.request.get("/api/v1/operator/tenants");
  assert.equal(answer.status(), 403);
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});

test("nobody reads, adds or removes passkeys without a session, or another's", async () => {
  const [owner, other] = [await site.visitor("en", "light"), await site.visitor("en", "light")];
  await orderedBy(owner, site.portal, "key-owner");
  const page = await owner.context.newPage();
  await open(page, "/passkeys");
  await addDevice(page);
  await page.getByLabel("Name").fill("phone");
  await page.getByRole("button", { name: "Add it" }).click();
  await page.getByText("Not used yet.").waitFor();
  const { id } = await site.portal.database
    .selectFrom("login_passkey")
    .select("id")
    .where("name", "=", "phone")
    .executeTakeFirstOrThrow();
  const headers = { Origin: site.portal.origin };
  const ask = (path: string, method = "GET", sent: Record<string, string> = headers) =>
    other.context.request.fetch(`/api/login/passkeys${path}`, { method, headers: sent });
  assert.deepEqual(
    [
      (await ask("")).status(),
      (await ask("/registrations", "POST")).status(),
      (await ask(`/${id}`, "DELETE")).status(),
    ],
    [401, 401, 401],
  );
  assert.equal((await ask("/challenges", "POST", {})).status(), 403);
  await orderedBy(other, site.portal, "key-other");
  assert.equal((await ask(`/${id}`, "DELETE")).status(), 404);
  assert.deepEqual(await (await ask("")).json(), { passkeys: [] });
  await owner.context.close();
  await other.context.close();
});

test("a customer sets up a second factor, is asked for it before his instances, and takes it away", async () => {
  const visitor = await site.visitor("en", "light");
  const page = await visitor.context.newPage();
  await orderedBy(visitor, site.portal, "careful");
  const email = "careful@example.org";
  const password = await withPassword(page, site.portal, email);
  const signIn = async (): Promise<void> => {
    await open(page, "/login");
    await page.getByLabel("E-mail address").fill(email);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
  };
  await signIn();
  await page.waitForURL("**/instances");
  await open(page, "/passkeys");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Begin" }).click();
  const uri = await page.getByRole("link", { name: "Open the app of this device" }).getAttribute("href");
  const kept = await page.locator("code, pre").filter({ hasText: "-" }).first().textContent();
  await page.getByRole("img", { name: "The key, for the camera of an app" }).waitFor();
  await assertAccessibleInAll(page, "second factor");
  await page.getByLabel("Code of your app").fill(totp(uri!));
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByText("It is in use: a code is asked for whenever you sign in.").waitFor();

  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("link", { name: "Sign in" }).first().waitFor();
  await signIn();
  const codes = kept!.split(/\s+/);
  await page.getByLabel("Code of your app").fill(codes[0]!);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.waitForURL("**/instances");
  await page.getByRole("link", { name: "careful", exact: true }).waitFor();

  // By a mail's code alone, whatever page he opens asks for it.
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("link", { name: "Sign in" }).first().waitFor();
  const headers = { Origin: site.portal.origin };
  const post = (path: string, data: unknown) =>
    visitor.context.request.post(path, { data, headers: { ...headers, "Idempotency-Key": crypto.randomUUID() } });
  const count = site.portal.mail.mails.length + 1;
  await post("/api/v1/guest-orders", { ...orderOf("careful2"), email });
  const [, code] = (await site.portal.mailedLink(count)).split("#");
  await post("/api/v1/confirmations", { code });
  await open(page, "/instances");
  await page.getByLabel("Code of your app").fill(codes[1]!);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("link", { name: "careful", exact: true }).waitFor();
  await open(page, "/passkeys");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Take it away" }).click();
  await page.getByRole("button", { name: "Begin" }).waitFor();
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});
