/**
 * `takePictures.ts FOLDER`: takes the pictures of the portal's pages that the documentation shows, of a portal that runs and a worker that makes nothing. Run it by
 * `make pictures`, which has PostgreSQL there.
 */
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { noteAlerts } from "../../src/alerts/alerts.ts";
import { noteCertificates } from "../../src/certificates/certificates.ts";
import { noteBackups } from "../../src/restores/backups.ts";
import { type Language, startChromium, Visitor } from "../support/chromium.ts";
import { orderedBy } from "../support/customers.ts";
import { proveOperator } from "../support/operators.ts";
import { RunningPortal } from "../support/runningPortal.ts";
import { manyPlans, manySets } from "../support/sets.ts";

const [hour, day] = [3_600_000, 86_400_000];
const zone = "Europe/Paris";
/** As wide as a phone, and as a window that shows a page as a whole. */
const [phone, window] = [390, 760] as const;

/** One who takes pictures of a portal. */
class Photographer {
  private readonly browser: Browser;
  private readonly portal: RunningPortal;
  private readonly folder: string;

  constructor(browser: Browser, portal: RunningPortal, folder: string) {
    this.browser = browser;
    this.portal = portal;
    this.folder = folder;
  }

  visitor(language: Language, theme: "light" | "dark"): Promise<Visitor> {
    return Visitor.come(this.browser, this.portal.origin, language, theme, zone);
  }

  /** @param height of what is shown; default: all of the page. */
  async take(page: Page, file: string, width: number, height?: number): Promise<void> {
    await page.setViewportSize({ width, height: height ?? 900 });
    // Nothing is between two states.
    await page.waitForLoadState("networkidle");
    const path = join(this.folder, file);
    await page.screenshot({ path, fullPage: height === undefined, animations: "disabled", caret: "hide" });
    console.log(`wrote ${path}`);
  }
}

/** The order page, with what somebody chose. */
async function takeOrder(photographer: Photographer): Promise<void> {
  const english = await (await photographer.visitor("en", "light")).context.newPage();
  await english.goto("/");
  await english.getByLabel("Sales").check();
  await english.getByLabel("Address", { exact: false }).first().fill("acme");
  await english.getByText("It is free.").waitFor();
  await photographer.take(english, "portal-order.png", window);
  const arabic = await (await photographer.visitor("ar", "dark")).context.newPage();
  await arabic.goto("/");
  await arabic.getByText("المبيعات").first().waitFor();
  await photographer.take(arabic, "portal-order-ar.png", phone, 1000);
}

/** An instance that has run for some days, as its customer sees it. */
async function takeInstance(photographer: Photographer, portal: RunningPortal): Promise<string> {
  const customer = await photographer.visitor("fr", "light");
  const id = await orderedBy(customer, portal, "acme");
  const now = Date.now();
  const backups = { from: new Date(now - 7 * day), database: new Date(now - hour), files: new Date(now - hour) };
  await noteBackups(portal.database, id, { ...backups, proven: new Date(now - day), isUnproven: false }, new Date(now));
  const page = await customer.context.newPage();
  await page.goto(`/instances/${id}`);
  await page.getByRole("heading", { name: "acme", level: 1 }).waitFor();
  await page.getByText("Il a été prouvé", { exact: false }).first().waitFor();
  await photographer.take(page, "portal-instance-fr.png", window, 1400);
  return id;
}

/** What an operator sees first. */
async function takeOperator(photographer: Photographer, portal: RunningPortal, tenant: string): Promise<void> {
  const now = new Date();
  const alert = {
    name: "BackupOverdue",
    severity: "warning",
    summary: "No backup for 2 days",
    startedAt: now,
  } as const;
  await noteAlerts(portal.database, { host: "local" }, [{ ...alert, host: "local", tenant }], now);
  const served = { host: "local", tenant, authority: "acme", endsAt: new Date(now.getTime() + 40 * day) } as const;
  await noteCertificates(portal.database, "local", [{ ...served, name: "acme.example.com" }], now);
  const operator = await photographer.visitor("en", "light");
  await proveOperator(operator, portal, "operator@example.org");
  const page = await operator.context.newPage();
  await page.goto("/operator");
  await page.getByText("No backup for 2 days").waitFor();
  await photographer.take(page, "portal-operator.png", window, 1400);
}

async function main(folder: string): Promise<void> {
  const portal = await RunningPortal.start("127.0.0.1", { plans: manyPlans, sets: manySets });
  const browser = await startChromium();
  try {
    const photographer = new Photographer(browser, portal, folder);
    await takeOrder(photographer);
    const tenant = await takeInstance(photographer, portal);
    await takeOperator(photographer, portal, tenant);
  } finally {
    await browser.close();
    await portal.stop();
  }
}

await main(process.argv[2]!);
// What a worker that makes nothing waits for.
process.exit();
