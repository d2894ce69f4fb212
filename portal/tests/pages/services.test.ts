/** Signing in by another service, in a real browser that goes to a real OpenID provider and comes back. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { callbackPath } from "../../src/login/oidc.ts";
import { loginFrom } from "../../src/pages/paths.ts";
import { assertAccessibleInAll } from "../support/chromium.ts";
import { orderedBy } from "../support/customers.ts";
import { OidcService } from "../support/oidcService.ts";
import { visitedPortal } from "../support/visitedPortal.ts";

let service: OidcService;
const site = visitedPortal("127.0.0.1", async () => {
  service = await OidcService.start();
  return { oidc: { example: { title: "Example ID", issuer: service.issuer, clientId: "portal" } } };
});
after(() => service.stop());

let isServed = false;

/** The portal, which the service knows from the first time on. */
function served(): typeof site.portal {
  if (!isServed) {
    service.serve(`${site.portal.origin}${callbackPath("example")}`);
    isServed = true;
  }
  return site.portal;
}

test("a customer signs in by another service, is told by mail, and removes that; one that doesn't vouch for an address signs nobody in, and it is said", async () => {
  const portal = served();
  const visitor = await site.visitor("en", "light");
  const own = `/instances/${await orderedBy(visitor, portal, "serviced")}`;
  const page = await visitor.context.newPage();
  await page.goto("/instances");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("link", { name: "Sign in" }).first().waitFor();

  const account = { sub: "1", email: "serviced@example.org", email_verified: false };
  const signIn = async (path = "/login"): Promise<void> => {
    await page.goto(path, { waitUntil: "networkidle" });
    await page.getByRole("button", { name: "Sign in with Example ID" }).click();
  };
  service.account = account;
  await signIn(loginFrom(own));
  await page.getByText("That service doesn't vouch for your e-mail address.").waitFor();
  await assertAccessibleInAll(page, "signing in");
  service.account = { ...account, sub: "2", email_verified: true };
  const mails = portal.mail.mails.length;
  // Once more from there: it leads back to the page that was asked for, as a password does.
  await page.getByRole("button", { name: "Sign in with Example ID" }).click();
  await page.waitForURL(portal.origin + own);
  await page.getByRole("heading", { name: "serviced", level: 1 }).waitFor();
  assert.match(portal.mail.mails[mails]!, /^Subject: Somebody signed in by Example ID at 127\.0\.0\.1\r$/m);
  assert.match(portal.mail.mails[mails]!, /^To: serviced@example\.org\r$/m);

  await page.goto("/passkeys", { waitUntil: "networkidle" });
  await page.getByText("Accounts that you sign in by").waitFor();
  await assertAccessibleInAll(page, "accounts of services");
  await page.getByRole("button", { name: "Remove this account" }).click();
  await page.getByLabel("Type Example ID to go on").fill("Example ID");
  await page.getByRole("button", { name: "Remove this account" }).click();
  await page.getByText("Accounts that you sign in by").waitFor({ state: "detached" });
  assert.deepEqual(
    visitor.faults.filter((fault) => !fault.startsWith(`asked for ${service.issuer}`)),
    [],
  );
  await visitor.context.close();
});

test("who is invited signs in by another service, and is back at his invitation, also where that vouches for him at the second try alone", async () => {
  const portal = served();
  const [owner, colleague] = await Promise.all([site.visitor("en", "light"), site.visitor("en", "light")]);
  await orderedBy(owner, portal, "inviting");
  const page = await owner.context.newPage();
  await page.goto("/team");
  await page.getByLabel("E-mail address").fill("invited@example.org");
  const mails = portal.mail.mails.length;
  await page.getByRole("button", { name: "Send the invitation" }).click();
  const link = await portal.mailedLink(mails + 1);

  const his = await colleague.context.newPage();
  await his.goto(link);
  service.account = { sub: "3", email: "invited@example.org", email_verified: false };
  await his.getByRole("button", { name: "Sign in with Example ID" }).click();
  await his.getByText("That service doesn't vouch for your e-mail address.").waitFor();
  service.account = { ...service.account, sub: "4", email_verified: true };
  await his.getByRole("button", { name: "Sign in with Example ID" }).click();
  await his.getByRole("button", { name: "Join the team" }).click();
  await his.getByRole("link", { name: "inviting" }).waitFor();
  // It is accepted, and the tab has forgotten it.
  await his.goto("/join");
  await his.getByText("The link isn't complete.").waitFor();
  await Promise.all([owner.context.close(), colleague.context.close()]);
});
