/** A tenant in a stack of its own is restored to a moment by the library, and that is undone; it is copied, into a stack of the copy's own; and it is exported. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalWorkspace, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";
import {
  copyTenant,
  createTenant,
  decodeTenantOutputs,
  exportTenant,
  readBackups,
  readSizes,
  removeRestored,
  RestoreError,
  type RestoreSettings,
  restoreTenant,
  switchRestored,
  undoRestore,
} from "../../components";
import { baseImages } from "../support/cliStack";
import { takenByOdoo } from "../support/exported";
import { engine, execIn, objectsOf, query, removeObjects } from "../support/engine";
import { eventually, OdooClient, statusOf } from "../support/odooClient";

const environment = "test-restore-own";
const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-test-"));
const url = "http://127.0.0.1:25700";
let stack: Stack;
let restored = 0;
let state: "running" | "suspended" = "running";
let password: string;

const settings = (): RestoreSettings => ({
  environment,
  hosts: { local: { subnetBase: "10.225.0.0/16" } },
  ...baseImages(),
  tenants: { acme: { slot: 570, state, ...(restored > 0 && { restored }) } },
  tenant: "acme",
});

async function up(): Promise<void> {
  password = decodeTenantOutputs((await stack.up()).outputs).adminPassword.reveal();
}

/** Lets the tenant run on other volumes. */
async function switchTo(generation: number): Promise<void> {
  restored = generation;
  await switchRestored(settings(), stack);
  await up();
}

const ask = (sql: string): Promise<string[]> => query(`${environment}-acme-postgres`, "acme", sql);
const rows = (): Promise<string[]> => ask("SELECT mark FROM mark ORDER BY mark");
const volumes = async (): Promise<string[]> =>
  (await objectsOf(environment)).filter((name) => /-acme-(database|filestore)(-\d+)?$/.test(name));
const own = (...endings: string[]): string[] =>
  ["database", "filestore"].flatMap((what) => endings.map((ending) => `${environment}-acme-${what}${ending}`));

/** A stack of this test's own backend. */
const stackOf = (stackName: string, program: PulumiFn): Promise<Stack> =>
  LocalWorkspace.createOrSelectStack(
    { stackName, projectName: "another-team", program },
    {
      envVars: { PULUMI_CONFIG_PASSPHRASE: "passphrase of a test", PULUMI_SKIP_UPDATE_CHECK: "true" },
      projectSettings: { name: "another-team", runtime: "nodejs", backend: { url: `file://${folder}?metadata=skip` } },
    },
  );

beforeAll(async () => {
  await removeObjects(environment);
  stack = await stackOf(environment, () => createTenant(settings()));
  await up();
  await ask("CREATE TABLE mark (mark text)");
  await eventually(
    () => readBackups(settings()),
    ({ from, files }) => from !== undefined && files !== undefined,
    120,
  );
});

afterAll(async () => {
  await removeObjects(environment);
  rmSync(folder, { recursive: true, force: true });
});

it("says how much it has stored, as it is when asked", async () => {
  const before = await readSizes(settings());
  // An empty Odoo has more than that, and a database of PostgreSQL's own less.
  expect(before.databaseBytes).toBeGreaterThan(10_000_000);
  await ask("CREATE TABLE large AS SELECT repeat(md5(n::text), 100) AS text FROM generate_series(1, 20000) AS n");
  await ask("ALTER TABLE large ALTER text SET STORAGE EXTERNAL");
  await ask("UPDATE large SET text = text || '.'");
  const file = "/var/lib/odoo/filestore/acme/00/large";
  const inOdoo = async (script: string): Promise<void> => {
    const { code, output } = await execIn(`${environment}-acme-odoo`, ["sh", "-c", script]);
    expect([code, output]).toEqual([0, ""]);
  };
  await inOdoo(`mkdir -p "$(dirname ${file})" && head -c 5000000 /dev/zero >${file}`);
  const after = await readSizes(settings());
  expect(after.databaseBytes - before.databaseBytes).toBeGreaterThan(20_000 * 3200);
  expect(after.filesBytes - before.filesBytes).toBeGreaterThanOrEqual(5_000_000);
  expect(after.filesBytes - before.filesBytes).toBeLessThan(5_020_000);
  await ask("DROP TABLE large");
  await inOdoo(`rm ${file}`);
});

it("refuses a moment that isn't there, and leaves the tenant as it was and nothing beside it", async () => {
  const before = await objectsOf(environment);
  await expect(restoreTenant(settings(), new Date(Date.now() + 60_000))).rejects.toThrow(RestoreError);
  const { from } = await readBackups(settings());
  await expect(restoreTenant(settings(), new Date(from!.getTime() - 3_600_000))).rejects.toThrow(
    /Nothing was restored: acme is as it was/,
  );
  await expect(undoRestore(settings())).rejects.toThrow(/has no volumes of before a restore/);
  await expect(removeRestored(settings(), 0)).rejects.toThrow(/runs on the volumes of 0/);
  expect(await objectsOf(environment)).toEqual(before);
});

