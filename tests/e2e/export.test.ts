/** A declared tenant is exported by `make export`, and what comes of it is restored into a fresh tenant by `make restore DUMP=...`. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { engine, objectsOf, query, removeObjects } from "../support/engine";
import { MadeProject } from "../support/madeProject";
import { eventually, OdooClient, statusOf } from "../support/odooClient";

const environment = "test-taken";
const project = new MadeProject(environment);
const slots = { acme: 571, fresh: 572 };
let exported: string;
const file = join(project.folder, "acme.zip");
type Name = keyof typeof slots;

const ask = async (tenant: Name, sql: string): Promise<string> =>
  (await query(`${environment}-${tenant}-postgres`, tenant, sql)).join("\n");
const left = async (): Promise<string[]> =>
  [
    ...(await engine.listContainers({ all: true })).map(({ Names }) => Names[0]!.slice(1)),
    ...(await engine.listVolumes()).Volumes.map(({ Name }) => Name),
  ].filter((name) => name.startsWith(`${environment}-acme-`) && name.includes("-export"));
/** Rows of tables, as text that is another where one of them is. */
const content = (tenant: Name): Promise<string> =>
  ask(
    tenant,
    `SELECT md5(string_agg(one::text, '' ORDER BY id)) FROM res_partner one WHERE id > 5;
     SELECT md5(string_agg(concat_ws('|', id, name, store_fname, checksum, db_datas), ',' ORDER BY id)) FROM ir_attachment WHERE url IS NULL OR url NOT LIKE '/web/assets/%';
     SELECT md5(string_agg(concat_ws('|', id, login, password), ',' ORDER BY id)) FROM res_users;
     SELECT what FROM marks`,
  );

beforeAll(async () => {
  const tenants = Object.fromEntries(Object.entries(slots).map(([name, slot]) => [name, { slot }]));
  const hosts = { local: { subnetBase: "10.226.0.0/16" } };
  project.declare(stringify({ config: { "odoo-fleet:hosts": hosts, "odoo-fleet:tenants": tenants } }));
  await project.must("up", "--skip-preview");
  await ask(
    "acme",
    "CREATE TABLE marks (what text); INSERT INTO marks VALUES ('exported'); ALTER TABLE marks OWNER TO odoo",
  );
  for (const name of Object.keys(slots) as Name[]) {
    await eventually(
      () => ask(name, "SELECT count(*) FROM odoo_fleet.backup").catch(() => ""),
      (kinds) => kinds === "2",
      180,
    );
  }
});

afterAll(async () => {
  for (const name of await left()) {
    await engine
      .getContainer(name)
      .remove({ force: true, v: true })
      .catch(() => undefined);
  }
  await removeObjects(environment);
  project.remove();
});

it("refuses what it can't export, and says why", async () => {
  const run = (...args: string[]): ReturnType<MadeProject["run"]> => project.run("export", ...args);
  expect(await run("--tenant", "acme")).toMatchObject({ code: 2 });
  const unknown = await run("--tenant", "globex", "--to", file);
  expect([unknown.code, unknown.output]).toEqual([
    1,
    expect.stringContaining("TENANT=globex isn't declared; expected one of: acme, fresh"),
  ]);
  const nowhere = await run("--tenant", "acme", "--to", "/nowhere/acme.zip");
  expect([nowhere.code, nowhere.output]).toEqual([1, expect.stringContaining("the folder /nowhere isn't there")]);
  expect(existsSync(file)).toBe(false);
});

it("killed in its middle it leaves no file, and the next run leaves nothing on the host", async () => {
  const before = await objectsOf(environment);
  exported = await content("acme");
  const killed = project.begin("export", "--tenant", "acme", "--to", file);
  await eventually(
    () => Promise.resolve(killed.printed()),
    (printed) => printed.includes("packing it"),
    180,
  );
  process.kill(-killed.process.pid!, "SIGKILL");
  await killed.done;
  expect(existsSync(file)).toBe(false);
  const { code, output } = await project.run("export", "--tenant", "acme", "--to", file);
  expect([code, output]).toEqual([
    0,
    expect.stringMatching(/exported to .*acme\.zip in \d+ s: \d+ MiB, SHA-256 [0-9a-f]{64}/),
  ]);
  expect(await left()).toEqual([]);
  expect(await objectsOf(environment)).toEqual(before);
  expect(readdirSync(project.folder).filter((name) => name.endsWith(".part"))).toEqual([]);
  expect(await statusOf(`http://127.0.0.1:${20000 + slots.acme * 10}/web/login`)).toBe(200);
});

it("becomes a fresh tenant's data, each row and each file, with its users and an identity of its own", async () => {
  const { code, output } = await project.run("restore", "--tenant", "fresh", "--dump", file);
  expect([code, output]).toEqual([
    0,
    expect.stringMatching(/loaded: \d+ files are there, and each is what its name says/),
  ]);
  expect(await content("fresh")).toBe(exported);
  const password = (await project.must("password", "acme")).trim().split("\n").at(-1)!;
  const client = new OdooClient(`http://127.0.0.1:${20000 + slots.fresh * 10}`);
  expect(await client.login("fresh", "admin", password)).toBe(2);
  const uuid = "SELECT value FROM ir_config_parameter WHERE key = 'database.uuid'";
  expect(await ask("fresh", uuid)).not.toBe(await ask("acme", uuid));
});
