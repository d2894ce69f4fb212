import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { containerIds, execIn, objectsOf, query, removeObjects } from "../support/engine";
import { MadeProject } from "../support/madeProject";
import { eventually, OdooClient, statusOf } from "../support/odooClient";
import { offerReleases, shapeOf18 } from "../support/openUpgrade";

// A tenant with a customer's data and a module of its own goes from Odoo 18 to 19, by OpenUpgrade's own scripts, back, and forth again.
const environment = "test-release";
const project = new MadeProject(environment);
const [slot, url] = [779, "http://127.0.0.1:27790"];
const phone = "0522 123 456";
let password: string;

const ask = async (sql: string): Promise<string> =>
  (await query(`${environment}-acme-postgres`, "acme", sql)).join("\n");
const update = (): ReturnType<MadeProject["run"]> => project.run("update", "--tenant", "acme");
const versionOf = (module: string): Promise<string> =>
  ask(`SELECT latest_version FROM ir_module_module WHERE name = '${module}'`);
const drilled = async (): Promise<string> =>
  (await execIn(`${environment}-acme-backup`, ["odoo-fleet-backup", "drill"])).output;
const timestamp = (): Promise<string> => ask("SELECT to_char(now() AT TIME ZONE 'utc', 'YYYY-MM-DD HH24:MI:SS')");

