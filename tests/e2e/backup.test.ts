import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Tenant } from "../../fleet/types";
import { fleetOfStackFile } from "../../tools/stackFile";
import { clear, restore, restoredTenant, type Restorer, stackIdOf } from "../../components/restore/restorer";
import { containerIds, engine, execIn, objectsOf, query, removeObjects } from "../support/engine";
import { docker } from "../support/imagesSandbox";
import { MadeProject } from "../support/madeProject";
import { eventually, OdooClient, statusOf } from "../support/odooClient";
import { describeProof, proof } from "../support/proof";

// One tenant with the defaults of backups, through everything that may happen to its data.
const environment = "test-backup";
const project = new MadeProject(environment);
const [url, slot] = ["http://127.0.0.1:27810", 781];
const container = (service: string): string => `${environment}-acme-${service}`;
const repository = "/var/lib/odoo-fleet/repository";
/** Is newer than the packs of the first snapshots. */
const firstFiles = `${repository}/first-files`;
const wrongKey = `${environment}-wrong-key`;
let password: string;

const ask = async (sql: string): Promise<string> => (await query(container("postgres"), "acme", sql)).join("\n");
/** Runs a script in one of the tenant's containers, as its user. */
async function run(service: string, script: string): Promise<string> {
  const { code, output } = await execIn(container(service), ["sh", "-ec", script]);
  if (code !== 0) {
    throw new Error(output);
  }
  return output.trim();
}
/** A row that PostgreSQL has acknowledged; when that was, by its own clock. */
const mark = (what: string): Promise<string> =>
  ask(`INSERT INTO marks VALUES ('${what}', clock_timestamp()) RETURNING at`).then((rows) => rows.split("\n")[0]!);
const marks = (): Promise<string> => ask("SELECT what FROM marks ORDER BY at");
const restoredTo = (...args: string[]): ReturnType<MadeProject["run"]> =>
  project.run("restore", "--tenant", "acme", ...args);
const backupNow = async (): Promise<void> => void (await run("backup", "odoo-fleet-backup now"));

/** Waits until everything that was written is archived. */
async function archived(): Promise<void> {
  await ask("SELECT pg_switch_wal()");
  await eventually(
    () => ask("SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'"),
    (waiting) => waiting === "0",
  );
}

/** Waits until the log is archived that has what was written at a time; the longest that a server which has just started may take. */
async function archivedSince(time: string): Promise<void> {
  await eventually(
    () => ask(`SELECT coalesce(last_archived_time > '${time}', false) FROM pg_stat_archiver`),
    (isThere) => isThere === "t",
    100,
  );
}

/** Restores as `make restore` does, up to the proof, and throws it away; what was said, or what went wrong. */
async function prove(change: Partial<Tenant["names"]> = {}): Promise<string> {
  const file = join(project.folder, "build", "stacks", `Pulumi.${environment}.yaml`);
  const tenant = fleetOfStackFile(readFileSync(file, "utf8"), environment).tenants["acme"]!;
  const after = restoredTenant(environment, tenant, 99);
  const said: string[] = [];
  const restorer: Restorer = {
    engine,
    environment,
    before: tenant,
    after: { ...after, names: { ...after.names, ...change } },
    say: (text) => said.push(text),
    signal: new AbortController().signal,
  };
  const imageOf = async (service: string): Promise<string> =>
    (await engine.getContainer(container(service)).inspect()).Image;
  const images = { postgres: await imageOf("postgres"), odoo: await imageOf("odoo") };
  try {
    await restore(restorer, images, await stackIdOf(engine, tenant), undefined);
  } catch (error) {
    said.push(`failed: ${(error as Error).message}`);
  } finally {
    await clear(restorer);
  }
  return said.join("\n");
}

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

beforeAll(async () => {
  const hosts = { local: { subnetBase: "10.218.0.0/16" } };
  const text = stringify({ config: { "odoo-fleet:hosts": hosts } });
  project.declare(`${text}  odoo-fleet:tenants:\n    acme: # ours\n      slot: ${slot}\n`);
  await project.must("up", "--skip-preview");
  password = (await project.must("password", "acme")).trim().split("\n").at(-1)!;
  await ask("CREATE TABLE marks (what text, at timestamptz)");
});

