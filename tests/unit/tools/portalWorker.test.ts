import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { workerFiles, writeFiles } from "../../../tools/portalWorker";

const outputs = { portalDatabaseUrl: "postgres://odoo:pw@10.200.249.195:5432/portal", fleetSecret: "fleet", other: 1 };
const portal = {
  slots: { local: { from: 500, to: 509 } },
  plans: { starter: { price: 2900, currency: "EUR" } },
  mail: { smtp: "smtp.example.com:587", from: "p@example.com", username: "u", password: { secure: "v1:x" } },
  atOnce: 3,
};

function stackFile(more: object = { portal }): string {
  const own = {
    hosts: { local: {} },
    edge: { domain: "localhost", certificates: "internal" },
    plans: { starter: { uploadMiB: 32 } },
    tenants: { acme: { slot: 1 } },
    monitoring: {},
    ...more,
  };
  return stringify({ config: Object.fromEntries(Object.entries(own).map(([k, v]) => [`odoo-fleet:${k}`, v])) });
}

test("the worker gets what tenants are made from, and nothing else of the declaration", () => {
  const files = workerFiles(stackFile(), "dev", outputs, { pack: "policy" });
  const worker = JSON.parse(files["worker.json"]!) as { fleet: object };
  expect(worker).toEqual({
    project: "odoo-fleet-portal-dev",
    atOnce: 3,
    policyPack: join(process.cwd(), "policy"),
    exports: { host: "local", volume: "dev-portal-exports", reader: "dev-portal-web" },
    monitors: [
      {
        ...{ host: "local", alertmanager: "dev-alertmanager", prometheus: "dev-prometheus" },
        dashboards: "http://127.0.0.1:30002/",
      },
    ],
    // What the plan of acme takes, with the helpers that back it up.
    declared: { local: { memoryMiB: 960, cpus: 2 } },
    fleet: {
      environment: "dev",
      hosts: { local: {} },
      plans: { starter: { uploadMiB: 32 } },
      edge: { domain: "localhost", certificates: "internal" },
    },
  });
  expect(JSON.parse(files["settings.json"]!)).toMatchObject({
    origin: "https://portal.localhost",
    slots: portal.slots,
  });
  expect([files["database-url"], files["fleet-secret"]]).toEqual([outputs.portalDatabaseUrl, "fleet"]);
});

test("the worker gets the target of copies with its secret, which the stack's file has encrypted", () => {
  const s3 = { endpoint: "https://s3.example.com", bucket: "copies", accessKeyId: "AKIA", lockDays: 9 };
  const text = stackFile({ portal, backup: { s3: { ...s3, secretAccessKey: { secure: "v1:x" } } } });
  const { fleet } = JSON.parse(workerFiles(text, "dev", outputs, {}, { target: "the-secret" })["worker.json"]!) as {
    fleet: { backup: object };
  };
  expect(fleet.backup).toEqual({ s3: { ...s3, secretAccessKey: "the-secret" } });
  expect(() => workerFiles(text, "dev", outputs)).toThrow(/backup\.s3\.secretAccessKey/);
});

test("the worker gets Stripe's key where something is paid by it, and else what takes it back", () => {
  const seller = { name: "Example SARL", address: ["1 rue de la Paix"], country: "FR" };
  const stripe = { secretKey: { secure: "v1:x" }, webhookSecret: { secure: "v1:y" } };
  const invoices = { since: "2026-12", seller, vatPercent: 20 };
  const text = stackFile({ portal: { ...portal, invoices: { ...invoices, stripe } } });
  const files = workerFiles(text, "dev", outputs, {}, { stripe: "rk_live_abc" });
  expect(files["stripe-key"]).toBe("rk_live_abc");
  expect(files["settings.json"]).not.toContain("rk_live");
  expect(JSON.parse(files["settings.json"]!)).toMatchObject({ invoices: { payment: "stripe" } });
  expect(() => workerFiles(text, "dev", outputs)).toThrow(/portal\.invoices\.stripe\.secretKey is missing/);
  const without = stackFile({ portal: { ...portal, invoices } });
  expect(workerFiles(without, "dev", outputs, {}, { stripe: "rk_live_abc" })["stripe-key"]).toBe("");
  const plain = stackFile({
    portal: { ...portal, invoices: { ...invoices, stripe: { ...stripe, secretKey: "sk_live_a" } } },
  });
  expect(() => workerFiles(plain, "dev", outputs)).toThrow(/in plain text/);
});

test("a stack without a portal, or that wasn't brought up with it, is refused with the way out", () => {
  expect(() => workerFiles(stackFile({}), "dev", outputs)).toThrow(/declares no portal; expected odoo-fleet:portal/);
  expect(() => workerFiles(stackFile(), "dev", { fleetSecret: "fleet" })).toThrow(/make up STACK=dev/);
});

test("files are for this user alone, and whether one of them changed is said", () => {
  const folder = join(mkdtempSync(join(tmpdir(), "odoo-fleet-worker-")), "dev");
  try {
    expect(writeFiles(folder, { one: "1", two: "2" })).toBe(true);
    expect(writeFiles(folder, { one: "1", two: "2" })).toBe(false);
    expect(writeFiles(folder, { one: "1", two: "3" })).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(["one", "two"]);
    expect([folder, join(folder, "two")].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o600]);
  } finally {
    rmSync(join(folder, ".."), { recursive: true });
  }
});
