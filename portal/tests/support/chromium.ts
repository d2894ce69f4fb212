import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

/** Languages of the pages. */
export type Language = "en" | "fr" | "ar";

/** Most milliseconds until something is on a page: machines that test are busy. */
const patience = 60_000;

/** Debian's Chromium, which the setup installs where no browser is. */
export async function startChromium(): Promise<Browser> {
  const script = fileURLToPath(new URL("../../../setup/chromium.sh", import.meta.url));
  return chromium.launch({
    executablePath: execFileSync(script, { encoding: "utf8" }).trim(),
    // Its own sandbox needs rights that root in a container hasn't; it shows pages of ours alone.
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
  });
}

/** A visitor with a browser of his own, and what his pages did that they must not. */
export class Visitor {
  /** What was refused by the content security policy, thrown, or asked of somebody else. */
  readonly faults: string[] = [];
  readonly context: BrowserContext;
  private readonly origin: string;

  private constructor(context: BrowserContext, origin: string) {
    this.context = context;
    this.origin = origin;
    context.setDefaultTimeout(patience);
    context.on("page", (page) => this.watch(page));
  }

  static async come(
    browser: Browser,
    origin: string,
    language: Language,
    theme: "light" | "dark",
    zone?: string,
  ): Promise<Visitor> {
    const context = await browser.newContext({
      locale: language,
      colorScheme: theme,
      reducedMotion: "reduce",
      ...(zone && { timezoneId: zone }),
      // A phone's.
      viewport: { width: 390, height: 844 },
      baseURL: origin,
    });
    return new Visitor(context, origin);
  }

  private watch(page: Page): void {
    againWhereTheNetworkChanged(page);
    page.on("pageerror", (error) => this.faults.push(error.message));
    page.on("console", (message) => {
      if (/content security policy/i.test(message.text())) {
        this.faults.push(message.text());
      }
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(this.origin)) {
        this.faults.push(`asked for ${request.url()}`);
      }
    });
  }
}

/** Chromium gives up what it loads when a network of this machine comes or goes, as the engine's do in tests beside this one: it is asked again, as a person does. */
function againWhereTheNetworkChanged(page: Page): void {
  const again =
    <Args extends unknown[], Answer>(load: (...args: Args) => Promise<Answer>) =>
    async (...args: Args): Promise<Answer> => {
      for (let tries = 1; ; tries += 1) {
        try {
          return await load(...args);
        } catch (error) {
          if (tries === 5 || !(error as Error).message.includes("net::ERR_NETWORK_CHANGED")) {
            throw error;
          }
        }
      }
    };
  page.goto = again(page.goto.bind(page));
  page.reload = again(page.reload.bind(page));
}

/** Asserts that axe finds nothing serious or critical on a page. */
export async function assertAccessible(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  const found = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("; ")}`,
    );
  assert.deepEqual(found, [], what);
}

/** Asserts that in each language and theme. The page is English and light before it, and after it. */
export async function assertAccessibleInAll(page: Page, what: string): Promise<void> {
  for (const [language, next] of [
    ["en", "Français"],
    ["fr", "العربية"],
    ["ar", "English"],
  ] as const) {
    for (const theme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await page.locator(`html[lang=${language}][data-mantine-color-scheme=${theme}]`).waitFor();
      await assertAccessible(page, `${what}, ${language}, ${theme}`);
    }
    await page.getByRole("button", { name: next }).click();
  }
  await page.emulateMedia({ colorScheme: "light" });
}

/** Presses Tab until what has the focus says so of itself. @param name begins its text or its label. */
export async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate<string>(
      "document.activeElement?.labels?.[0]?.textContent ?? document.activeElement?.textContent ?? ''",
    );
    if (focused.startsWith(name)) {
      return;
    }
  }
  assert.fail(`${name} doesn't get the focus`);
}
