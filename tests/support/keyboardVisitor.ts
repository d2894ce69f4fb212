import { execFileSync } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { type Browser, chromium, type Page } from "playwright-core";
import { projectFolder } from "./cliStack";

/** Most milliseconds until something is on a page that nobody has to work for. */
const patience = 60_000;

/** More than any page has to tab through. */
const mostTabs = 120;

/** Debian's Chromium, which trusts an authority of a test's own, beside the usual ones. @param authority its certificate, PEM. */
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

/** Somebody with a browser who never takes the mouse. */
export class KeyboardVisitor {
  private constructor(readonly page: Page) {}

  static async come(browser: Browser, locale: string): Promise<KeyboardVisitor> {
    const context = await browser.newContext({ locale, timezoneId: "UTC", reducedMotion: "reduce" });
    context.setDefaultTimeout(patience);
    return new KeyboardVisitor(await context.newPage());
  }

  /** Opens an address, with all of its parts there. */
  async open(address: string): Promise<void> {
    await this.page.goto(address, { waitUntil: "networkidle" });
  }

  /** Waits until a text is to be read. */
  async reads(text: string, seconds = patience / 1000): Promise<void> {
    await this.page
      .getByText(text)
      .first()
      .waitFor({ timeout: seconds * 1000 });
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
    await there.and(this.page.locator(":enabled, a[href]")).first().waitFor();
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
