import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, tabTo } from "../support/chromium.ts";
import { testSets } from "../support/sets.ts";
import { visitedPortal } from "../support/visitedPortal.ts";

const site = visitedPortal("127.0.0.1", () => Promise.resolve({ sets: testSets }));

test("by keyboard alone: order, mail, confirm, progress that stays through a reload and in a second tab, the link", async () => {
  const visitor = await site.visitor("en", "light");
  const page = await visitor.context.newPage();
  const making = Promise.withResolvers<void>();
  site.portal.provisioner.held = making.promise;
  await page.goto("/");
  await page.getByRole("button", { name: "Order" }).waitFor();
  // One screen of a phone: nothing to the side.
  assert.ok(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"));

  await page.getByText("2 GiB of memory, up to 2 CPUs").waitFor();
  await page.getByText("A restore proven every 7 days").first().waitFor();
  await page.getByText("How long it takes isn't known yet").waitFor();
  assert.equal(
    await page.getByRole("link", { name: "Read the terms" }).getAttribute("href"),
    "https://provider.example.com/terms",
  );
  await tabTo(page, "basic");
  await page.keyboard.press("ArrowDown");
  await page.getByText("For 24 users at work at the same time").waitFor();
  await page.keyboard.press("ArrowUp");
  // By their titles, as nothing keeps another sequence.
  await tabTo(page, "Projects");
  await page.keyboard.press("Space");
  await page.getByText("How long it takes with these modules isn't known yet.").waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  assert.ok(await page.getByLabel("Sales").isChecked());
  assert.deepEqual(
    await page.getByRole("group", { name: "Modules" }).getByRole("checkbox", { checked: true }).count(),
    2,
  );
  assert.equal(await page.locator("svg[data-picture=shop] path[d]").count(), 1);
  await page.getByText("Modules of Odoo: crm, sale_management").waitFor();
  await tabTo(page, "Address");
  await page.keyboard.type("www");
  await page.getByText("It is reserved.").waitFor();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("keyboard");
  await page.getByText("It is free.").waitFor();
  await tabTo(page, "Company");
  await page.keyboard.type("Keyboard Ltd");
  await page.keyboard.press("Enter");
  await page.getByText("Nothing is ordered without the terms").waitFor();
  await page.keyboard.type("keyboard@example.org");
  await tabTo(page, "I accept the terms");
  await page.keyboard.press("Space");
  await tabTo(page, "Order");
  await page.keyboard.press("Enter");
  await page.getByText("A mail is on its way to keyboard@example.org.").waitFor();
  assert.equal(site.portal.provisioner.made.length, 0);

  // Reading the page, as a mail scanner does, confirms nothing.
  const link = await site.portal.mailedLink(1);
  await page.goto(link);
  await page.getByRole("button", { name: "Confirm" }).waitFor();
  await page.reload();
  await tabTo(page, "Confirm");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/orders\/[a-z0-9]{12}$/);
  await page.getByText("Making the database").waitFor();
  await page.reload();
  const second = await visitor.context.newPage();
  await assertAccessible(page, "progress");
  await second.goto(page.url());
  for (const tab of [page, second]) {
    await tab.getByText("Making the database").waitFor();
    await tab.getByText("It is being made.").waitFor();
  }
  making.resolve();
  for (const tab of [page, second]) {
    const open = tab.getByRole("link", { name: "Open your Odoo" });
    await open.waitFor();
    const [tenant] = site.portal.provisioner.made;
    assert.equal(await open.getAttribute("href"), `http://127.0.0.1/${tenant!.id}`);
    assert.deepEqual(tenant!.modules, ["crm", "project", "sale_management"]);
    // What a new customer wants next.
    assert.ok(await tab.getByRole("button", { name: "Set my password" }).isEnabled());
    const steps = (await tab.getByRole("listitem").allTextContents()).map((step) => step.replace(/[\d.]+\ss$/, ""));
    assert.deepEqual(steps, ["Preparing", "Making the database", "Starting Odoo", "Ready"]);
  }
  await page.goto("/");
  await page.getByText("How long it takes isn't known yet").waitFor();
  await page.getByLabel("Sales").check();
  await page.getByLabel("Projects").check();
  await page.getByText(/^With these modules usually ready about \d+\ss .* as the 1 such order so far\.$/).waitFor();
  await page.goto("/instances");
  await page.getByRole("link", { name: "keyboard" }).click();
  await page.getByText("Sales, Projects").waitFor();
  await page.goto(link);
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("This link was used, or came too late.").waitFor();
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});

