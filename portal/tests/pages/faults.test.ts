/** The pages of a real web process behind a proxy that is slow, fails, is gone and loses answers, and with its database stopped. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Page } from "playwright-core";
import { orderedBy } from "../support/customers.ts";
import { FaultyProxy } from "../support/faultyProxy.ts";
import { Postgres } from "../support/postgres.ts";
import { visitedPortal } from "../support/visitedPortal.ts";

let proxy: FaultyProxy;
let postgres: Postgres;
const site = visitedPortal(
  "127.0.0.1",
  async () => {
    proxy = await FaultyProxy.start(() => site.portal.address);
    return { origin: proxy.origin };
  },
  async () => (postgres = await Postgres.start(true)),
);
after(() => proxy.stop());

const unreachable = { en: "The portal doesn't answer.", fr: "Le portail ne répond pas." } as const;
const again = { en: "Try again", fr: "Réessayer" } as const;

const alert = (page: Page, text: string) => page.getByRole("alert").filter({ hasText: text }).first();

for (const language of ["en", "fr"] as const) {
  test(`an order, in ${language}: a slow portal is said to be slow, one that fails or is gone too; nothing typed is lost, and an answer that is lost orders once`, async () => {
    const visitor = await site.visitor(language, "light");
    const page = await visitor.context.newPage();
    proxy.become("waits");
    await page.goto("/");
    await page.getByText({ en: "Loading…", fr: "Chargement…" }[language]).waitFor();
    await page.getByText({ en: "This takes longer than usual.", fr: "C'est plus long" }[language]).waitFor();
    proxy.become("passes");
    await page.locator("[name=company]").fill("Patient Ltd");
    await page.locator("[name=address]").fill(`patient-${language}`);
    await page.locator("[name=email]").fill(`patient-${language}@example.org`);
    await page.locator("[name=terms]").check();
    await page.getByText({ en: "It is free.", fr: "Elle est libre." }[language]).waitFor();
    const submit = page.locator("button[type=submit]");
    const before = site.portal.mail.mails.length;
    // By 500 and 502 nothing reached the portal; the third time it is the answer that is lost.
    for (const fault of ["fails", "gone", "drops"] as const) {
      proxy.become(fault);
      await submit.click();
      await alert(page, unreachable[language]).waitFor();
      assert.equal(await page.locator("[name=company]").inputValue(), "Patient Ltd", fault);
      await page.locator("button[type=submit]:not([data-loading])").waitFor();
    }
    proxy.become("passes");
    await submit.click();
    await page.getByText(`patient-${language}@example.org`).waitFor();
    await site.portal.mailedLink(before + 1);
    const orders = await site.portal.database
      .selectFrom("tenant")
      .where("address", "=", `patient-${language}`)
      .select("id")
      .execute();
    assert.deepEqual([orders.length, site.portal.mail.mails.length - before], [1, 1]);
    assert.deepEqual(visitor.faults, []);
    await visitor.context.close();
  });

  test(`an instance's page, in ${language}: what was read stays while the portal fails, and what is asked for is asked for again by a button`, async () => {
    proxy.become("passes");
    const visitor = await site.visitor(language, "light");
    const tenant = await orderedBy(visitor, site.portal, `patient-own-${language}`);
    const page = await visitor.context.newPage();
    proxy.become("fails");
    await page.goto(`/instances/${tenant}`);
    await alert(page, unreachable[language]).waitFor();
    proxy.become("passes");
    await page.getByRole("button", { name: again[language] }).click();
    await page.getByRole("heading", { name: `patient-own-${language}` }).waitFor();
    await page.waitForLoadState("networkidle");
    proxy.become("gone");
    await page.getByRole("button", { name: { en: "Make an export", fr: "Faire un export" }[language] }).click();
    await alert(page, unreachable[language]).waitFor();
    assert.ok(await page.getByRole("heading", { name: `patient-own-${language}` }).isVisible());
    proxy.become("passes");
    await visitor.context.close();
  });
}

test("what is asked for while a network changes is asked for again by itself, and has one effect", async () => {
  proxy.become("passes");
  const visitor = await site.visitor("en", "light");
  const tenant = await orderedBy(visitor, site.portal, "moving");
  const page = await visitor.context.newPage();
  await page.goto(`/instances/${tenant}`, { waitUntil: "networkidle" });
  const keys: (string | undefined)[] = [];
  await page.route("**/domains", async (route) => {
    if (route.request().method() !== "POST") {
      return route.fallback();
    }
    keys.push(route.request().headers()["idempotency-key"]);
    return keys.length === 1 ? route.abort("connectionreset") : route.fallback();
  });
  const domains = page.getByRole("region", { name: "Domains of your own" });
  await domains.getByLabel("Domain", { exact: true }).fill("erp.moving.test");
  await domains.getByRole("button", { name: "Add the domain" }).click();
  await domains.getByRole("region", { name: "erp.moving.test" }).waitFor();
  assert.equal(keys.length, 2);
  assert.ok(keys[0] !== undefined && keys[0] === keys[1]);
  await visitor.context.close();
});

test("with the database stopped the pages say so, and go on where they were once it is back", async () => {
  proxy.become("passes");
  const visitor = await site.visitor("en", "light");
  const tenant = await orderedBy(visitor, site.portal, "stays");
  const page = await visitor.context.newPage();
  await page.goto("/", { waitUntil: "networkidle" });
  await page.locator("[name=company]").fill("Stays Ltd");
  await page.locator("[name=address]").fill("stays-two");
  await page.locator("[name=terms]").check();
  await postgres.halt();
  const away = "The portal can't reach its data at the moment.";
  await page.locator("button[type=submit]").click();
  await alert(page, away).waitFor();
  const own = await visitor.context.newPage();
  await own.goto(`/instances/${tenant}`);
  await alert(own, away).waitFor();
  await postgres.resume();
  await own.getByRole("button", { name: "Try again" }).first().click();
  await own.getByRole("heading", { name: "stays" }).waitFor();
  // A connection that broke is found when it is used: then he reads the same once more.
  let status = 503;
  for (let tries = 0; status === 503 && tries < 5; tries += 1) {
    const answer = page.waitForResponse(
      (one) => one.url().endsWith("/api/v1/orders") && one.request().method() === "POST",
    );
    await page.locator("button[type=submit]:not([data-loading])").click();
    status = (await answer).status();
  }
  await page.getByText("A mail is on its way to stays@example.org.").waitFor();
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});
