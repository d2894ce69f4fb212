import { engine, execIn, objectsOf } from "../../support/engine";
import { docker } from "../../support/imagesSandbox";
import { eventually, OdooClient, statusOf } from "../../support/odooClient";
import { proof } from "../../support/proof";
import {
  administrator,
  archived,
  archivedSince,
  ask,
  backupNow,
  container,
  environment,
  firstFiles,
  mark,
  project,
  prove,
  repository,
  run,
  url,
  wrongKey,
} from "./fleet";

/** Has the tenant drilled now, as its helper does by itself; what was said. */
async function drill(): Promise<string> {
  const { output } = await execIn(container("backup"), ["odoo-fleet-backup", "drill"]);
  return output;
}
/** What the database's exporter would find of drills: when one was proven, and what was wrong in the last one. */
const drilled = (): Promise<string> =>
  ask(
    "SELECT coalesce(last_success, 0), seconds IS NOT NULL, coalesce(fault, '') FROM odoo_fleet.drill WHERE copy = 'local'",
  );

/** Turns one byte in the middle of a file over; twice, it is as before. */
const flip = (file: string): string => `f=$(${file}); [ -n "$f" ]; chmod u+w "$f"; m=$(($(stat -c %s "$f") / 2))
b=$(dd if="$f" bs=1 skip=$m count=1 status=none | od -An -tu1); printf "\\\\$(printf %o $((b ^ 255)))" | dd of="$f" bs=1 seek=$m conv=notrunc status=none`;

describe("a drill restores beside what serves, and fails and names what is wrong where it can't:", () => {
  let proven: string;
  let written: string;

  beforeAll(async () => {
    written = await eventually(
      () => mark("after the kill").catch(() => ""),
      (time) => time !== "",
    );
  });

  it("nothing, which is proven up to pages that Odoo serves, also before the first snapshot of the files", async () => {
    // Until then its helper waits for the turn, which the drill has.
    await run("files", "rm /tmp/last");
    const begin = Math.floor(Date.now() / 1000);
    const said = await drill();
    expect(said).toMatch(/odoo-fleet: restored and proven in \d+ s/);
    const helper = await engine.getContainer(container("files")).logs({ stdout: true, stderr: true, tail: 5 });
    expect(helper.toString()).toMatch(/served: the login page and its [1-9]\d* bundles, with [1-9]\d* modules/);
    proven = (await drilled()).split("|")[0]!;
    expect(Number(proven)).toBeGreaterThanOrEqual(begin);
    expect(await drilled()).toBe(`${proven}|t|`);
    expect(await run("backup", "ls -A /var/lib/odoo-fleet/drill | grep -vE '^(answer|taken)$' || true")).toBe("");
  });

  it("a byte of a backup of the database", async () => {
    // Of the newest backup: of older ones a restore reads only what didn't change since.
    const bundle = flip(`find ${repository}/database/backup/main/latest/bundle -type f | sort | head -n 1`);
    await run("postgres", bundle);
    await drill();
    await run("postgres", bundle);
    expect(await drilled()).toMatch(new RegExp(`^${proven}\\|t\\|.*(checksum|unable to|invalid|decrypt|error)`, "i"));
  });

  proof("a byte of a snapshot of the files", async () => {
    // One that the newest snapshot has, too: of the files that were there from the first one on.
    const largest = `find ${repository}/files/data -type f ! -newer ${firstFiles} -exec ls -S {} + | head -n 1`;
    const pack = flip(`echo ${await run("files", largest)}`);
    await run("files", pack);
    await drill();
    await run("files", pack);
    expect(await drilled()).toMatch(/\|odoo-fleet: restic .*(ciphertext|corrupt|verification|invalid|does not match)/i);
  });

  proof("a segment of the log", async () => {
    await mark("in the missing segment");
    const [segment] = (await ask("SELECT pg_walfile_name(pg_current_wal_lsn())")).split("\n");
    await archived();
    await mark("after it");
    await archived();
    const archive = `${repository}/database/archive/main/*/*`;
    await run("postgres", `mv ${archive}/${segment}-* /tmp/`);
    const said = await drill();
    await run("postgres", `mv /tmp/${segment}-* $(dirname $(ls -d ${archive}/${segment!.slice(0, 8)}* | tail -n 1))`);
    expect(said).toContain("the drill failed");
    expect(said).toContain(`unable to find ${segment}`);
    expect(await drilled()).toContain("a segment in between is missing");
  });

  proof("a file that no snapshot has", async () => {
    const client = new OdooClient(url);
    await client.login("acme", "admin", administrator.password);
    const datas = Buffer.from("never snapshot").toString("base64");
    const [id] = await client.call<[number]>("ir.attachment", "create", [[{ name: "gone.bin", datas }]]);
    const name = await ask(`SELECT store_fname FROM ir_attachment WHERE id = ${id}`);
    // As if the row were committed without its file: what is named isn't what is there.
    await ask(`UPDATE ir_attachment SET store_fname = 'ff/${"f".repeat(40)}' WHERE id = ${id}`);
    await drill();
    await ask(`UPDATE ir_attachment SET store_fname = '${name}' WHERE id = ${id}`);
    expect(await drilled()).toMatch(
      /\|odoo-fleet: 1 of \d+ files that the database names are in no snapshot, or damaged: ff/,
    );
  });

  it("nothing any more, once it is mended", async () => {
    // Also after a crash nothing but time was needed.
    await archivedSince(written);
    await backupNow();
    await drill();
    expect(await drilled()).toMatch(/^\d+\|t\|$/);
    expect(Number((await drilled()).split("|")[0])).toBeGreaterThan(Number(proven));
  });

  it("a key, of which a restore tells", async () => {
    const image = (await engine.getContainer(container("postgres")).inspect()).Image;
    const script = "cp -a /from/. /to; sed -i 's/^repo1-cipher-pass=./&x/' /to/pgbackrest.conf";
    const volumes = ["--volume", `${container("postgres-config")}:/from:ro`, "--volume", `${wrongKey}:/to`];
    await docker("run", "--rm", "--user", "root", ...volumes, "--entrypoint", "sh", image, "-ec", script);
    expect(await prove({ postgresConfigVolume: wrongKey })).toContain("the key is another than it was written with");
  });

  it("and through all of it the tenant served, and no new volumes are left", async () => {
    const { code, output } = await project.run("destroy");
    expect(output).toContain("protected: acme-database, acme-filestore, acme-repository. Nothing was removed");
    expect(code).toBe(1);
    expect(await statusOf(`${url}/web/login`)).toBe(200);
    expect((await objectsOf(environment)).filter((name) => name.endsWith("-99"))).toEqual([]);
  });
});