function write(addons: string, files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) {
    const path = join(project.folder, addons, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

const manifest = (version: string): string =>
  `{'name': 'Visits', 'version': '${version}', 'depends': ['mail'], 'license': 'LGPL-3'}`;
const models = `from odoo import fields, models


class Partner(models.Model):
    _inherit = "res.partner"
    visit = fields.Char()
`;
const visits = { "visits/__init__.py": "from . import models\n", "visits/models.py": models };

/** Declares a release with the addons of it; the volumes stay those that it has. */
function declare(odoo: string, more: Readonly<Record<string, unknown>> = {}): void {
  const restored = /restored: (\d+)/.exec(project.declared())?.[1];
  const own = { slot, odoo, postgres: 17, addons: `addons-${odoo}`, modules: ["visits"] };
  project.declare(
    stringify({
      config: {
        "odoo-fleet:hosts": { local: { subnetBase: "10.241.0.0/16" } },
        "odoo-fleet:tenants": { acme: { ...own, ...(restored && { restored: Number(restored) }), ...more } },
      },
    }),
  );
}

/** What its user meets, and what lies about that shouldn't. */
async function seen(): Promise<object> {
  const client = new OdooClient(url);
  const isIn = (await client.login("acme", "admin", password)) === 2;
  const [{ datas } = {}] = await client.call<{ datas: string }[]>("ir.attachment", "search_read", [
    [["name", "=", "customer.bin"]],
    ["datas"],
  ]);
  return {
    page: await statusOf(`${url}/web/login`),
    release: (await versionOf("base")).slice(0, 4),
    isIn,
    customers: await client.call("res.partner", "search_count", [[["name", "=", "Customer"]]]),
    file: Buffer.from(datas ?? "", "base64").toString(),
    left: (await objectsOf(environment)).filter((name) => /-rehearsal$|-update(-files)?$|-restore$/.test(name)),
  };
}

const served = (release: string): object => ({
  ...{ page: 200, release, isIn: true, customers: 1, file: "a customer's file", left: [] },
});

beforeAll(async () => {
  const isShaped = await offerReleases(project.folder);
  write("addons-18.0", { ...visits, "visits/__manifest__.py": manifest("18.0.1.0") });
  write("addons-19.0", { "other/__manifest__.py": manifest("19.0.1.0"), "other/__init__.py": "" });
  project.declare("");
  declare("18.0");
  await project.must("up", "--skip-preview");
  password = (await project.must("password", "acme")).trim().split("\n").at(-1)!;
  const client = new OdooClient(url);
  await client.login("acme", "admin", password);
  const [customer] = await client.call<number[]>("res.partner", "create", [[{ name: "Customer", visit: "first" }]]);
  const datas = Buffer.from("a customer's file").toString("base64");
  await client.call("ir.attachment", "create", [[{ name: "customer.bin", datas }]]);
  if (isShaped) {
    await ask(shapeOf18);
  }
  await ask(`UPDATE res_partner SET mobile = '${phone}', phone = NULL WHERE id = ${customer}`);
});
afterAll(async () => {
  await removeObjects(environment);
  project.remove();
});

describe("another release of Odoo", () => {
  it("is refused by up, which names the way", async () => {
    declare("19.0", { modules: [] });
    const before = await containerIds(environment);
    const refused = (await project.run("preview")).output.replace(/\n +/g, "\n");
    expect(refused).toContain("migrate it: make update TENANT=acme, which rehearses it on a copy first");
    expect(await containerIds(environment)).toEqual(before);
  });

  it("fails in its rehearsal, with nothing changed, where a module has no code for it", async () => {
    const before = await containerIds(environment);
    const { code, output } = await update();
    expect(output).toContain("these modules are installed, and have no code for Odoo 19.0: visits.");
    expect(output).toContain("Nothing was changed: acme serves as before");
    expect(code).toBe(1);
    expect(await containerIds(environment)).toEqual(before);
    expect(await seen()).toEqual(served("18.0"));
  });

  it("goes back, to what backups go on from, where only the new container fails", async () => {
    // Whoever proves a database has its configuration in memory.
    const failing = `import os

from odoo import fields, models

config = "/etc/odoo-fleet/odoo.conf"
if os.path.exists(config) and not os.path.islink(config):
    raise RuntimeError("fails where it serves")
`;
    const files = { "visits/__manifest__.py": manifest("19.0.1.0"), "visits/models.py": failing + models };
    write("addons-19.0", { ...visits, ...files });
    declare("19.0");
    const { code, output } = await update();
    expect(output).toMatch(/changed and proven after \d+ s without service/);
    expect(output).toContain("Database, files and image were brought back, and acme serves as before");
    expect(code).toBe(1);
    expect(await seen()).toEqual(served("18.0"));
    await ask("UPDATE res_partner SET visit = 'first' WHERE name = 'Customer'");
    expect(await drilled()).toMatch(/odoo-fleet: restored and proven in \d+ s/);
    expect(project.declared()).not.toContain("restored:");
  });

  it("goes back where it was killed in the middle, and takes everything along in the next run", async () => {
    write("addons-19.0", {
      ...visits,
      "visits/__manifest__.py": manifest("19.0.1.0"),
      "visits/migrations/19.0.1.0/post-visits.py": `def migrate(cr, version):
    cr.execute("UPDATE res_partner SET visit = visit || ' since ' || %s WHERE visit IS NOT NULL", (version,))
`,
    });
    declare("19.0");
    const killed = project.begin("update", "--tenant", "acme");
    await eventually(
      () => Promise.resolve(killed.printed()),
      (text) => text.includes("migrating it to Odoo 19.0"),
      300,
    );
    process.kill(-killed.process.pid!, "SIGKILL");
    await killed.done;

    const { code, output } = await update();
    expect(output).toContain("an earlier update was interrupted: bringing everything back, and beginning anew");
    expect(output).toContain("migrates it from Odoo 18.0 to 19.0, by OpenUpgrade");
    expect(output).not.toContain(password);
    expect([code, output]).toEqual([0, expect.stringContaining("acme: updated")]);
    expect(await seen()).toEqual(served("19.0"));
    // By OpenUpgrade's own script, and by the module's.
    expect(await ask("SELECT phone, visit FROM res_partner WHERE name = 'Customer'")).toBe(
      `${phone}|first since 18.0.1.0`,
    );
    expect(await versionOf("visits")).toBe("19.0.1.0");
    expect(await drilled()).toMatch(/odoo-fleet: restored and proven in \d+ s/);
    // The image that nobody runs any more leaves the state.
    expect(await project.must("up", "--skip-preview")).not.toMatch(/created|replaced/);
  });

  it("is undone by declaring the one before, until it is confirmed", async () => {
    const undone = await project.run("restore", "--tenant", "acme", "--undo");
    expect(undone.output).toMatch(/had before, is of Odoo 18\.0, and 19\.0 is declared: declare odoo: "18\.0"/);
    expect(await seen()).toEqual(served("19.0"));
    declare("18.0");
    const preview = (await project.run("preview")).output;
    expect(preview).toMatch(/"19\.0", the release of the\s+tenant's database/);
    expect(preview).toContain("no database goes back to an older release");
    await project.must("restore", "--tenant", "acme", "--undo");
    expect(await seen()).toEqual(served("18.0"));
    expect(await ask("SELECT mobile, visit FROM res_partner WHERE name = 'Customer'")).toBe(`${phone}|first`);
    expect(await project.must("up", "--skip-preview")).not.toMatch(/created|replaced/);
    await project.must("restore", "--tenant", "acme", "--confirm");
  });

  it("leaves the moments before it to a restore that declares theirs", async () => {
    await ask("UPDATE res_partner SET visit = 'before' WHERE name = 'Customer'");
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const at = await timestamp();
    declare("19.0");
    expect((await update()).code).toBe(0);
    await project.must("restore", "--tenant", "acme", "--confirm");
    await project.must("up", "--skip-preview");
    const restore = (): ReturnType<MadeProject["run"]> => project.run("restore", "--tenant", "acme", "--at", at);
    const refused = await restore();
    expect(refused.output).toContain("it is of Odoo 18.0, and 19.0 is declared, which can't open it");
    expect(refused.output).toContain("Nothing was restored: acme is as it was");
    expect(await seen()).toEqual(served("19.0"));
    declare("18.0");
    const { code, output } = await restore();
    expect([code, output]).toEqual([0, expect.stringContaining("serves what was restored")]);
    expect(await seen()).toEqual(served("18.0"));
    expect(await ask("SELECT visit FROM res_partner WHERE name = 'Customer'")).toBe("before");
  });
});
