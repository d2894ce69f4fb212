import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { containerIds, objectsOf, query, removeObjects } from "../support/engine";
import { MadeProject } from "../support/madeProject";
import { eventually, OdooClient, statusOf } from "../support/odooClient";

// A tenant with rows of a customer's, through updates that fail in every place and one that succeeds, and a second one that shares its
// addons. One release of the addon does it all: a row of the database says where it fails.
const environment = "test-update";
const project = new MadeProject(environment);
const url = "http://127.0.0.1:27820";
const betaUrl = "http://127.0.0.1:27830/web/login";
const installedVersion = "SELECT latest_version FROM ir_module_module WHERE name = 'visits'";
const container = (service: string): string => `${environment}-acme-${service}`;
let password: string;

const ask = async (sql: string): Promise<string> => (await query(container("postgres"), "acme", sql)).join("\n");
const update = (): ReturnType<MadeProject["run"]> => project.run("update", "--tenant", "acme");
const failAt = (where: string): Promise<string> =>
  ask(`UPDATE ir_config_parameter SET value = '${where}' WHERE key = 'visits.fails' RETURNING value`);

function write(module: string, files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) {
    const path = join(project.folder, "addons", module, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

const model = (body: string): string => `from odoo import fields, models


class Partner(models.Model):
    _inherit = "res.partner"
    visit_first = fields.Char()
${body}`;

// The copy is changed without the tenant's own configuration.
const release = {
  "__manifest__.py": "{'name': 'Visits', 'version': '19.0.1.1', 'depends': ['web'], 'license': 'LGPL-3'}",
  "models.py": model(`    visit_second = fields.Char(default="new")
`),
  "migrations/19.0.1.1/post-visits.py": `import os


def migrate(cr, version):
    cr.execute("UPDATE res_partner SET visit_first = visit_first || '!' WHERE visit_first IS NOT NULL")
    cr.commit()
    cr.execute("SELECT value FROM ir_config_parameter WHERE key = 'visits.fails'")
    where = cr.fetchone()[0]
    if where == "rehearsal" or where == "change" and os.path.exists("/srv/config"):
        raise ValueError("no visits today: " + where)
`,
};

const declare = (...modules: string[]): void =>
  project.declare(
    stringify({
      config: {
        "odoo-fleet:hosts": { local: { subnetBase: "10.219.0.0/16" } },
        "odoo-fleet:tenants": {
          acme: { slot: 782, addons: "addons", modules },
          beta: { slot: 783, addons: "addons", modules },
        },
      },
    }),
  );

/** The customer's rows are as they were before an update, logins work, in the same container, and nothing is left lying. */
async function expectUntouched(before: object): Promise<void> {
  expect(await statusOf(`${url}/web/login`)).toBe(200);
  expect(await new OdooClient(url).login("acme", "admin", password)).toBe(2);
  expect(await ask("SELECT name, visit_first FROM res_partner WHERE visit_first <> ''")).toBe("Customer|once");
  expect(await ask("SELECT count(*) FROM pg_attribute WHERE attname = 'visit_second'")).toBe("0");
  expect(await ask(installedVersion)).toBe("19.0.1.0");
  expect(await ask("SELECT datname FROM pg_database WHERE datname LIKE 'acme%'")).toBe("acme");
  expect(await containerIds(environment)).toEqual(before);
  expect((await objectsOf(environment)).filter((name) => /-rehearsal$|-update(-files)?$/.test(name))).toEqual([]);
}

beforeAll(async () => {
  write("visits", {
    "__init__.py": "from . import models\n",
    "__manifest__.py": "{'name': 'Visits', 'version': '19.0.1.0', 'depends': ['web'], 'license': 'LGPL-3'}",
    "models.py": model(""),
  });
  declare("visits");
  await project.must("up", "--skip-preview");
  password = (await project.must("password", "acme")).trim().split("\n").at(-1)!;
  const row = "INSERT INTO ir_config_parameter (key, value) VALUES ('visits.fails', '')";
  await ask(row);
  await query(`${environment}-beta-postgres`, "beta", row);
  const client = new OdooClient(url);
  expect(await client.login("acme", "admin", password)).toBe(2);
  await client.call("res.partner", "create", [[{ name: "Customer", visit_first: "once" }]]);
  for (const tenant of ["acme", "beta"]) {
    await eventually(
      () =>
        query(`${environment}-${tenant}-postgres`, tenant, "SELECT count(*) FROM odoo_fleet.backup").catch(() => []),
      (kinds) => kinds.join() === "2",
      240,
    );
  }
  write("visits", release);
  write("extra", {
    "__init__.py": "",
    "__manifest__.py": "{'name': 'Extra', 'version': '19.0.1.0', 'depends': ['visits'], 'license': 'LGPL-3'}",
  });
  declare("visits", "extra");
});

afterAll(async () => {
  await removeObjects(environment);
  project.remove();
});

describe("an update", () => {
  it("is what a refused up names, and what fails in the rehearsal changes nothing", async () => {
    const before = await containerIds(environment);
    const refused = (await project.run("preview")).output.replace(/\n +/g, "\n");
    expect(refused).toContain("update visits: make update TENANT=acme, which rehearses it on a copy first");
    expect(refused).toContain("install extra: make update TENANT=acme");
    await failAt("rehearsal");
    const { code, output } = await update();
    expect(output).toContain("updates visits and installs extra");
    expect(output).toMatch(/in the module visits: [^]*no visits today: rehearsal/);
    expect(output).toContain("The rehearsal failed. Nothing was changed: acme serves as before.");
    expect(code).toBe(1);
    await expectUntouched(before);
  });

  it("that fails on the tenant's own database brings everything back", async () => {
    const before = await containerIds(environment);
    await failAt("change");
    const { code, output } = await update();
    expect(output).toMatch(/the rehearsal succeeded in \d+ s/);
    expect(output).toMatch(/no visits today: change/);
    expect(output).toMatch(/Database and files were brought back in \d+ s, and acme serves as before/);
    expect(code).toBe(1);
    await expectUntouched(before);
  });

  it("that was killed in the middle is taken back by the same command, which then carries it out", async () => {
    await failAt("");
    const run = project.begin("update", "--tenant", "acme");
    await eventually(
      () => Promise.resolve(run.printed()),
      (printed) => printed.includes("changing its database"),
      240,
    );
    process.kill(-run.process.pid!, "SIGKILL");
    await run.done;
    expect(await ask("SELECT count(*) FROM pg_database WHERE datname = 'acme_before_update'")).toBe("1");
    const { code, output } = await update();
    expect(output).toContain("an earlier update was interrupted: bringing everything back, and beginning anew");
    expect(output).toContain("acme: updated");
    expect(code).toBe(0);
    expect(output).not.toContain(password);

    const client = new OdooClient(url);
    expect(await client.login("acme", "admin", password)).toBe(2);
    const found = await client.call("res.partner", "search_read", [[["visit_first", "!=", false]]], {
      fields: ["name", "visit_first", "visit_second"],
    });
    expect(found).toMatchObject([{ name: "Customer", visit_first: "once!", visit_second: "new" }]);
    expect(await ask("SELECT state FROM ir_module_module WHERE name = 'extra'")).toBe("installed");
    expect(await ask("SELECT datname FROM pg_database WHERE datname LIKE 'acme%'")).toBe("acme");
    expect(await statusOf(betaUrl)).toBe(200);
  });

  it("of the fleet leaves out who is as declared, and then nothing is left to bring up", async () => {
    const { code, output } = await project.run("update");
    expect(output).toContain("acme: is as it is declared: there is nothing to update");
    expect(output).toContain("beta: updated");
    expect(code).toBe(0);
    expect(await statusOf(betaUrl)).toBe(200);
    const [version] = await query(`${environment}-beta-postgres`, "beta", installedVersion);
    expect(version).toBe("19.0.1.1");
    // The image that nobody runs any more leaves the state.
    expect(await project.must("up", "--skip-preview")).not.toMatch(/created|replaced/);
    expect(await project.must("up", "--skip-preview")).toMatch(/^ {2}\d+ unchanged; /m);
  });
});
