/** What is on a page stays where it is while the rest comes, and an order fits a phone's screen. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { orderedBy } from "../support/customers.ts";
import { testSets } from "../support/sets.ts";
import { visitedPortal } from "../support/visitedPortal.ts";

const site = visitedPortal("127.0.0.1", () => Promise.resolve({ sets: testSets }));

/** What counts as good (https://web.dev/articles/cls) is 0.1. */
const most = 0.05;

/** Sums how far a page's parts moved by themselves, from its first picture on: the metric CLS without its windows of time, so never less than it. */
const watchShifts = `
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (!entry.hadRecentInput) {
        window.shifts.push([entry.value, ...entry.sources.map(({ node, previousRect: from, currentRect: to }) =>
          (node?.textContent ?? "").slice(0, 60) + " " + from.y + ">" + to.y)]);
      }
    }
  }).observe({ type: "layout-shift", buffered: true });
`;

/** Opens a page, and asserts that nothing on it moved once all was there. */
async function assertStill(page: Page, path: string, last: string): Promise<void> {
  // As over a network, each answer after another.
  await page.route("**/api/**", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 150));
    await route.continue();
  });
  await page.goto(path, { waitUntil: "networkidle" });
  await page.getByText(last).first().waitFor();
  await page.waitForTimeout(500);
  const shifts = await page.evaluate<[number, ...string[]][]>("window.shifts");
  const sum = shifts.reduce((all, [value]) => all + value, 0);
  assert.ok(sum < most, `${path}: ${sum}, by ${JSON.stringify(shifts, undefined, 1)}`);
  // What is on its way is waited for: a route that is taken away under it fails the whole file.
  await page.unrouteAll({ behavior: "wait" });
}

test("nothing moves while a page comes: the order page, of a guest and of a customer, progress, instances and one of them", async () => {
  const visitor = await site.visitor("en", "light");
  await visitor.context.addInitScript(watchShifts);
  const page = await visitor.context.newPage();
  await assertStill(page, "/", "How long it takes isn't known yet");
  const tenant = await orderedBy(visitor, site.portal, "still");
  const { orders } = (await (await visitor.context.request.get("/api/v1/orders")).json()) as {
    orders: { id: string }[];
  };
  // Once as the browser that was a guest's, then as it goes on.
  for (let visit = 0; visit < 2; visit += 1) {
    await assertStill(page, "/", "I accept the terms");
    await assertStill(page, `/orders/${orders[0]!.id}`, "It is ready.");
    await assertStill(page, "/instances", "still");
    await assertStill(page, `/instances/${tenant}`, "Running: at any time");
  }
  // All of its parts at once, those that are below a phone's screen, too.
  await page.setViewportSize({ width: 390, height: 4000 });
  await assertStill(page, `/instances/${tenant}`, "Who did what");
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});

for (const language of ["en", "fr", "ar"] as const) {
  test(`plan, price, address and the button to order are on one screen of a phone, in ${language}`, async () => {
    const visitor = await site.visitor(language, "light");
    const page = await visitor.context.newPage();
    await page.goto("/", { waitUntil: "networkidle" });
    const bottom = await page.evaluate<number>(
      "document.querySelector('button[type=submit]').getBoundingClientRect().bottom",
    );
    const tops = await page.evaluate<number[]>(
      "[...document.querySelectorAll('[type=radio], [type=checkbox], [name=address]')].map((one) => one.getBoundingClientRect().top)",
    );
    assert.deepEqual(await page.evaluate("[scrollX, scrollY, innerWidth, innerHeight]"), [0, 0, 390, 844]);
    assert.ok(Math.min(...tops) > 0 && bottom <= 844, `the button ends at ${bottom}`);
    assert.ok(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"));
    await visitor.context.close();
  });
}
