import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { containerIds, engine, objectsOf, query, removeObjects } from "../support/engine";
import { MadeProject } from "../support/madeProject";
import { eventually, OdooClient, statusOf } from "../support/odooClient";
import { proof } from "../support/proof";

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

const declare = (modules: readonly string[], more: Readonly<Record<string, object>> = {}, updates?: object): void =>
  project.declare(
    stringify({
      config: {
        "odoo-fleet:hosts": { local: { subnetBase: "10.219.0.0/16" } },
        "odoo-fleet:tenants": {
          acme: { slot: 782, addons: "addons", modules },
          beta: { slot: 783, addons: "addons", modules },
          ...more,
        },
        ...(updates && { "odoo-fleet:updates": updates }),
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
  declare(["visits"]);
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
});

afterAll(async () => {
  await removeObjects(environment);
  project.remove();
});

describe("a copy", () => {
  const staging = "http://127.0.0.1:27860";
  const copyOf = "acme";
  const copied = (sql: string): Promise<string> =>
    query(`${environment}-staging-postgres`, "staging", sql).then((rows) => rows.join("\n"));
  const copy = (): ReturnType<MadeProject["run"]> => project.run("copy", "--tenant", "staging");
  const ofCopy = async (): Promise<string[]> =>
    (await objectsOf(environment)).filter((name) => name.includes("-staging"));
  /** Whether each network of a tenant's Odoo is without a way out. */
  const isClosed = async (tenant: string): Promise<boolean> => {
    const { NetworkSettings } = await engine.getContainer(`${environment}-${tenant}-odoo`).inspect();
    const ids = Object.values(NetworkSettings.Networks).map(({ NetworkID }) => NetworkID);
    const networks = await Promise.all(
      ids.map((id) => engine.getNetwork(id).inspect() as Promise<{ Internal: boolean }>),
    );
    return networks.every(({ Internal }) => Internal);
  };
  /** Waits for a backup of each kind of the copy itself. */
  const backedUp = (): Promise<string> =>
    eventually(
      () => copied("SELECT count(*) FROM odoo_fleet.backup").catch(() => ""),
      (kinds) => kinds === "2",
      240,
    );
  /** The number that `make copy` wrote. */
  const restored = (): number => Number(/restored: (\d+)/.exec(project.declared())![1]);
  const uuid = "SELECT value FROM ir_config_parameter WHERE key = 'database.uuid'";
  /** Everything by which a copy could reach somebody, or be taken for its source. */
  const reaches = `SELECT (SELECT count(*) FROM ir_cron WHERE active), (SELECT string_agg(smtp_host, ' ') FROM ir_mail_server WHERE active),
    (SELECT count(*) FROM ir_mail_server WHERE smtp_pass IS NOT NULL OR smtp_user IS NOT NULL),
    (SELECT count(*) FROM res_users_apikeys), (SELECT count(*) FROM res_users WHERE password IS NOT NULL)`;

  it("that is declared is made of nothing, as often as one likes, and up says which command fills it", async () => {
    await ask(`INSERT INTO ir_mail_server (name, smtp_host, smtp_port, smtp_user, smtp_pass, smtp_encryption, smtp_authentication, active)
      VALUES ('ours', 'smtp.example.com', 587, 'acme', 'a credential', 'starttls', 'login', true)`);
    await ask(
      "INSERT INTO res_users_apikeys (name, user_id, scope, key, index, create_date) VALUES ('api', 2, 'rpc', 'hash', '12345678', now())",
    );
    expect(await ask(reaches)).toMatch(/^([2-9]|\d\d)\|smtp.example.com\|1\|1\|[1-9]$/);
    declare(["visits"], { staging: { slot: 786, copyOf } });
    for (const run of [1, 2]) {
      const printed = await project.must("up", "--skip-preview");
      expect(printed).toContain("staging is declared as a copy of acme and has no data yet: make copy TENANT=staging");
      expect([run, await ofCopy()]).toEqual([run, []]);
    }
  });

  it("is refused, with nothing left of it, because of a module that nobody has looked at", async () => {
    const { code, output } = await copy();
    expect(output).toContain("these modules have no data/neutralize.sql");
    expect(output).toMatch(/does: visits\. Give each one, or .*odoo-fleet:tenants\.staging\.neutralized/);
    expect(output).toContain("staging wasn't filled: it has no data, as before, and acme wasn't touched.");
    expect(code).toBe(1);
    expect(await ofCopy()).toEqual([]);
  });

  it("serves its tenant's data to its own administrator, and reaches nobody", async () => {
    declare(["visits"], { staging: { slot: 786, copyOf, neutralized: ["visits"] } });
    const { code, output } = await copy();
    expect(output).toContain("neutral: no scheduled action but Odoo's own cleaning");
    expect(output).toContain(`serves a neutral copy of acme: ${staging}`);
    expect(code).toBe(0);
    expect(await copied(reaches)).toBe("1|invalid|0|0|1");
    expect(await copied(uuid)).not.toBe(await ask(uuid));
    expect(await copied("SELECT value FROM ir_config_parameter WHERE key = 'web.base.url'")).toBe(staging);
    expect([await isClosed("acme"), await isClosed("staging")]).toEqual([false, true]);

    const client = new OdooClient(staging);
    expect(await client.login("staging", "admin", password)).toBeUndefined();
    const own = (await project.must("password", "staging")).trim().split("\n").at(-1)!;
    expect(await client.login("staging", "admin", own)).toBe(2);
    const found = await client.call("res.partner", "search_read", [[["visit_first", "=", "once"]]], {
      fields: ["name"],
    });
    expect(found).toMatchObject([{ name: "Customer" }]);
    expect(await ask(reaches)).toMatch(/smtp.example.com\|1\|1\|[1-9]$/);
    expect(await new OdooClient(url).login("acme", "admin", password)).toBe(2);
    expect(project.declared()).toMatch(/restored: 1\n/);
    expect(await project.must("up", "--skip-preview")).toMatch(/^ {2}\d+ unchanged; /m);
  });

  proof("is brought anew by the same command, and its own backups begin anew with it", async () => {
    const before = await copied(uuid);
    await ask("INSERT INTO res_partner (name, visit_first, active, type) VALUES ('Later', 'once', true, 'contact')");
    // Killed in the middle, the copy serves what it had, and the same command goes on.
    const killed = project.begin("copy", "--tenant", "staging");
    await eventually(
      () => Promise.resolve(killed.printed()),
      (text) => text.includes("neutralising it"),
      300,
    );
    process.kill(-killed.process.pid!, "SIGKILL");
    await killed.done;
    expect(await copied(uuid)).toBe(before);
    expect(await statusOf(`${staging}/web/login`)).toBe(200);

    const { code, output } = await copy();
    expect([code, output]).toEqual([0, expect.stringContaining("serves a neutral copy of acme")]);
    expect(await copied("SELECT name FROM res_partner WHERE visit_first = 'once' ORDER BY name")).toBe(
      "Customer\nLater",
    );
    expect(await copied(uuid)).not.toBe(before);
    const data = (await ofCopy()).filter((name) => /-(database|filestore|repository)/.test(name));
    const names = ["database", "filestore", "repository"].map((what) => `${environment}-staging-${what}-2`);
    expect(data).toEqual(names);
    expect(await project.must("up", "--skip-preview")).toMatch(/^ {2}\d+ unchanged; /m);
    await ask("DELETE FROM res_partner WHERE name = 'Later'");
    await backedUp();
  });

  it("and a customer's tenant don't become each other", async () => {
    const refusal = async (more: Readonly<Record<string, object>>): Promise<string> => {
      declare(["visits"], more);
      return (await project.run("preview")).output.replace(/\n +/g, " ");
    };
    const staged = { slot: 786, restored: restored(), neutralized: ["visits"] };
    expect(
      await refusal({ staging: { ...staged, neutralized: undefined, addons: "addons", modules: ["visits"] } }),
    ).toContain("acme, which the tenant's data is a copy of");
    expect(await refusal({ staging: { ...staged, copyOf, restored: undefined } })).toContain(
      "the number that make copy wrote",
    );
    expect(await refusal({ staging: { ...staged, copyOf }, beta: { slot: 783, copyOf } })).toContain(
      "a tenant that was never brought up: beta has data of its own",
    );
    declare(["visits"], { staging: { ...staged, copyOf } });
    expect((await project.run("restore", "--tenant", "staging")).output).toContain(
      "staging is a copy of acme, which make copy",
    );
  });

  it("leaves in two steps, as any tenant", async () => {
    await backedUp();
    declare(["visits"], { staging: { slot: 786, restored: restored(), copyOf, state: "decommissioned" } });
    await project.must("up", "--skip-preview");
    declare(["visits"]);
    await project.must("up", "--skip-preview");
    expect(await ofCopy()).toEqual([]);
  });
});

describe("an update", () => {
  beforeAll(() => {
    write("visits", release);
    write("extra", {
      "__init__.py": "",
      "__manifest__.py": "{'name': 'Extra', 'version': '19.0.1.0', 'depends': ['visits'], 'license': 'LGPL-3'}",
    });
    declare(["visits", "extra"]);
  });

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

  proof("that fails on the tenant's own database brings everything back", async () => {
    const before = await containerIds(environment);
    await failAt("change");
    const { code, output } = await update();
    expect(output).toMatch(/the rehearsal succeeded in \d+ s/);
    expect(output).toMatch(/no visits today: change/);
    expect(output).toMatch(/Database and files were brought back in \d+ s, and acme serves as before/);
    expect(code).toBe(1);
    await expectUntouched(before);
  });

  it("that is automatic is announced by a preview, and up waits for its window", async () => {
    const before = await containerIds(environment);
    // An hour that begins in half a day, whatever time it is.
    const hour = (new Date().getUTCHours() + 12) % 24;
    const window = [
      `Mon-Sun ${[hour, (hour + 1) % 24].map((one) => `${String(one).padStart(2, "0")}:00`).join("-")} UTC`,
    ];
    declare(["visits", "extra"], {}, { automatic: true, window });
    const preview = await project.run("preview");
    expect(preview.output).toContain("- `beta` updates visits and installs extra");
    expect(preview.output).toMatch(/The first `make up` from \w{3} [\d-]+ \d\d:00 UTC on carries these out/);
    expect(preview.code).toBe(2);
    const { code, output } = await project.run("up");
    expect(output).toMatch(
      /updates.window is closed. Nothing was changed.\n {2}acme: updates visits and installs extra\n/,
    );
    expect(output).toContain("or now: make update STACK=test-update");
    expect(code).toBe(1);
    expect(await containerIds(environment)).toEqual(before);
  });

  it("that was killed in the middle is taken back by the same command, which then carries it out", async () => {
    await failAt("");
    declare(["visits", "extra"]);
    const run = project.begin("update", "--tenant", "acme");
    await eventually(
      () => Promise.resolve(run.printed()),
      (printed) => printed.includes("changing its database"),
      240,
    );
    process.kill(-run.process.pid!, "SIGKILL");
    await run.done;
    const killed = Date.now();
    expect(await ask("SELECT count(*) FROM pg_database WHERE datname = 'acme_before_update'")).toBe("1");
    const { code, output } = await update();
    expect(output).toContain("an earlier update was interrupted: bringing everything back, and beginning anew");
    expect(output).toContain("acme: updated");
    expect(code).toBe(0);
    expect(output).not.toContain(password);
    // What brought it up found each step of the image done, and didn't build while Odoo was stopped.
    const { Image: image } = await engine.getContainer(`${environment}-acme-odoo`).inspect();
    expect(Date.parse((await engine.getImage(image).inspect()).Created)).toBeLessThan(killed);

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

  proof(
    "is made by up itself where that is automatic, of those that need it, and then nothing is left to bring up",
    async () => {
      declare(["visits", "extra"], {}, { automatic: true, canary: "beta" });
      const output = await project.must("up");
      expect(output).toContain("beta: is updated first: it updates visits and installs extra");
      expect(output).toContain("beta: updated");
      expect(output).not.toContain("acme: is ");
      expect(await statusOf(betaUrl)).toBe(200);
      const [version] = await query(`${environment}-beta-postgres`, "beta", installedVersion);
      expect(version).toBe("19.0.1.1");
      expect(await project.must("up", "--skip-preview")).toMatch(/^ {2}\d+ unchanged; /m);
      expect(await project.must("update")).toContain("acme: is as it is declared: there is nothing to update");
    },
  );
});
