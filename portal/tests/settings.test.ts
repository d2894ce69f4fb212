import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { portalSettings, resolveFleet } from "odoo-fleet/fleet";
import type { Database } from "../src/database/connect.ts";
import { judgeAddress } from "../src/orders/addresses.ts";
import { parseSettings } from "../src/settings.ts";

const portal = {
  slots: { local: { from: 500, to: 549 } },
  plans: { starter: { price: 2900, currency: "EUR", trialDays: 14 }, basic: { price: 0, currency: "MAD" } },
  mail: { smtp: "[::1]:2525", from: "portal@example.com", username: "portal", password: "secret" },
  termsUrl: "https://example.com/terms",
};
const edge = { domain: "localhost", certificates: "internal", httpsPort: 18443 };

test("what the fleet makes of its declaration is right for the portal, and each key of it counts", () => {
  const made = portalSettings(resolveFleet({ hosts: { local: {} }, edge, portal }, "dev").portal!);
  assert.deepEqual(parseSettings(made), made);
});

test("an address that the fleet's declaration gives to somebody isn't free, from the moment that it is declared", async () => {
  const folder = await mkdtemp(join(tmpdir(), "odoo-fleet-portal-"));
  const file = join(folder, "taken.json");
  process.env["PORTAL_TAKEN_ADDRESSES"] = file;
  const untouched = {} as Database;
  try {
    await writeFile(file, '["acme"]');
    assert.equal(await judgeAddress(untouched, "acme"), "taken");
    await writeFile(file, '["acme","globex"]');
    assert.equal(await judgeAddress(untouched, "globex"), "taken");
  } finally {
    delete process.env["PORTAL_TAKEN_ADDRESSES"];
    await rm(folder, { recursive: true });
  }
});
