import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { portalSettings, resolveFleet, setPictures } from "odoo-fleet/fleet";
import type { Database } from "../src/database/connect.ts";
import { judgeAddress } from "../src/orders/addresses.ts";
import { testSettings } from "./support/settings.ts";
import { oidcSecrets, parseSettings, stripeKey, stripeWebhookSecret } from "../src/settings.ts";

const portal = {
  slots: { local: { from: 500, to: 549 } },
  plans: { starter: { price: 2900, currency: "EUR", trialDays: 14 }, basic: { price: 0, currency: "MAD" } },
  mail: { smtp: "[::1]:2525", from: "portal@example.com", username: "portal", password: "secret" },
  termsUrl: "https://example.com/terms",
  sets: Object.fromEntries(
    setPictures.map((picture) => [
      `a-${picture}`,
      {
        modules: ["crm"],
        title: { en: "Sales", fr: "Ventes", ar: "المبيعات" },
        summary: { en: "Quotations" },
        picture,
      },
    ]),
  ),
  invoices: {
    since: "2026-12",
    seller: { name: "Example SARL", address: ["1 rue de la Paix"], country: "FR", vatId: "FR40303265045", note: "RCS" },
    vatPercent: 5.5,
    stripe: { secretKey: "rk_test_a", webhookSecret: "whsec_a" },
  },
  oidc: {
    example: { title: "Example ID", issuer: "https://id.example.com", clientId: "portal", clientSecret: "hush" },
  },
};
const edge = { domain: "localhost", certificates: "internal", httpsPort: 18443 };

test("what the fleet makes of its declaration is right for the portal, and each key of it counts", () => {
  const made = portalSettings(resolveFleet({ hosts: { local: {} }, edge, portal }, "dev").portal!);
  assert.deepEqual(parseSettings(made), made);
});

test("secrets of what is declared alone are asked for, each in a file; one that is missing is named", async () => {
  const settings = parseSettings(portalSettings(resolveFleet({ hosts: { local: {} }, edge, portal }, "dev").portal!));
  const plain = testSettings();
  assert.deepEqual(
    [stripeKey({}, plain), stripeWebhookSecret({}, plain), oidcSecrets({}, plain)],
    [undefined, undefined, {}],
  );
  assert.throws(() => stripeKey({}, settings), /PORTAL_STRIPE_KEY_FILE is not set/);
  assert.throws(() => stripeWebhookSecret({}, settings), /PORTAL_STRIPE_WEBHOOK_SECRET_FILE is not set/);
  assert.throws(() => oidcSecrets({}, settings), /PORTAL_OIDC_SECRETS_FILE is not set/);
  const folder = await mkdtemp(join(tmpdir(), "odoo-fleet-portal-"));
  const file = join(folder, "secrets");
  try {
    await writeFile(file, "sk_test_a\n");
    assert.equal(stripeKey({ PORTAL_STRIPE_KEY_FILE: file }, settings), "sk_test_a");
    await writeFile(file, '{"example":"hush"}');
    assert.deepEqual(oidcSecrets({ PORTAL_OIDC_SECRETS_FILE: file }, settings), { example: "hush" });
    await writeFile(file, '{"other":"hush"}');
    assert.throws(() => oidcSecrets({ PORTAL_OIDC_SECRETS_FILE: file }, settings), /lacks the secrets of example/);
  } finally {
    await rm(folder, { recursive: true });
  }
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