afterAll(async () => {
  await removeObjects(environment);
  await docker("volume", "rm", "--force", wrongKey);
  project.remove();
});

describe("what backs a tenant up", () => {
  it("has made a first backup of both a moment after the tenant is there, and says so to who watches", async () => {
    await eventually(
      () => ask("SELECT kind FROM odoo_fleet.backup WHERE last_success > extract(epoch FROM now()) - 600 ORDER BY 1"),
      (kinds) => kinds === "database\nfiles",
      180,
    );
    expect(await ask("SELECT setting FROM pg_settings WHERE name = 'wal_segment_size'")).toBe("1048576");
  });

  it("isn't what its administrator's link is in: that is made at once, and the tenant has its hash alone", async () => {
    const link = (await project.must("password-link", "--tenant", "acme")).trim().split("\n").at(-1)!;
    const [, token] = /\/odoo-fleet\/password#([\w-]{43})$/.exec(link)!;
    expect(await ask("SELECT token_hash, used_at IS NULL, expires_at > now() FROM odoo_fleet.password_link")).toBe(
      `${createHash("sha256").update(token!).digest("hex")}|t|t`,
    );
    expect(await statusOf(link)).toBe(200);
    const { code, output } = await project.run("password-link", "--tenant", "globex");
    expect(output).toContain("TENANT=globex isn't a tenant that runs with data of its own; expected one of: acme");
    expect(code).toBe(1);
  });

  it.each(["backup", "files"])("%s has no network, no rights, and only reads the data", async (service) => {
    const { Config, HostConfig, Mounts, NetworkSettings } = await engine.getContainer(container(service)).inspect();
    expect(HostConfig.NetworkMode).toBe("none");
    expect(Object.keys(NetworkSettings.Networks)).toEqual(["none"]);
    expect((await execIn(container(service), ["cat", "/proc/net/dev"])).output.trim().split("\n").slice(2)).toEqual([
      expect.stringMatching(/^ *lo:/),
    ]);
    expect(HostConfig.CapDrop).toEqual(["ALL"]);
    expect(HostConfig.CpuShares).toBe(128);
    expect(
      Mounts.filter(({ RW }) => RW)
        .map(({ Destination }) => Destination)
        .sort(),
    ).toEqual(["/var/lib/odoo-fleet/drill", repository]);
    expect(
      await run(service, "touch /var/lib/postgresql/data/x /var/lib/odoo/x /var/lib/odoo-fleet/turn/x || true"),
    ).toMatch(/(Read-only file system|No such file)/);
    const key = await run(
      service,
      "cat /etc/odoo-fleet/restic-password /etc/odoo-fleet/pgbackrest.conf 2>/dev/null || true",
    );
    const [secret] = /[0-9a-f]{64}/.exec(key)!;
    const shown = JSON.stringify([Config, HostConfig, await engine.getContainer(container(service)).top()]);
    expect(shown).not.toContain(secret);
  });

  it("takes more new files at once than fit into its memory", async () => {
    const folder = "/var/lib/odoo/filestore/acme/zz";
    await run("files", `touch ${firstFiles}`);
    const script = `for n in $(seq 400); do head -c 200000 /dev/urandom >${folder}/$n; done`;
    await run("odoo", `mkdir ${folder}; ${script}`);
    await run("files", "/opt/odoo-fleet/bin/backup-files now");
    await run("odoo", `rm -r ${folder}`);
    expect(await run("files", `ls -A ${repository} | grep restic || true`)).toBe("");
  });

  it("keeps nothing in the repository that can be read", async () => {
    await ask("INSERT INTO marks SELECT 'a very readable mark', '2000-01-01' FROM generate_series(1, 2000)");
    await archived();
    const files = await run("postgres", `find ${repository}/database -type f | wc -l`);
    expect(Number(files)).toBeGreaterThan(10);
    expect(await run("postgres", `grep -rl 'very readable' ${repository}/database || true`)).toBe("");
    const kinds = await run(
      "postgres",
      `head -qc 8 $(find ${repository}/database -name '0*-*.zst') | tr -d '\\0' | head -c 8`,
    );
    expect(kinds).toBe("Salted__");
    await ask("DELETE FROM marks");
  });

  proof("goes on after a clock that was a day ahead, and removes no snapshot then", async () => {
    const ahead = "$(($(date +%s) + 86400))";
    const count = "restic --no-cache --no-lock -r $RESTIC_REPOSITORY snapshots --json | grep -o '\"short_id\"' | wc -l";
    const snapshots = (): Promise<string> =>
      run(
        "files",
        `export RESTIC_PASSWORD_FILE=/etc/odoo-fleet/restic-password RESTIC_REPOSITORY=${repository}/files; ${count}`,
      );
    const before = Number(await snapshots());
    await run("backup", `echo ${ahead} >${repository}/database.time`);
    await run("files", `touch -d @${ahead} ${repository}/files.time ${repository}/files.forgotten`);
    const isPast = `now=$(date +%s); cd ${repository}; [ "$(cat database.time)" -le $now ] && echo yes || true`;
    const arePast = `now=$(date +%s); cd ${repository}; [ "$(stat -c %Y files.time)" -le $now ] && [ "$(stat -c %Y files.forgotten)" -le $now ] && echo yes || true`;
    await eventually(
      async () => [await run("backup", isPast), await run("files", arePast)].join(),
      (both) => both === "yes,yes",
      180,
    );
    expect(Number(await snapshots())).toBeGreaterThan(before);
  });
});

