/**
 * `pictures.ts [FOLDER]`: takes the pictures of docs/monitoring.md again: mails as Alertmanager's own template engine renders
 * them, shown by Chromium. Needs an engine with Alertmanager's image.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { resolveFleet } from "../fleet";
import { defaultImages, type ImageOverrides, mergeImages } from "../fleet/images";
import type { MailLanguage } from "../fleet/monitoringTypes";
import { isWatched, type WatchedFleet } from "../fleet/watched";
import { chromiumArguments } from "./pictures/chromium";
import { mailHtml, type Told } from "./pictures/mails";

const environment = "prod";

/** The fleet that the mails are about. */
function fleetOf(language: MailLanguage): WatchedFleet {
  const fleet = resolveFleet(
    {
      hosts: { eu1: {} },
      tenants: { acme: { slot: 1, plan: "basic" } },
      monitoring: { language, runbooks: "https://git.example.com/ops/odoo-fleet/docs/runbooks" },
    },
    environment,
  );
  if (!isWatched(fleet)) {
    throw new Error("the fleet of the pictures isn't watched");
  }
  return fleet;
}

const mails: readonly { file: string; language: MailLanguage; isResolved: boolean; told: Told }[] = [
  {
    file: "mail-critical-en.png",
    language: "en",
    isResolved: false,
    told: {
      name: "PostgresDown",
      severity: "critical",
      labels: { host: "eu1", tenant: "acme", service: "postgres" },
      value: "0",
    },
  },
  {
    file: "mail-resolved-fr.png",
    language: "fr",
    isResolved: true,
    told: {
      name: "PostgresConnectionsHigh",
      severity: "warning",
      labels: { host: "eu1", tenant: "acme", service: "postgres" },
      value: "86.3 %",
    },
  },
];

async function main(folder: string): Promise<void> {
  const standIns = join("build", "offline-images.json");
  const overrides = existsSync(standIns) ? (JSON.parse(readFileSync(standIns, "utf8")) as ImageOverrides) : undefined;
  const images = mergeImages(defaultImages, overrides).monitoring;
  mkdirSync(folder, { recursive: true });
  const executablePath = execFileSync("setup/chromium.sh", { encoding: "utf8" }).trim();
  const browser = await chromium.launch({ executablePath, args: chromiumArguments });
  try {
    for (const { file, language, isResolved, told } of mails) {
      const { monitoring } = fleetOf(language);
      const picture = { told, isResolved, monitoring, watcher: monitoring.hosts["eu1"]! };
      const html = await mailHtml(images.alertmanager, picture, environment);
      const page = await browser.newPage({ viewport: { width: 700, height: 200 } });
      await page.setContent(html);
      await page.screenshot({ path: join(folder, file), fullPage: true });
      await page.close();
      console.log(`wrote ${join(folder, file)}`);
    }
  } finally {
    await browser.close();
  }
}

main(process.argv[2] ?? join("docs", "pictures")).catch((error: Error) => {
  console.error(`odoo-fleet: ${error.message}`);
  process.exitCode = 1;
});
