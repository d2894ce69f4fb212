import { execFileSync } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { projectFolder } from "./cliStack";

/** Most milliseconds until something is on a page that nobody has to work for. */
const patience = 60_000;

/** More than any page has to tab through. */
const mostTabs = 120;

/** Debian's Chromium, which trusts an authority of a test's own, beside the usual ones. @param authority a certificate that servers show with theirs, PEM: an intermediate one. */
export function startBrowser(authority: string): Promise<Browser> {
  const script = execFileSync("setup/chromium.sh", {
    cwd: projectFolder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const key = new X509Certificate(authority).publicKey.export({ type: "spki", format: "der" });
  const trusted = createHash("sha256").update(key).digest("base64");
  return chromium.launch({
    executablePath: script.trim(),
    // Its own sandbox needs rights that root in a container hasn't; it shows pages of ours alone.
    args: ["--no-sandbox", "--disable-gpu", `--ignore-certificate-errors-spki-list=${trusted}`],
  });
}

/**
 * Opens an address on a page. Chromium gives up what it loads when a network of its machine comes or goes, as the engine's do: then it is opened again.
 *
 * @returns the status of the answer.
 */
export async function openAddress(page: Page, address: string, until: "networkidle" | "load"): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    try {
      return (await page.goto(address, { waitUntil: until }))!.status();
    } catch (error) {
      if (tries === 10 || !(error as Error).message.includes("net::ERR_NETWORK_CHANGED")) {
        throw error;
      }
      await page.waitForTimeout(500);
    }
  }
}

/** Somebody with a browser who never takes the mouse. */
export class KeyboardVisitor {
  private constructor(readonly page: Page) {}

  static async come(browser: Browser, locale: string): Promise<KeyboardVisitor> {
    const plain = await browser.newPage();
    // Without a screen it calls itself headless, as crawlers do, which wake nobody.
    const userAgent = (await plain.evaluate<string>("navigator.userAgent")).replace("Headless", "");
    await plain.close();
    const context = await browser.newContext({ locale, userAgent, timezoneId: "UTC", reducedMotion: "reduce" });
    context.setDefaultTimeout(patience);
    return new KeyboardVisitor(await context.newPage());
  }

  /** Opens an address, with all of its parts there. */
  async open(address: string, until: "networkidle" | "load" = "networkidle"): Promise<void> {
    await openAddress(this.page, address, until);
  }

  /** Opens an address, and waits until its page leads by itself to where it is to. */
  async arrives(address: string, where: RegExp, seconds: number): Promise<void> {
    await this.open(address, "load");
    for (const deadline = Date.now() + seconds * 1000; !where.test(this.page.url());) {
      if (Date.now() > deadline) {
        throw new Error(`${address} led to ${this.page.url()}: ${await this.page.locator("body").innerText()}`);
      }
      await this.page.waitForTimeout(200);
      // As above, of a page that loads itself anew.
      await (this.page.url().startsWith("chrome-error:") ? this.open(address, "load") : Promise.resolve());
    }
  }

  /** Waits until a text is to be read. */
  async reads(text: string, seconds = patience / 1000): Promise<void> {
    await this.seen(this.page.getByText(text).first(), text, seconds);
  }

  /** Waits until a part of the page that tells of changes says something. */
  async hears(text: string, seconds = patience / 1000): Promise<void> {
    await this.seen(this.page.getByRole("status").filter({ hasText: text }).first(), text, seconds);
  }

  /** @throws saying what is on the page instead. */
  private async seen(what: Locator, name: string, seconds: number): Promise<void> {
    await what.waitFor({ timeout: seconds * 1000 }).catch(async (error: unknown) => {
      const text = await this.page.locator("body").innerText();
      throw new Error(`${name} isn't there, but: ${text}`, { cause: error });
    });
  }

  /** Presses Tab until what has the focus says so of itself, and can be used. @param name begins its text or its label. */
  async tabTo(name: string): Promise<void> {
    for (let presses = 0; presses < mostTabs; presses += 1) {
      await this.press("Tab");
      const focused = await this.page.evaluate<string>(
        "document.activeElement?.labels?.[0]?.textContent ?? document.activeElement?.textContent ?? ''",
      );
      if (focused.trim().startsWith(name)) {
        return;
      }
    }
    throw new Error(`${name} doesn't get the focus; the page says: ${await this.page.locator("body").innerText()}`);
  }

  press(key: string): Promise<void> {
    return this.page.keyboard.press(key);
  }

  type(text: string): Promise<void> {
    return this.page.keyboard.type(text);
  }

  /** Goes to a field and types into it. */
  async fill(label: string, text: string): Promise<void> {
    await this.tabTo(label);
    await this.type(text);
  }

  /** Goes to a button or a link, once it can be used, and presses it. */
  async use(name: string): Promise<void> {
    const there = this.page.getByRole("button", { name }).or(this.page.getByRole("link", { name }));
    await this.seen(there.and(this.page.locator(":enabled, a[href]")).first(), name, patience / 1000);
    await this.tabTo(name);
    await this.press("Enter");
  }

  /** Does a dangerous act, whose field for the name has the focus once it is asked for. */
  async confirm(act: string, name: string): Promise<void> {
    await this.use(act);
    await this.page.locator("form:focus-within input:focus").waitFor();
    await this.type(name);
    await this.press("Enter");
  }

  /** Types a moment in UTC into the field that has the focus, whatever sequence its parts have. */
  async typeMoment(moment: Date): Promise<void> {
    const wanted = moment.toISOString().slice(0, 19);
    const [year, month, day, hours, minutes, seconds] = wanted.split(/[-T:]/) as [
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const half = `${String(Number(hours) % 12 || 12).padStart(2, "0")}`;
    const ways = [
      [month, day, year, half, minutes, seconds, Number(hours) < 12 ? "AM" : "PM"],
      [day, month, year, hours, minutes, seconds],
      [month, day, year, hours, minutes, seconds],
    ];
    for (const parts of ways) {
      for (const part of parts) {
        await this.type(part);
        // A year has room for more digits than four.
        await (part === year ? this.press("ArrowRight") : Promise.resolve());
      }
      const value = await this.page.evaluate<string>("document.activeElement.value");
      if (value === wanted || (seconds === "00" && value === wanted.slice(0, 16))) {
        return;
      }
      for (let part = 0; part < 8; part += 1) {
        await this.press("ArrowLeft");
      }
    }
    throw new Error(`the field doesn't take ${wanted}`);
  }
}
