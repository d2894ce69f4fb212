/** Signing in by another service, which is a real OpenID provider. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { callbackPath } from "../../src/login/oidc.ts";
import { setOperator } from "../../src/login/operators.ts";
import { orderOf } from "../support/api.ts";
import { TestBrowser, TestPortal } from "../support/browser.ts";
import { type OidcAccount, OidcService } from "../support/oidcService.ts";
import { portalDatabase } from "../support/portalDatabase.ts";
import { testSettings } from "../support/settings.ts";

let service: OidcService;
const { origin } = testSettings();
const database = portalDatabase({
  begin: async () => {
    service = await OidcService.start();
    service.serve(`${origin}${callbackPath("example")}`);
  },
  end: () => service.stop(),
});
let portal: TestPortal;
let count = 0;

beforeEach(() => {
  const declared = { title: "Example ID", issuer: service.issuer, clientId: "portal" };
  portal = new TestPortal(database(), { example: declared });
});

const someone = (changes: Partial<OidcAccount> = {}): OidcAccount => {
  count += 1;
  return { sub: `sub-${count}`, email: `somebody${count}@example.org`, email_verified: true, ...changes };
};
const me = async (browser: TestBrowser): Promise<{ email: string | null; operator: string | null }> =>
  (await (await browser.send("GET", "/api/login")).json()) as { email: string | null; operator: string | null };

async function begin(browser: TestBrowser, next?: string): Promise<string> {
  const query = next === undefined ? "" : `?next=${encodeURIComponent(next)}`;
  const answer = await browser.send("POST", `/api/login/oidc/example${query}`);
  assert.equal(answer.status, 200, await answer.clone().text());
  return ((await answer.json()) as { url: string }).url;
}

/** Goes there and comes back. @param next page that he came from. @returns where the portal sends the browser then. */
async function signIn(browser: TestBrowser, account: OidcAccount | undefined, next?: string): Promise<string> {
  const url = await begin(browser, next);
  service.account = account;
  const back = await browser.send("GET", await service.visit(url));
  assert.equal(back.status, 302);
  return back.headers.get("Location")!;
}

/** Orders without an account and confirms, as a customer does. */
async function customer(browser: TestBrowser, address: string, email: string): Promise<void> {
  await browser.send("POST", "/api/v1/guest-orders", { ...orderOf(address), email });
  const { token: code } = portal.confirmations.at(-1)!;
  assert.equal((await browser.send("POST", "/api/v1/confirmations", { code })).status, 200);
}

test("it leads back to the page of somebody's own that he came from, also after a refusal, and to nothing else", async () => {
  const [account, own] = [someone(), "/instances/k3j9x0a2b7cd"];
  assert.equal(await signIn(new TestBrowser(portal), undefined, own), `/login?next=${encodeURIComponent(own)}#failed`);
  assert.equal(await signIn(new TestBrowser(portal), account, own), own);
  for (const next of ["//evil.example", "https://evil.example", "/login", `${own} /team`, ""]) {
    assert.equal(await signIn(new TestBrowser(portal), account, next), "/instances", next);
  }
  // A browser may have anything as its cookie.
  const changed = new TestBrowser(portal);
  const url = await begin(changed, own);
  service.account = account;
  const name = "__Host-portal.departure";
  changed.cookies.set(name, changed.cookies.get(name)!.replace(/%20.*$/, "%20//evil.example"));
  assert.equal((await changed.send("GET", await service.visit(url))).headers.get("Location"), "/instances");
});

