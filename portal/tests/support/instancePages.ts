import type { Page } from "playwright-core";
import { type VisitedPortal, visitedPortal } from "./visitedPortal.ts";

/** A portal for the tests of an instance's page. */
export const instancePortal = (): VisitedPortal =>
  visitedPortal("127.0.0.1", () =>
    Promise.resolve({
      // As it is by default: a page that asks more than it may is told so.
      requestsPerMinute: 120,
      plans: {
        basic: { price: 2900, asleepPrice: 900, currency: "EUR", trialDays: 14 },
        pro: { price: 7900, currency: "EUR" },
      },
    }),
  );

/** Waits until a page's status says something. */
export const says = (page: Page, text: string): Promise<void> =>
  page.getByRole("status").filter({ hasText: text }).first().waitFor();

/** Opens the page of an instance, with all of its parts there: one that comes later would move what is clicked. */
export const open = (page: Page, tenant: string): Promise<unknown> =>
  page.goto(`/instances/${tenant}`, { waitUntil: "networkidle" });
