import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { containerIds, engine, execIn, objectsOf } from "../../support/engine";
import { docker } from "../../support/imagesSandbox";
import { eventually, OdooClient, statusOf } from "../../support/odooClient";
import { describeProof } from "../../support/proof";
import {
  administrator,
  archived,
  ask,
  container,
  environment,
  mark,
  marks,
  project,
  prove,
  restoredTo,
  run,
  url,
} from "./fleet";

describeProof("a dump of Odoo's own database manager", () => {
  const folder = "/var/lib/odoo";
  const restores = (): number => Number(/restored: (\d+)/.exec(project.declared())?.[1] ?? 0);
  let [dumped, before]: [string, Record<string, string>] = ["", {}];
  /** Changes a copy of the dump by a script of Python, in which `old` and `new` are archives. */
  const changed = async (script: string): Promise<string> => {
    const name = "changed.zip";
    const code = `import json, zipfile
with zipfile.ZipFile("${folder}/dump.zip") as old, zipfile.ZipFile("${folder}/${name}", "w", zipfile.ZIP_DEFLATED) as new:
${script.replace(/^/gm, "    ")}`;
    const { code: failed, output } = await execIn(container("odoo"), ["python3", "-c", code]);
    expect([failed, output]).toEqual([0, ""]);
    await docker("cp", `${container("odoo")}:${folder}/${name}`, join(project.folder, name));
    return join(project.folder, name);
  };
  const refused = async (file: string): Promise<string> => {
    const { code, output } = await restoredTo("--dump", file);
    expect(code).toBe(1);
    expect(output).toContain("Nothing was restored: acme is as it was.");
    return output;
  };

  beforeAll(async () => {
    await eventually(
      () => ask("SELECT count(*) FROM odoo_fleet.backup").catch(() => ""),
      (kinds) => kinds === "2",
      180,
    );
    // Odoo's own role makes the dump, as it does in other places.
    await ask("ALTER TABLE marks OWNER TO odoo; GRANT USAGE ON SCHEMA odoo_fleet TO odoo");
    await ask("GRANT SELECT ON ALL TABLES IN SCHEMA odoo_fleet TO odoo");
    await mark("dumped");
    dumped = await marks();
    await run("odoo", `odoo db --config /etc/odoo-fleet/odoo.conf dump acme ${folder}/dump.zip`);
    await docker("cp", `${container("odoo")}:${folder}/dump.zip`, join(project.folder, "dump.zip"));
    await mark("after the dump");
    before = await containerIds(environment);
  });

  it("is refused with every reason why it doesn't fit, and then nothing is another", async () => {
    const other = await changed(`for one in old.namelist():
    content = old.read(one)
    if one == "manifest.json":
        manifest = json.loads(content)
        manifest.update(major_version="18.0", pg_version="99.1")
        manifest["modules"]["acme_lost"] = "1.0"
        content = json.dumps(manifest)
    new.writestr(one, content)`);
    const output = await refused(other);
    expect(output).toContain("it is of Odoo 18.0, and the tenant is Odoo 19.0");
    expect(output).toContain("it is of PostgreSQL 99, which is newer than the tenant's 17");
    expect(output).toContain("the code of these modules isn't in the tenant's image (addons): acme_lost");
    expect(await refused(await changed('new.writestr("dump.sql", "")'))).toContain("manifest.json isn't in it");
    expect((await restoredTo("--dump", "/nowhere.zip")).output).toContain("DUMP=/nowhere.zip isn't a file");
    const whole = readFileSync(join(project.folder, "dump.zip"));
    whole[Math.floor(whole.length / 2)]! ^= 255;
    writeFileSync(join(project.folder, "changed.zip"), whole);
    expect(await refused(join(project.folder, "changed.zip"))).toMatch(/the dump (is damaged|can't be read)/);
  });

  it("is refused when a file is missing, or a statement fails, and then nothing is another", async () => {
    const without = `gone = next(one for one in old.namelist() if one.startswith("filestore/") and len(one) > 50)
for one in old.namelist():
    if one != gone:
        new.writestr(one, old.read(one))`;
    expect(await refused(await changed(without))).toMatch(/1 of \d+ files that the database names aren't in the dump/);
    const failing = `for one in old.namelist():
    new.writestr(one, old.read(one) + (b"SELECT 1 / 0;\\nSELECT 2;\\n" if one == "dump.sql" else b""))`;
    expect(await refused(await changed(failing))).toContain("dump.sql can't be loaded");
    expect(await containerIds(environment)).toEqual(before);
    expect(await marks()).toBe(`${dumped}\nafter the dump`);
    expect((await objectsOf(environment)).filter((name) => name.endsWith(`-${restores() + 1}`))).toEqual([]);
  });

  it("is the tenant's data afterwards, with its users, and its backups go on", async () => {
    const earlier = restores();
    const [uuid] = (await ask("SELECT value FROM ir_config_parameter WHERE key = 'database.uuid'")).split("\n");
    // Of another system: a role that isn't here.
    const foreign = await changed(`for one in old.namelist():
    new.writestr(one, old.read(one) + (b"GRANT SELECT ON TABLE public.res_users TO their_reader;\\n" if one == "dump.sql" else b""))`);
    const killed = project.begin("restore", "--tenant", "acme", "--dump", foreign);
    const inside = (): Promise<boolean> =>
      engine
        .getContainer(`${container("odoo")}-update`)
        .inspect()
        .then(({ State }) => State.Running && killed.printed().includes("loading the dump"))
        .catch(() => false);
    await eventually(inside, (isLoading) => isLoading, 300);
    process.kill(-killed.process.pid!, "SIGKILL");
    await killed.done;
    expect(await statusOf(`${url}/web/login`)).toBe(200);

    const { code, output } = await restoredTo("--dump", foreign);
    expect(output).toContain("an earlier restore was interrupted: beginning anew");
    expect(output).toMatch(/a dump of Odoo 19\.0, PostgreSQL 17, \d+ modules/);
    expect(output).toMatch(/loaded: \d+ files are there, and each is what its name says/);
    expect(code).toBe(0);
    expect(await marks()).toBe(dumped);
    const client = new OdooClient(url);
    expect(await client.login("acme", "admin", administrator.password)).toBe(2);
    expect(await ask("SELECT value FROM ir_config_parameter WHERE key = 'database.uuid'")).toBe(uuid);
    expect(
      await ask(`SELECT pg_get_userbyid(datdba), (SELECT provolatile FROM pg_proc WHERE proname = 'unaccent' AND pronargs = 1),
        (SELECT count(*) FROM pg_class WHERE relname = 'res_users' AND pg_get_userbyid(relowner) = 'odoo')
        FROM pg_database WHERE datname = 'acme'`),
    ).toBe("odoo|i|1");
    expect(restores()).toBe(earlier + 1);
    // The log of the new database follows that of the one before: what was backed up before is where a restore begins.
    await mark("after the restored dump");
    await archived();
    expect(await prove()).not.toContain("failed");
    await project.must("restore", "--tenant", "acme", "--confirm");
  });
});
