import { createReadStream, statSync } from "node:fs";
import { execText } from "../../components/host/engineExec";
import { psql } from "../../components/host/psql";
import { tarOf } from "../../components/host/tar";
import { inThrowAway } from "../../components/host/throwAway";
import { engine } from "./engine";

/** A zip that was exported, as Odoo's own code took it. */
export interface Taken {
  /** Names of its files whose checksums are wrong, or that have none. */
  readonly wrong: string[];
  /** Names of its files, in their order. */
  readonly names: string[];
  readonly manifest: { readonly modules: Record<string, string> };
  /** The manifest that Odoo writes for the loaded database, with the name that it had. */
  readonly own: object;
  /** How many files Odoo has put into its filestore, each of which is what its name says. */
  readonly files: number;
  readonly rows: Record<string, number>;
  /** The loaded database's `database.secret`. */
  readonly secret: string;
}

/** Loads it by Odoo's database manager, and looks at what there is then. */
const script = `
import hashlib, json, logging, sys, zipfile
from pathlib import Path
import odoo
from odoo.tools import config
tables = sys.argv[1:]
config.parse_config(["--config", "/tmp/odoo.conf"])
from odoo.service import db
with zipfile.ZipFile("/tmp/export.zip") as archive:
    names = archive.namelist()
    sums = dict(reversed(line.split("  ", 1)) for line in archive.read("SHA256SUMS").decode().splitlines())
    wrong = [name for name in names if name != "SHA256SUMS" and hashlib.sha256(archive.read(name)).hexdigest() != sums.get(name)]
    manifest = json.loads(archive.read("manifest.json"))
db.restore_db("taken", "/tmp/export.zip", False)
folder = Path(config.filestore("taken"))
files = [one for one in folder.rglob("*") if one.is_file()]
wrong += [one.name for one in files if hashlib.sha1(one.read_bytes()).hexdigest() != one.name]
with odoo.sql_db.db_connect("taken").cursor() as cr:
    own = json.loads(json.dumps({**db.dump_db_manifest(cr), "db_name": manifest["db_name"]}))
    def one(query):
        cr.execute(query)
        return cr.fetchone()[0]
    rows = {table: one(f"SELECT count(*) FROM {table}") for table in tables}
    secret = one("SELECT value FROM ir_config_parameter WHERE key = 'database.secret'")
print("\\n" + json.dumps({"wrong": wrong, "names": names, "manifest": manifest, "own": own, "files": len(files), "rows": rows, "secret": secret}))
`;

/**
 * Has Odoo itself load a zip, into an empty server without a network.
 *
 * @param tenant name of the containers whose images do it, without the service.
 * @param tables whose rows are counted.
 */
export async function takenByOdoo(tenant: string, file: string, tables: readonly string[]): Promise<Taken> {
  const imageOf = async (service: string): Promise<string> =>
    (await engine.getContainer(`${tenant}-${service}`).inspect()).Image;
  const server = {
    name: `${tenant}-taken-postgres`,
    image: await imageOf("postgres"),
    binds: [],
    settings: { User: "postgres", Env: ["PGDATA=/tmp/data", "PGHOST=/tmp"] },
    host: { ShmSize: 256 * 2 ** 20 },
  };
  return inThrowAway(engine, server, async (database) => {
    await database.start();
    const options = "-c listen_addresses=127.0.0.1 -c unix_socket_directories=/tmp -c fsync=off";
    const start = `initdb --auth=trust --encoding=UTF8 --locale=C.UTF-8 >/dev/null && pg_ctl --wait --log=/tmp/log start --options="${options}"`;
    await execText(database, ["sh", "-c", start]);
    await execText(database, psql("postgres", "CREATE ROLE odoo LOGIN CREATEDB"));
    const odoo = {
      name: `${tenant}-taken-odoo`,
      image: await imageOf("odoo"),
      binds: [],
      settings: { User: "odoo" },
      host: { NetworkMode: `container:${database.id}` },
    };
    return inThrowAway(engine, odoo, async (container) => {
      const conf = "[options]\ndb_host = 127.0.0.1\ndb_user = odoo\nlist_db = True\ndata_dir = /tmp/data\n";
      await container.putArchive(
        tarOf([
          { name: "odoo.conf", content: conf },
          { name: "taken.py", content: script },
          { name: "export.zip", content: { bytes: statSync(file).size, stream: createReadStream(file) } },
        ]),
        { path: "/tmp" },
      );
      await container.start();
      const printed = await execText(container, ["python3", "/tmp/taken.py", ...tables]);
      return JSON.parse(printed.trim().split("\n").at(-1)!) as Taken;
    });
  });
}