describe("a restore", () => {
  let between: string;
  let attachment: number;

  it("refuses a time that can't be, and a tenant that isn't there", async () => {
    expect(await restoredTo("--at", "2999-01-01 00:00")).toMatchObject({
      code: 1,
      output: expect.stringContaining("is in the future") as string,
    });
    expect((await restoredTo("--at", "yesterday")).output).toContain('AT, "yesterday", isn\'t a time.');
    expect((await restoredTo("--at", "2025-01-01 00:00")).output).toMatch(
      /no backup is as old as 2025-01-01 00:00:00.000\+00: the oldest one that is kept ended at \d{4}-[-0-9]+ [:0-9]+\+00/,
    );
    expect((await project.run("restore", "--tenant", "acne")).output).toContain(
      "isn't declared; expected one of: acme",
    );
  });

  it("to a moment between two writes brings back the first and not the second, and a file that is gone", async () => {
    const client = new OdooClient(url);
    expect(await client.login("acme", "admin", password)).toBe(2);
    const datas = Buffer.from("a customer's file").toString("base64");
    [attachment] = await client.call<[number]>("ir.attachment", "create", [[{ name: "scan.bin", datas }]]);
    const name = await ask(`SELECT store_fname FROM ir_attachment WHERE id = ${attachment}`);
    const has = `restic --no-cache --no-lock -r ${repository}/files -p /etc/odoo-fleet/restic-password ls latest /acme/${name}`;
    await eventually(
      () => run("files", `${has} | grep -c '^/acme/${name}$'`),
      (count) => count === "1",
    );
    await mark("first");
    // The file goes, as by Odoo's own cleaning, after the moment and before the snapshot that follows it.
    between = await ask("SELECT to_char(clock_timestamp() AT TIME ZONE 'utc', 'YYYY-MM-DD HH24:MI:SS.US')");
    await mark("second");
    await client.call("ir.attachment", "unlink", [[attachment]]);
    await run("odoo", `rm /var/lib/odoo/filestore/acme/${name}`);
    await eventually(
      () => run("files", `${has} | grep -c '^/acme/${name}$' || true`),
      (count) => count === "0",
    );

    const { code, output } = await restoredTo("--at", between);
    expect(output).toContain("the first after that time");
    expect(output).toMatch(/1 files are from the snapshot of/);
    expect(output).toMatch(/checked: tables, indexes and the checksum of every page; \d+ files are named/);
    expect(code).toBe(0);
    expect(output).not.toContain(password);
    // What recovery fetched ahead of what it read is gone.
    expect(await run("postgres", 'ls "$(dirname "$PGDATA")"')).toBe("pgdata");
    await eventually(
      () => statusOf(`${url}/web/login`),
      (status) => status === 200,
    );
    expect(await marks()).toBe("first");
    const again = new OdooClient(url);
    expect(await again.login("acme", "admin", password)).toBe(2);
    const [file] = await again.call<{ datas: string }[]>("ir.attachment", "read", [[attachment], ["datas"]]);
    expect(file!.datas).toBe(datas);
  });

  it("leaves the declaration and the stack as they should be, and the old volumes until it is confirmed", async () => {
    expect(project.declared()).toMatch(/ {4}acme: # ours\n {6}slot: 781\n {6}restored: 1\n$/);
    expect(await project.must("up", "--skip-preview")).toMatch(/^ {2}\d+ unchanged; /m);
    const volumes = async (): Promise<string[]> =>
      (await objectsOf(environment)).filter((name) => /-(database|filestore|repository)/.test(name));
    const [database, filestore] = [container("database"), container("filestore")];
    const now = [`${database}-1`, `${filestore}-1`, container("repository")];
    expect(await volumes()).toEqual([database, filestore, ...now].sort());
    expect((await restoredTo()).output).toContain("an earlier restore waits to be confirmed first");
    await project.must("restore", "--tenant", "acme", "--confirm");
    expect(await volumes()).toEqual(now);
    expect((await restoredTo("--confirm")).code).toBe(1);
    expect(Object.keys(await containerIds(environment))).toHaveLength(5);
  });

  it("has every write that was acknowledged, also after the time went back once, where the plan was larger before, and when the server was killed", async () => {
    // What a larger plan's server writes down, which one of a smaller plan reads.
    for (const setting of ["SET max_connections = 99", "RESET max_connections"]) {
      await ask(`ALTER SYSTEM ${setting}`);
      await engine.getContainer(container("postgres")).restart();
      await eventually(
        () => mark(setting).catch(() => ""),
        (time) => time !== "",
      );
    }
    const acknowledged = await mark("after the restore");
    // What is older than the minute that may be lost is archived by then, without anybody's help: no backup has woken the server since it
    // was started.
    await archivedSince(acknowledged);
    // The helper reads what the server keeps of it, and has told how long that was.
    expect(await run("backup", "odoo-fleet-backup figures")).toMatch(/^odoo_fleet_wal_waiting_seconds \d+(\.\d+)?$/m);
    await engine.getContainer(container("postgres")).kill();
    const said = await prove();
    await engine.getContainer(container("postgres")).start();
    const [, last] = /last transaction: (.*)/.exec(said)!;
    expect(Date.parse(last!)).toBeGreaterThanOrEqual(Math.floor(Date.parse(acknowledged)));
    expect(said).not.toContain("failed");
  });

  proof("is undone as long as it isn't confirmed, and what was written meanwhile is kept until that is", async () => {
    await eventually(
      () => mark("before the restore that is undone").catch(() => ""),
      (time) => time !== "",
    );
    const before = await marks();
    expect((await restoredTo("--undo")).output).toContain("there is no finished restore of acme that waits");
    expect((await restoredTo()).output).toContain("make restore TENANT=acme UNDO=yes");
    await mark("on what was restored");
    const volumes = async (): Promise<string[]> =>
      (await objectsOf(environment)).filter((name) => /-database(-\d+)?$/.test(name));
    const [own, restored] = [`${container("database")}-1`, `${container("database")}-2`];

    const { code, output } = await restoredTo("--undo");
    expect([code, output]).toEqual([0, expect.stringContaining("serves what it had before the restore")]);
    expect(await marks()).toBe(before);
    expect(project.declared()).toMatch(/ {6}restored: 1\n$/);
    expect(await volumes()).toEqual([own, restored]);
    await eventually(
      () => statusOf(`${url}/web/login`),
      (status) => status === 200,
    );
    expect(await new OdooClient(url).login("acme", "admin", password)).toBe(2);
    expect((await restoredTo()).output).toContain("an earlier restore waits to be confirmed first");
    await project.must("restore", "--tenant", "acme", "--confirm");
    expect(await volumes()).toEqual([own]);
    // Its backups go on, on a way of their own.
    await archivedSince(await mark("after it was undone"));
    expect(await project.must("up", "--skip-preview")).toMatch(/^ {2}\d+ unchanged; /m);
  });
});

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
    await client.login("acme", "admin", password);
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
    expect(await client.login("acme", "admin", password)).toBe(2);
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
