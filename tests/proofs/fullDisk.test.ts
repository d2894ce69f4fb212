import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CliStack } from "../support/cliStack";
import { containerIds, engine, execIn, query } from "../support/engine";
import { eventually, statusOf } from "../support/odooClient";

// A disk of each kind is full: of the database, of its backups, of its drills. Each is a small file system of its own, mounted over the
// volume, which takes root and the engine's own mounts. The neighbour on the same host takes no notice.
const stack = new CliStack("full-disk", 121);
const names = { acme: 121, globex: 122 };
const url = (tenant: keyof typeof names): string => `http://127.0.0.1:${20000 + names[tenant] * 10}/web/login`;
const container = (service: string): string => `${stack.environment}-acme-${service}`;
const ask = async (sql: string): Promise<string> => (await query(container("postgres"), "acme", sql)).join("\n");
const repository = "/var/lib/odoo-fleet/repository";
const mounted: string[] = [];
let neighbour: unknown;

const helper = (job: string): ReturnType<typeof execIn> => execIn(container("backup"), ["odoo-fleet-backup", job]);

/** Puts a volume on a file system of its own, with so many MiB to spare, while what uses it is stopped. @returns where it is. */
async function shrink(volume: string, spareMiB: number, services: readonly string[]): Promise<string> {
  const { Mountpoint } = await engine.getVolume(container(volume)).inspect();
  const aside = mkdtempSync(join(tmpdir(), "odoo-fleet-test-"));
  await Promise.all(services.map((service) => engine.getContainer(container(service)).stop()));
  const used = Number(execFileSync("du", ["-sm", Mountpoint], { encoding: "utf8" }).split("\t")[0]);
  execFileSync("cp", ["-a", `${Mountpoint}/.`, aside]);
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${used + spareMiB}m`, "tmpfs", Mountpoint]);
  mounted.push(Mountpoint);
  // With the folder's own owner and mode.
  execFileSync("cp", ["-a", `${aside}/.`, Mountpoint]);
  rmSync(aside, { recursive: true });
  await Promise.all(services.map((service) => engine.getContainer(container(service)).start()));
  await eventually(
    () => ask("SELECT 1").catch(() => ""),
    (one) => one === "1",
  );
  return Mountpoint;
}

/** Writes into a file system until there is no space left. */
function fill(folder: string): void {
  execFileSync("sh", ["-c", `dd if=/dev/zero of='${folder}/filler' bs=64k 2>/dev/null || true`]);
}
const empty = (folder: string): void => rmSync(join(folder, "filler"));

const serves = async (tenant: keyof typeof names): Promise<void> => {
  await eventually(
    () => statusOf(url(tenant)).catch(() => 0),
    (status) => status === 200,
    180,
  );
};
/** When each of the neighbour's containers was started. */
async function neighbours(): Promise<unknown> {
  const ids = Object.entries(await containerIds(stack.environment)).filter(([name]) => name.includes("-globex-"));
  return Promise.all(ids.map(async ([, id]) => [id, (await engine.getContainer(id).inspect()).State.StartedAt]));
}

beforeAll(async () => {
  await stack.init();
  stack.configure({ tenants: { acme: { slot: names.acme }, globex: { slot: names.globex } } });
  await stack.mustUp();
  await ask("CREATE TABLE marks (what text)");
  await eventually(
    () => ask("SELECT count(*) FROM odoo_fleet.backup").catch(() => ""),
    (kinds) => kinds === "2",
    240,
  );
  await serves("acme");
  await serves("globex");
  neighbour = await neighbours();
});

afterEach(async () => {
  expect(await statusOf(url("globex"))).toBe(200);
  expect(await neighbours()).toEqual(neighbour);
});

afterAll(async () => {
  const services = ["nginx", "odoo", "files", "backup", "postgres"];
  await Promise.all(
    services.map((service) =>
      engine
        .getContainer(container(service))
        .stop()
        .catch(() => undefined),
    ),
  );
  mounted.forEach((folder) => execFileSync("umount", ["--lazy", folder]));
  await stack.dispose();
});

it("of drills: the drill says so, and the next one is proven once there is room", async () => {
  const services = ["backup", "files"];
  const folder = await shrink("drill", 24, services);
  expect((await helper("drill")).output).toMatch(/the disk has no room for a drill: \d+ MiB are free/);
  expect(await ask("SELECT fault FROM odoo_fleet.drill")).toContain("no room for a drill");
  expect(await statusOf(url("acme"))).toBe(200);
  execFileSync("mount", ["-o", "remount,size=600m", folder]);
  expect((await helper("drill")).output).toMatch(/restored and proven in \d+ s/);
});

it("of the backups: the tenant goes on, and everything that was written meanwhile is backed up once there is room", async () => {
  const folder = await shrink("repository", 24, ["backup", "files", "postgres"]);
  await serves("acme");
  fill(folder);
  for (const number of [1, 2, 3]) {
    await ask(`INSERT INTO marks VALUES ('full ${number}')`);
    await ask("SELECT pg_switch_wal()");
  }
  await eventually(
    () => ask("SELECT failed_count > 0 FROM pg_stat_archiver"),
    (failed) => failed === "t",
    120,
  );
  expect((await helper("now")).code).not.toBe(0);
  expect(await statusOf(url("acme"))).toBe(200);
  expect(Number(await ask("SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'"))).toBeGreaterThan(
    0,
  );
  empty(folder);
  await eventually(
    () => ask("SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'"),
    (waiting) => waiting === "0",
    180,
  );
  expect(await helper("now")).toSucceed();
  // Nothing of the log is missing, and what was restored is the newest.
  expect((await helper("drill")).output).toMatch(/restored and proven in \d+ s/);
  expect((await execIn(container("backup"), ["ls", repository])).output).not.toContain("filler");
});

it("of the database: what was acknowledged is there, and it goes on by itself once there is room", async () => {
  const folder = await shrink("database", 40, ["backup", "postgres"]);
  await serves("acme");
  const acknowledged = await ask("INSERT INTO marks VALUES ('before it was full') RETURNING what");
  fill(folder);
  const bulk = "INSERT INTO marks SELECT repeat(md5(i::text), 100) FROM generate_series(1, 20000) i";
  await expect(ask(bulk)).rejects.toThrow(/No space left on device|server closed the connection|not accept/);
  empty(folder);
  await eventually(
    () => ask("INSERT INTO marks VALUES ('after it') RETURNING what").catch(() => ""),
    (rows) => rows.startsWith("after it"),
    240,
  );
  expect(await ask("SELECT what FROM marks WHERE length(what) < 100 ORDER BY what")).toContain(
    acknowledged.split("\n")[0]!,
  );
  expect(await ask("SELECT count(*) FROM marks WHERE length(what) > 100")).toBe("0");
  await serves("acme");
  expect((await helper("drill")).output).toMatch(/restored and proven in \d+ s/);
});