it("restores it beside what serves; it runs on that with its next number, and its former volumes are kept", async () => {
  await ask("INSERT INTO mark VALUES ('1 before')");
  const [now] = await ask("SELECT extract(epoch FROM clock_timestamp())");
  const moment = new Date(Math.ceil(Number(now) * 1000) + 200);
  await eventually(
    () => Promise.resolve(Date.now()),
    (time) => time > moment.getTime() + 200,
  );
  await ask("INSERT INTO mark VALUES ('2 after')");
  const said: string[] = [];
  expect(await restoreTenant(settings(), moment, { say: (line) => said.push(line) })).toBe(1);
  expect(said).toContainEqual(expect.stringMatching(/database: checked: tables, indexes/));
  expect(said).toContainEqual(expect.stringMatching(/files: checked: \d+ files are there/));
  expect(await statusOf(`${url}/web/login`)).toBe(200);
  expect(await volumes()).toEqual(own("", "-1"));

  await switchTo(1);
  expect(await rows()).toEqual(["1 before"]);
  const client = new OdooClient(url);
  expect(await client.login("acme", "admin", password)).toBe(2);
  expect(await volumes()).toEqual(own("", "-1"));
});

it("goes back to its former volumes, with all that was in them, and every later restore follows them", async () => {
  await ask("INSERT INTO mark VALUES ('3 restored')");
  expect(await undoRestore(settings())).toBe(0);
  // As after a worker that was killed: done again, it is as done once.
  expect(await undoRestore(settings())).toBe(0);
  await switchTo(0);
  await removeRestored(settings(), 1);
  expect(await rows()).toEqual(["1 before", "2 after"]);
  expect(await statusOf(`${url}/web/login`)).toBe(200);
  expect(await volumes()).toEqual(own(""));

  await ask("INSERT INTO mark VALUES ('4 undone')");
  expect(await restoreTenant(settings(), undefined)).toBe(1);
  await switchTo(1);
  expect(await rows()).toEqual(["1 before", "2 after", "4 undone"]);
  await removeRestored(settings(), 0);
  // What follows is archived, and no segment of it waits.
  const { output } = await execIn(`${environment}-acme-postgres`, ["sh", "-c", "ls $PGDATA/pg_wal/*.history"]);
  expect(output).toContain("00000004.history");
  expect(await volumes()).toEqual(own("-1"));
});

describe("a copy of it, in a stack of its own", () => {
  let number = 0;
  let isRemoved = false;
  let copied: Stack;
  const staging = "http://127.0.0.1:26100";
  const copySettings = (): RestoreSettings => {
    const { tenants, ...fleet } = settings();
    const own = { slot: 610, copyOf: "acme", ...(number > 0 && { restored: number }) };
    return {
      ...fleet,
      tenants: { ...tenants, copy: isRemoved ? { ...own, state: "decommissioned" } : own },
      tenant: "copy",
    };
  };
  const askCopy = (sql: string): Promise<string[]> => query(`${environment}-copy-postgres`, "copy", sql);
  const ofCopy = async (): Promise<string[]> =>
    (await objectsOf(environment)).filter((name) => name.startsWith(`${environment}-copy-`));
  /** Fills it, and lets it run on that. @returns the password of its administrator. */
  const fill = async (): Promise<string> => {
    const filled = await copyTenant(copySettings(), copied);
    expect(filled).toBe(number + 1);
    number = filled;
    await switchRestored(copySettings(), copied);
    const { adminPassword, url: address } = decodeTenantOutputs((await copied.up()).outputs);
    expect(address).toBe(staging);
    return adminPassword.reveal();
  };
  const uuid = "SELECT value FROM ir_config_parameter WHERE key = 'database.uuid'";

  beforeAll(async () => {
    copied = await stackOf(`${environment}-copy`, () => createTenant(copySettings()));
  });

  it("is nothing before it is filled, and isn't filled before its stack is there", async () => {
    await expect(copyTenant(copySettings(), copied)).rejects.toThrow("apply createTenant first. Nothing was changed");
    const { outputs } = await copied.up();
    expect(decodeTenantOutputs(outputs)).toMatchObject({ name: "copy", state: "unfilled" });
    expect(await ofCopy()).toEqual([]);
  });

  it("has its tenant's data and another identity, and reaches nobody", async () => {
    await ask(
      "INSERT INTO ir_mail_server (name, smtp_host, smtp_port, smtp_encryption, smtp_authentication, active) VALUES ('ours', 'smtp.example.com', 25, 'none', 'login', true)",
    );
    const own = await fill();
    expect(await askCopy("SELECT mark FROM mark ORDER BY mark")).toEqual(await rows());
    expect(await askCopy("SELECT DISTINCT smtp_host FROM ir_mail_server WHERE active")).toEqual(["invalid"]);
    expect(await askCopy(uuid)).not.toEqual(await ask(uuid));
    const client = new OdooClient(staging);
    expect(await client.login("copy", "admin", password)).toBeUndefined();
    expect(await client.login("copy", "admin", own)).toBe(2);
    expect(await ask("SELECT count(*) FROM ir_mail_server WHERE active AND smtp_host = 'smtp.example.com'")).toEqual([
      "1",
    ]);
    // What was restored of it isn't a copy's: it is brought anew.
    await expect(restoreTenant(copySettings(), undefined)).rejects.toThrow(
      "isn't a declared tenant with data of its own",
    );
    await expect(exportTenant(copySettings(), join(folder, "copy.zip"))).rejects.toThrow();
  });

  it("is brought anew on other volumes, with its backups, and goes without a last one", async () => {
    const before = await askCopy(uuid);
    await ask("INSERT INTO mark VALUES ('4 copied')");
    await fill();
    await removeRestored(copySettings(), 1);
    expect(await askCopy("SELECT mark FROM mark ORDER BY mark")).toEqual(await rows());
    expect(await askCopy(uuid)).not.toEqual(before);
    const kept = (await ofCopy()).filter((name) => /-(database|filestore|repository)(-\d+)?$/.test(name));
    expect(kept).toEqual(["database-2", "filestore-2", "repository-2"].map((end) => `${environment}-copy-${end}`));

    isRemoved = true;
    await copied.up();
    await copied.destroy();
    expect(await ofCopy()).toEqual([]);
    expect(await statusOf(`${url}/web/login`)).toBe(200);
  });
});

