import { parseSettings, type Settings } from "../../src/settings.ts";

/** Settings of a portal that sells two plans on one host, with what a test changes. */
export function testSettings(changes: Readonly<Record<string, unknown>> = {}): Settings {
  return parseSettings({
    origin: "https://portal.example.com",
    domain: "example.com",
    plans: { basic: { price: 2900, currency: "EUR", trialDays: 14 }, pro: { price: 7900, currency: "EUR" } },
    odooVersions: ["19.0"],
    slots: { local: { from: 500, to: 549 } },
    listen: { port: 8080 },
    mail: { host: "127.0.0.1", port: 25, from: "portal@example.com", requireTls: false },
    ...changes,
  });
}