test("who is new signs in by a proven address, with PKCE, a nonce and a state of his browser's, and a mail tells of it once", async () => {
  const browser = new TestBrowser(portal);
  const account = someone({ email: "New.One@example.org" });
  const asked = new URL(await begin(browser)).searchParams;
  assert.deepEqual(
    [asked.get("response_type"), asked.get("code_challenge_method"), asked.get("scope"), asked.get("redirect_uri")],
    ["code", "S256", "openid email", `${origin}/api/login/oidc/example/callback`],
  );
  assert.ok(asked.get("nonce") && asked.get("state") && asked.get("code_challenge"));
  assert.match(
    browser.set.at(-1)!,
    /^__Host-portal\.departure=[^;]+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
  assert.equal(await signIn(browser, account), "/instances");
  assert.equal((await me(browser)).email, "new.one@example.org");
  assert.equal(browser.cookies.has("__Host-portal.departure"), false);
  assert.deepEqual(portal.identityMails, [{ email: "new.one@example.org", title: "Example ID" }]);
  // His address there is another one by now, and isn't proven: whose account it is hasn't changed.
  const again = new TestBrowser(portal);
  assert.equal(await signIn(again, { ...account, email: "else@example.org", email_verified: false }), "/instances");
  assert.equal((await me(again)).email, "new.one@example.org");
  assert.equal(portal.identityMails.length, 1);
});

test("a customer's address that isn't proven there opens nothing of his; a proven one does, and is in his trail; another account there with that address doesn't", async () => {
  const owner = new TestBrowser(portal);
  await customer(owner, "victim", "victim@example.org");
  const stranger = new TestBrowser(portal);
  for (const email_verified of [false, undefined, "true"] as unknown as boolean[]) {
    assert.equal(await signIn(stranger, someone({ email: "victim@example.org", email_verified })), "/login#unverified");
  }
  assert.equal((await me(stranger)).email, null);
  assert.deepEqual(portal.identityMails, []);
  const his = new TestBrowser(portal);
  assert.equal(await signIn(his, someone({ email: "VICTIM@example.org" })), "/instances");
  assert.equal((await me(his)).email, "victim@example.org");
  const trail = await (await his.send("GET", "/api/v1/audit")).text();
  assert.match(trail, /"action":"identity\.added"/);
  // The address came to be another's there.
  assert.equal(await signIn(stranger, someone({ email: "victim@example.org" })), "/login#other");
  assert.equal((await me(stranger)).email, null);
});

test("what comes back works once, in the browser that was sent, in time; another's state, nonce or verifier, and a refusal, sign nobody in", async () => {
  const browser = new TestBrowser(portal);
  service.account = someone();
  const back = await service.visit(await begin(browser));
  const other = new TestBrowser(portal);
  const location = async (from: TestBrowser, path: string) => (await from.send("GET", path)).headers.get("Location");
  assert.equal(await location(other, back), "/login#failed");
  await begin(other);
  assert.equal(await location(other, back), "/login#failed");
  const kept = new Map(browser.cookies);
  assert.equal(await location(browser, back), "/instances");
  kept.forEach((cookie, name) => browser.cookies.set(name, cookie));
  assert.equal(await location(browser, back), "/login#failed");

  for (const changes of [
    { nonce: "another" },
    { verifier: "a".repeat(43) },
    { expires_at: new Date(0) },
    { service: "x" },
  ]) {
    const visitor = new TestBrowser(portal);
    const path = await service.visit(await begin(visitor));
    await database().updateTable("login_departure").set(changes).execute();
    assert.equal(await location(visitor, path), "/login#failed", JSON.stringify(changes));
    assert.equal((await me(visitor)).email, null);
    await database().deleteFrom("login_departure").execute();
  }
  for (const changed of ["iss=https%3A%2F%2Fother.example.com", "code=forged"]) {
    const visitor = new TestBrowser(portal);
    const path = await service.visit(await begin(visitor));
    const name = changed.split("=")[0]!;
    assert.equal(await location(visitor, path.replace(new RegExp(`${name}=[^&]*`), changed)), "/login#failed", changed);
  }
  assert.equal(await signIn(new TestBrowser(portal), undefined), "/login#failed");
  const foreign = await browser.send("POST", "/api/login/oidc/example", undefined, {
    Origin: "https://acme.example.com",
  });
  assert.equal(foreign.status, 403);
  assert.equal((await browser.send("POST", "/api/login/oidc/unknown")).status, 404);
});

test("an operator who signs in by a service is asked for his second factor all the same", async () => {
  const account = someone();
  await setOperator(database(), account.email, "admin");
  const browser = new TestBrowser(portal);
  assert.equal(await signIn(browser, account), "/instances");
  assert.equal((await me(browser)).operator, "unset");
  const answer = await browser.send("GET", "/api/v1/operator/jobs");
  assert.deepEqual(
    [answer.status, ((await answer.json()) as { type: string }).type],
    [403, "urn:odoo-fleet:secondFactor"],
  );
});

test("somebody sees and removes his own account of a service, and nobody another's", async () => {
  const [browser, other] = [new TestBrowser(portal), new TestBrowser(portal)];
  const account = someone();
  await customer(browser, "removes", account.email);
  await signIn(browser, account);
  await customer(other, "keeps", "keeps@example.org");
  const identities = async (of: TestBrowser) =>
    ((await (await of.send("GET", "/api/login/oidc/identities")).json()) as { identities: { service: string }[] })
      .identities;
  assert.deepEqual(
    (await identities(browser)).map((one) => one.service),
    ["example"],
  );
  assert.deepEqual(await identities(other), []);
  assert.equal((await other.send("DELETE", "/api/login/oidc/example")).status, 404);
  assert.equal((await new TestBrowser(portal).send("DELETE", "/api/login/oidc/example")).status, 401);
  assert.equal((await browser.send("DELETE", "/api/login/oidc/example")).status, 204);
  assert.deepEqual(await identities(browser), []);
  assert.match(await (await browser.send("GET", "/api/v1/audit")).text(), /"action":"identity\.removed"/);
});

test("a service that is away is said to be, and is asked again; one that says to be another is refused; without one there is none", async () => {
  const declared = { title: "Away", issuer: "http://127.0.0.1:1", clientId: "portal" };
  const liar = await OidcService.start();
  liar.serve(`${origin}/`, "https://id.example.com");
  const renamed = { ...declared, issuer: liar.issuer };
  const away = new TestPortal(database(), { example: declared, renamed });
  for (const id of ["example", "renamed"]) {
    const answer = await new TestBrowser(away).send("POST", `/api/login/oidc/${id}`);
    assert.deepEqual(
      [answer.status, ((await answer.json()) as { type: string }).type],
      [503, "urn:odoo-fleet:serviceAway"],
    );
  }
  await liar.stop();
  const services = async (of: TestPortal) => (await new TestBrowser(of).send("GET", "/api/login/oidc")).json();
  assert.deepEqual(await services(portal), { services: [{ id: "example", title: "Example ID" }] });
  assert.deepEqual(await services(new TestPortal(database())), { services: [] });
});