test("cancelling asks first; a password is set by a mail, and signs in", async () => {
  const visitor = await site.visitor("fr", "dark");
  const page = await visitor.context.newPage();
  site.portal.provisioner.held = undefined;
  site.portal.provisioner.takes = 60_000;
  await page.goto("/");
  await page.getByLabel("Adresse", { exact: false }).first().fill("annulee");
  await page.getByLabel("Société").fill("Annulée SARL");
  await page.getByLabel("Adresse e-mail").fill("annulee@example.org");
  await page.getByLabel("J'accepte les conditions").check();
  await page.getByRole("button", { name: "Commander" }).click();
  await page.goto(await site.portal.mailedLink(2));
  await page.getByRole("button", { name: "Confirmer" }).click();
  await page.getByText("Création de la base de données").waitFor();
  await page.getByRole("button", { name: "Annuler la commande" }).click();
  await page.getByText("Annuler annulee ?").waitFor();
  await assertAccessible(page, "progress");
  await page.getByRole("button", { name: "Oui, annuler" }).click();
  await page.getByText("La commande a été annulée.").waitFor();
  await page.getByRole("link", { name: "Mes instances" }).click();
  await page.getByText("Vous n'en avez pas encore.").waitFor();

  await page.goto("/password");
  await page.getByLabel("Adresse e-mail").fill("annulee@example.org");
  await page.getByRole("button", { name: "Envoyer l'e-mail" }).click();
  await page.goto(await site.portal.mailedLink(3));
  const password = page.getByLabel("Mot de passe");
  await password.fill("trop court");
  await page.getByRole("button", { name: "Définir" }).click();
  await page.getByText("15 caractères ou plus, 128 au plus.").waitFor();
  await password.fill("une phrase assez longue");
  await page.getByRole("button", { name: "Définir" }).click();
  await page.getByRole("main").getByRole("link", { name: "Se connecter" }).click();
  await page.getByLabel("Adresse e-mail").fill("annulee@example.org");
  await page.getByLabel("Mot de passe").fill("une phrase trop fausse");
  await page.getByRole("main").getByRole("button", { name: "Se connecter", exact: true }).click();
  await page.getByText("L'adresse e-mail ou le mot de passe est faux.").waitFor();
  await page.getByLabel("Mot de passe").fill("une phrase assez longue");
  await page.getByRole("main").getByRole("button", { name: "Se connecter", exact: true }).click();
  await page.getByText("Vous n'en avez pas encore.").waitFor();
  await page.getByRole("button", { name: "Déconnexion" }).click();
  await page.getByText("Connectez-vous pour voir ceci.").waitFor();
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});

