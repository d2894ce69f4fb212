import { parseFleet, resolveFleet } from "../../../fleet";
import { isWindowOpen, nextWindow } from "../../../fleet/updates";

const raw = (updates: unknown): Record<string, unknown> => ({
  hosts: { local: {} },
  tenants: { acme: {}, globex: { slot: 7 } },
  updates,
});
const declared = (updates: unknown): ReturnType<typeof resolveFleet>["updates"] =>
  resolveFleet(raw(updates), "dev").updates;

test("updates are automatic only where that is said", () => {
  expect([undefined, {}, { automatic: false, window: ["Sun 02:00-05:00 UTC"] }].map(declared)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(declared({ automatic: true, canary: "globex" })).toEqual({ window: [], canary: "globex" });
});

test("a window is open in its hours, by the clock of its zone, and without one at any time", () => {
  const updates = declared({ automatic: true, window: ["Sat 22:00-02:00 Europe/Paris", "Wed 03:00-04:00 UTC"] })!;
  const isOpen = (at: string): boolean => isWindowOpen(updates, new Date(at));
  expect(isOpen("2026-11-28T20:59Z")).toBe(false);
  expect(isOpen("2026-11-28T21:00Z")).toBe(true);
  expect(isOpen("2026-11-29T00:59Z")).toBe(true);
  expect(isOpen("2026-11-29T01:00Z")).toBe(false);
  expect(isOpen("2026-12-02T03:30Z")).toBe(true);
  expect(isWindowOpen(declared({ automatic: true })!, new Date("2026-11-29T01:00Z"))).toBe(true);
});

test("a closed window says when it opens, by the clock of its zone", () => {
  const updates = declared({ automatic: true, window: ["Sun 02:00-05:00 Europe/Paris"] })!;
  expect(nextWindow(updates, new Date("2026-11-28T12:00Z"))).toBe("Sun 2026-11-29 02:00 Europe/Paris");
  expect(nextWindow(updates, new Date("2026-11-29T02:00Z"))).toBeUndefined();
});

test("a window that nobody can keep and a canary that isn't there are refused, each with its path and a way out", () => {
  const result = parseFleet(
    raw({ automatic: true, window: ["Sun 02:00-02:00 UTC", "Sun 02:00-05:00 Europe/Pariss"], canary: "globx", at: 1 }),
    "dev",
  );
  const problems = result.ok ? [] : result.problems.map(({ path, wayOut }) => `${path}: ${wayOut}`);
  expect(problems.sort()).toEqual([
    expect.stringMatching(/^odoo-fleet:updates\.at: /),
    expect.stringMatching(/^odoo-fleet:updates\.canary: .*globex/),
    expect.stringMatching(/^odoo-fleet:updates\.window\[0\]: .*00:00-24:00/),
    expect.stringMatching(/^odoo-fleet:updates\.window\[1\]: .*Europe\/Paris/),
  ]);
});
