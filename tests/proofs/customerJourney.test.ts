/** All that a customer does with an instance, in a real browser, by keyboard alone, through the edge, in each language that mails are in too. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { engine, execIn } from "../support/engine";
import { KeyboardVisitor, openAddress, startBrowser } from "../support/keyboardVisitor";
import { eventually } from "../support/odooClient";
import { PortalFleet } from "../support/portalFleet";
import { orderInstance, PortalTexts } from "../support/portalPages";

const port = 18810;
const plan = (memory: number) => ({ memory, cpus: 1 });
const fleet = new PortalFleet("journey", {
  ...{ index: 248, slot: 950, port },
  fleetPlans: { small: plan(1536), large: plan(2560) },
  plans: { small: { price: 2900, currency: "EUR" }, large: { price: 4900, currency: "EUR" } },
});
const portal = `https://portal.localhost:${port}`;
/** Addresses of Odoo's pages for whoever is signed in. */
const inOdoo = /\/(odoo(?!-fleet)|web(?!\/login))/;
/** Of a customer: it has to be 15 characters or more. */
const password = "a long enough one";
/** What there was before the restores: kept for seven days, in which they can be undone. */
const kept: string[] = [];
let browser: Browser;

beforeAll(async () => {
  await fleet.start();
  const intermediate = "/data/pki/authorities/local/intermediate.crt";
  browser = await startBrowser((await execIn(`${fleet.stack.environment}-edge`, ["cat", intermediate])).output);
  await fleet.writeWorkerFiles();
  await fleet.workerTool("start", fleet.worker);
});

afterAll(async () => {
  await browser?.close();
  await fleet.stop(kept);
});

test.each([
  ["en", "journey"],
  ["fr", "voyage"],
])(
  "%s: order, progress, password, Odoo, stop, wake by visiting, another plan, restore, export, deletion, undone",
  async (language, address) => {
    const texts = new PortalTexts(language);
    const t = texts.of.bind(texts);
    const begin = texts.beginOf.bind(texts);
    const visitor = await KeyboardVisitor.come(browser, language);
    const { page } = visitor;
    const odoo = `https://${address}.localhost:${port}`;
    const mails = fleet.mail.mails.length;

    // Order.
    const link = (page: string): Promise<string> => fleet.mailedLink(page, mails);
    await orderInstance(visitor, texts, { portal, address, email: `${address}@example.org`, link });
    await visitor.open(page.url());
    await visitor.reads(t("phases.ready"));

    // The password of his Odoo, and Odoo itself.
    await visitor.use(t("passwords.set"));
    await page.waitForURL(/\/odoo-fleet\/password/);
    await page.locator("#password").waitFor();
    await visitor.tabTo(language === "fr" ? "Nouveau mot de passe" : "New password");
    await visitor.type(password);
    await visitor.press("Enter");
    await page.waitForURL(/\/web\/login/);
    await signIn(visitor);
    await write(visitor, "Before");
    expect(await names(visitor)).toEqual(["Before"]);

    // Its page: visits are to start it once it is stopped.
    await visitor.open(`${portal}/instances`);
    await visitor.use(address);
    await page.waitForURL(/\/instances\/[a-z0-9]{12}$/);
    const instance = page.url();
    const id = instance.split("/").at(-1)!;
    await visitor.use(t("wake.set"));
    await visitor.reads(begin("wake.is_other"));
    await visitor.confirm(t("instance.stop"), address);
    await visitor.hears(t("instances.states.suspended"), 90);
    const running = async (service: string): Promise<boolean> =>
      (await engine.getContainer(`${fleet.stack.environment}-${id}-${service}`).inspect()).State.Running;
    await eventually(
      () => running("odoo"),
      (is) => !is,
      60,
    );

    // He visits it, and is still signed in there: a session outlives the sleep.
    await visitor.arrives(odoo, inOdoo, 90);
    expect(await running("odoo")).toBe(true);
    expect(await names(visitor)).toEqual(["Before"]);
    await visitor.open(instance);
    await visitor.reads(begin("wake.since_other"), 60);
    await visitor.use(t("instance.start"));
    await visitor.hears(t("instances.states.running"), 90);

    // Another plan.
    await visitor.open(instance);
    await visitor.confirm(t("plan.change", { plan: "large" }), address);
    await visitor.reads(t("plan.is", { plan: "large", price: "" }).split(",")[0]!, 120);
    const { HostConfig } = await engine.getContainer(`${fleet.stack.environment}-${id}-odoo`).inspect();
    expect(HostConfig.Memory).toBeGreaterThan(1024 * 2 ** 20);

    // What was there before "After".
    await visitor.reads(begin("backups.from"), 240);
    // Of a whole second, which is over.
    const between = new Date(Math.ceil(Date.now() / 1000) * 1000);
    await page.waitForTimeout(between.getTime() - Date.now() + 1000);
    await visitor.arrives(odoo, inOdoo, 60);
    await write(visitor, "After");
    expect(await names(visitor)).toEqual(["After", "Before"]);
    await visitor.open(instance);
    await visitor.tabTo(t("backups.moment"));
    await visitor.typeMoment(between);
    await visitor.confirm(t("backups.restore"), address);
    await visitor.reads(begin("backups.states.done"), 240);
    kept.push(...["database", "filestore"].map((data) => `${fleet.stack.environment}-${id}-${data}`));
    // Everybody signs in again: he does from his page, without his password.
    await visitor.use(t("passwords.logIn"));
    await page.waitForURL(inOdoo);
    expect(await names(visitor)).toEqual(["Before"]);

    // An export.
    await visitor.open(instance);
    await visitor.use(t("exports.make"));
    await visitor.reads(begin("exports.download"), 240);
    const downloading = page.waitForEvent("download");
    await visitor.use(begin("exports.download"));
    const zip = readFileSync(await (await downloading).path());
    await visitor.reads(createHash("sha256").update(zip).digest("hex"));

    // Its deletion, which no visit undoes, and he does.
    await visitor.open(instance);
    await visitor.confirm(t("deletion.delete"), address);
    await visitor.reads(begin("deletion.until"), 90);
    await eventually(
      () => running("odoo"),
      (is) => !is,
      90,
    );
    const gone = await page.context().newPage();
    expect(await openAddress(gone, odoo, "load")).toBe(503);
    await gone.waitForTimeout(5000);
    expect(await running("odoo")).toBe(false);
    await gone.close();
    await visitor.use(t("deletion.undo"));
    await visitor.hears(t("instances.states.running"), 120);
    await visitor.arrives(odoo, inOdoo, 60);
    expect(await names(visitor)).toEqual(["Before"]);
    await page.context().close();
  },
  1_500_000,
);