test("a portal that is slow says so, one that is gone too, and what was typed isn't lost", async () => {
  const visitor = await site.visitor("en", "light");
  const page = await visitor.context.newPage();
  let answer: (() => void) | undefined;
  const isHeld = new Promise<void>((resolve) => (answer = resolve));
  await page.route("**/api/v1/plans", async (route) => {
    await isHeld;
    await route.continue();
  });
  await page.goto("/");
  await page.getByText("Loading…").waitFor();
  await page.getByText("This takes longer than usual.").waitFor();
  answer!();
  await page.getByLabel("Company").fill("Patient Ltd");
  await page.getByLabel("Address").first().fill("patient");
  await page.getByLabel("E-mail address").fill("patient@example.org");
  await page.getByLabel("I accept the terms").check();
  await page.route("**/api/v1/**", (route) => route.abort());
  await page.getByRole("button", { name: "Order" }).click();
  await page.getByText("The portal doesn't answer.").waitFor();
  await page.unroute("**/api/v1/**");
  await page.getByRole("button", { name: "Order" }).click();
  await page.getByText("A mail is on its way to patient@example.org.").waitFor();

  await page.getByRole("link", { name: "Order another one" }).click();
  await page.getByLabel("Company").waitFor();
  await page.route("**/api/v1/**", (route) => route.fulfill({ status: 502, body: "Bad gateway" }));
  await page.goto("/");
  await page.getByText("The portal doesn't answer.").waitFor();
  await page.unroute("**/api/v1/**");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByLabel("Company").waitFor();
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});

for (const language of ["en", "fr", "ar"] as const) {
  test(`axe finds nothing serious in ${language}, light and dark`, async () => {
    const visitor = await site.visitor(language, "light");
    const page = await visitor.context.newPage();
    for (const path of ["/", `/confirm#${"A".repeat(43)}`, "/instances", "/login", "/password", "/nothing"]) {
      await page.goto(path);
      await page.locator("h1").waitFor();
      await page.getByRole("status").filter({ hasText: /…$/ }).waitFor({ state: "detached" });
      if (path === "/") {
        // With all that can be wrong.
        await page.locator("[name=address]").fill("www");
        await page.locator("button[type=submit]").click();
        await page.locator("[name=company][aria-invalid=true]").waitFor();
      }
      for (const theme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme: theme });
        await page.locator(`html[lang=${language}][data-mantine-color-scheme=${theme}]`).waitFor();
        await assertAccessible(page, `${path}, ${theme}`);
      }
    }
    assert.deepEqual(visitor.faults, []);
    await visitor.context.close();
  });
}

test("Arabic is written from right to left, fits a narrow phone, and another language is chosen without a reload", async () => {
  const visitor = await site.visitor("ar", "light");
  const page = await visitor.context.newPage();
  await page.setViewportSize({ width: 360, height: 800 });
  // The first thing that is drawn has its direction.
  await page.addInitScript(`new MutationObserver((_, watched) => {
    if (document.querySelector("#root > *")) {
      watched.disconnect();
      window.firstDirection = document.documentElement.dir;
    }
  }).observe(document, { childList: true, subtree: true })`);
  await page.goto("/");
  const address = page.getByLabel("العنوان");
  await address.fill("www");
  await page.getByText("هذا العنوان محجوز.").waitFor();
  assert.deepEqual(
    await page.evaluate(
      "[firstDirection, document.documentElement.lang, getComputedStyle(document.querySelector('h1')).direction]",
    ),
    ["rtl", "ar", "rtl"],
  );
  // What is Latin isn't turned around.
  assert.equal(await page.evaluate("getComputedStyle(document.querySelector('[name=address]')).direction"), "ltr");
  assert.ok(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"));
  await page.getByText("المبيعات").waitFor();
  await page.getByText("29.00").first().waitFor();

  await page.evaluate("window.isSame = true");
  await page.getByRole("button", { name: "Français" }).click();
  await page.getByRole("heading", { name: "Commandez votre Odoo" }).waitFor();
  assert.deepEqual(
    await page.evaluate(
      "[isSame, document.documentElement.lang, getComputedStyle(document.querySelector('h1')).direction]",
    ),
    [true, "fr", "ltr"],
  );
  assert.equal(await page.getByLabel("Adresse", { exact: false }).first().inputValue(), "www");
  // Kept for the next visit.
  await page.reload();
  await page.getByRole("heading", { name: "Commandez votre Odoo" }).waitFor();
  // Texts that can't be loaded are said to be missing, in the language that is there.
  await page.route("**/assets/en-*.js", (route) => route.abort());
  await page.getByRole("button", { name: "English" }).click();
  await page.getByText("Le portail ne répond pas.").waitFor();
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});