describe("its export", () => {
  const file = join(folder, "acme.zip");
  const left = async (): Promise<string[]> =>
    [
      ...(await engine.listContainers({ all: true })).map(({ Names }) => Names[0]!.slice(1)),
      ...(await engine.listVolumes()).Volumes.map(({ Name }) => Name),
    ].filter((name) => name.startsWith(environment) && name.includes("export"));

  it("is a zip that Odoo itself takes, with the rows and files of one moment, while it serves", async () => {
    const secret = (await ask("SELECT value FROM ir_config_parameter WHERE key = 'database.secret'"))[0]!;
    const before = await objectsOf(environment);
    const { bytes, sha256 } = await exportTenant(settings(), file);
    expect(statSync(file).size).toBe(bytes);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(createHash("sha256").update(readFileSync(file)).digest("hex")).toBe(sha256);
    expect(await objectsOf(environment)).toEqual(before);
    expect(await left()).toEqual([]);
    expect(await statusOf(`${url}/web/login`)).toBe(200);

    const taken = await takenByOdoo(`${environment}-acme`, file, ["mark", "res_users", "ir_attachment"]);
    expect(taken.wrong).toEqual([]);
    expect(taken.names[0]).toBe("dump.sql");
    const [modules, files, users, attachments, mark] = (
      await ask(`SELECT (SELECT count(*) FROM ir_module_module WHERE state = 'installed'),
        (SELECT count(DISTINCT store_fname) FROM ir_attachment WHERE store_fname <> ''),
        (SELECT count(*) FROM res_users), (SELECT count(*) FROM ir_attachment), (SELECT count(*) FROM mark)`)
    )[0]!
      .split("|")
      .map(Number);
    expect(Object.keys(taken.manifest.modules)).toHaveLength(modules!);
    expect(taken.own).toEqual(taken.manifest);
    expect(taken.files).toBe(files);
    expect(taken.rows).toEqual({ mark, res_users: users, ir_attachment: attachments });
    expect(taken.secret).toMatch(/^[0-9a-f-]{72}$/);
    expect(taken.secret).not.toBe(secret);
  });

  it("isn't written over what is there, and nothing of one that fails or is ended is left", async () => {
    await expect(exportTenant(settings(), file)).rejects.toThrow(/acme\.zip is there already/);
    const other = join(folder, "other.zip");
    const { from } = await readBackups(settings());
    const early = new Date(from!.getTime() - 3_600_000);
    await expect(exportTenant(settings(), other, { at: early })).rejects.toThrow(
      /Nothing was exported: acme is as it was/,
    );
    const end = new AbortController();
    // As soon as there is anything of the zip: on a quick machine all of it is there after a second.
    const endWithPart = setInterval(() => readdirSync(folder).some((name) => name.endsWith(".part")) && end.abort(), 5);
    await expect(exportTenant(settings(), other, { signal: end.signal })).rejects.toThrow(/abort/);
    clearInterval(endWithPart);
    expect(existsSync(other)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
    expect(await left()).toEqual([]);
  });

  it("is made of one that is suspended, too, with all that was written before", async () => {
    await ask("INSERT INTO mark VALUES ('5 last')");
    const known = await rows();
    state = "suspended";
    await up();
    const last = join(folder, "last.zip");
    await exportTenant(settings(), last);
    expect((await takenByOdoo(`${environment}-acme`, last, ["mark"])).rows).toEqual({ mark: known.length });
  });
});