/** Signs in to Odoo, whose form has the focus. */
async function signIn(visitor: KeyboardVisitor): Promise<void> {
  await visitor.page.locator("#login").waitFor();
  await visitor.page.locator("#login:focus, #password:focus").first().waitFor();
  if ((await visitor.page.evaluate<string>("document.activeElement.id")) === "login") {
    await visitor.press("ControlOrMeta+A");
    await visitor.type("admin");
    await visitor.press("Tab");
  }
  await visitor.type(password);
  await visitor.press("Enter");
  await visitor.page.waitForURL(inOdoo);
}

/** Notes a partner in Odoo as the browser's user. */
async function write(visitor: KeyboardVisitor, name: string): Promise<void> {
  const create = (): Promise<unknown> => call(visitor.page, "create", [[{ name: `Journey ${name}` }]]);
  await create().catch(async () => {
    // What the browser gave up may have been done all the same.
    await visitor.page.waitForTimeout(3000);
    await ((await names(visitor)).includes(name) || create());
  });
}

/** What was noted so. */
async function names({ page }: KeyboardVisitor): Promise<string[]> {
  const read = (): Promise<{ name: string }[]> => call(page, "search_read", [[["name", "like", "Journey "]], ["name"]]);
  // As a network of this machine comes or goes, a browser gives up what it asks for.
  const found = await read().catch(read);
  return found.map(({ name }) => name.replace("Journey ", "")).sort();
}

async function call<Answer>(page: KeyboardVisitor["page"], method: string, args: unknown[]): Promise<Answer> {
  const params = { model: "res.partner", method, args, kwargs: {} };
  const text = await page.evaluate<string>(
    `fetch("/web/dataset/call_kw", { method: "POST", headers: { "Content-Type": "application/json" }, body: ${JSON.stringify(
      JSON.stringify({ jsonrpc: "2.0", params }),
    )} }).then((answer) => answer.text())`,
  );
  const { result, error } = JSON.parse(text) as { result?: Answer; error?: unknown };
  if (error !== undefined) {
    throw new Error(JSON.stringify(error));
  }
  return result!;
}
