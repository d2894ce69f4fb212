/** An order page with all that a fleet may offer, on one screen of a phone. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessibleInAll, tabTo } from "../support/chromium.ts";
import { manyPlans, manySets } from "../support/sets.ts";
import { visitedPortal } from "../support/visitedPortal.ts";

const site = visitedPortal("127.0.0.1", () => Promise.resolve({ plans: manyPlans, sets: manySets }));

for (const language of ["en", "fr", "ar"] as const) {
  test(`five plans, six sets, the address and the button to order are on one screen of a phone, in ${language}`, async () => {
    const visitor = await site.visitor(language, "light");
    const page = await visitor.context.newPage();
    await page.goto("/", { waitUntil: "networkidle" });
    const bottom = await page.evaluate<number>(
      "document.querySelector('button[type=submit]').getBoundingClientRect().bottom",
    );
    assert.deepEqual(await page.evaluate("[scrollX, scrollY, innerWidth, innerHeight]"), [0, 0, 390, 844]);
    assert.ok(bottom <= 844, `the button ends at ${bottom}`);
    assert.ok(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"));
    // What isn't in sight is counted.
    assert.equal(await page.getByRole("radiogroup", { name: "(5)" }).getByRole("radio").count(), 5);
    assert.equal(await page.getByRole("group", { name: "(6)" }).getByRole("checkbox").count(), 6);
    assert.deepEqual(visitor.faults, []);
    await visitor.context.close();
  });
}

test("by keyboard alone the last plan and the last set are chosen, and come into sight", async () => {
  const visitor = await site.visitor("en", "light");
  const page = await visitor.context.newPage();
  await page.goto("/", { waitUntil: "networkidle" });
  const isInSight = (name: string) =>
    page.evaluate<boolean>(
      `(() => { const { left, right } = [...document.querySelectorAll(".choice")].find((one) => one.textContent.includes(${JSON.stringify(name)})).querySelector("input").getBoundingClientRect(); return left >= 0 && right <= innerWidth; })()`,
    );
  assert.equal(await isInSight("enterprise"), false);
  // There is more at the end, which fades as long as that is so.
  const fading = () =>
    page.evaluate<string>("getComputedStyle(document.querySelector('.choices')).getPropertyValue('--more')");
  assert.equal(await fading(), "40px");
  await tabTo(page, "starter");
  for (let presses = 1; presses < Object.keys(manyPlans).length; presses += 1) {
    await page.keyboard.press("ArrowDown");
  }
  assert.ok(await page.getByLabel("enterprise").isChecked());
  assert.ok(await isInSight("enterprise"));
  assert.equal(await fading(), "0px");
  await page.getByText("For 60 users at work at the same time").waitFor();
  await tabTo(page, "Website and shop");
  await page.keyboard.press("Space");
  assert.ok(await isInSight("Website and shop"));
  await page.getByText("Modules of Odoo: website, website_sale").waitFor();
  await assertAccessibleInAll(page, "an offer of many");
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});
