import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "../commands";
import { environmentFilter, removeLabelled } from "../engine";
import type { Figures } from "../figures";
import type { Bench } from "../fixture";
import { offerPostgres } from "../otherPostgres";
import { BenchProject } from "../project";
import { configOf } from "../stack";
import { ratio } from "../stats";
import { ask, backedUp } from "../tenantData";
import { zipRestoreSeconds } from "../zipRestore";

/** Slots of the tenant with data, and of its copy. */
const slots = { big: 948, staging: 949 };
const environment = "test-bench-data";
const container = (service: string): string => `${environment}-big-${service}`;

/**
 * A gigabyte of rows that compress to about half, in a table of Odoo's own, with its indexes and references, and as much in files of a megabyte
 * that don't.
 */
const fill = {
  database: `INSERT INTO res_partner (company_id, name, complete_name, commercial_partner_id, parent_id, ref, vat, email, phone, street, city,
      type, lang, active, comment, create_uid, write_uid, create_date, write_date)
    SELECT 1, md5(n::text), md5(n::text), 1, 1, 'R' || n, 'FR' || n, n || '@example.com', n::text, md5('s' || n), 'Paris',
      'contact', 'en_US', true, (SELECT string_agg(md5(n::text || i), '') FROM generate_series(1, 13) AS i), 1, 1, now(), now()
    FROM generate_series(1, 1000000) AS n`,
  files: `d=$(find /var/lib/odoo -type d -path '*/filestore/*' -prune | head -n 1)
    for n in $(seq 1000); do mkdir -p "$d/$((n % 100 + 100))" && head -c 1M /dev/urandom >"$d/$((n % 100 + 100))/bench$n"; done`,
};

/** A module whose next version changes rows and then fails, on the tenant's own database and not in the rehearsal before. */
const module = (version: string): Readonly<Record<string, string>> => ({
  "__init__.py": "",
  "__manifest__.py": `{"name": "Bench", "version": "${version}", "depends": ["web"], "license": "LGPL-3"}`,
  "migrations/19.0.2.0/post-bench.py": `import os


def migrate(cr, version):
    cr.execute("UPDATE res_partner SET comment = 'changed' WHERE id < 1000")
    if os.path.exists("/srv/config"):
        raise ValueError("fails on purpose")
`,
});

/** What a tenant with a gigabyte of rows and one of files takes to be proven, copied, restored and updated, by the commands of its operator. */
export async function gigabyte(bench: Bench): Promise<Figures> {
  await removeLabelled([environmentFilter(environment)]);
  const folder = join(bench.folder, "data");
  const project = new BenchProject(environment, folder, bench.cleanup);
  writeModule(folder, "19.0.1.0");
  declare(project);
  bench.say("bringing up a tenant, and one that is to be its copy");
  await project.timed("up", "--skip-preview");
  await backedUp(container("backup"));
  bench.say("filling it with 1 GB of rows and 1 GB of files");
  await ask(container("postgres"), "big", fill.database);
  await run("docker", ["exec", container("odoo"), "sh", "-c", fill.files]);
  // Once more where the helper's own turn came in between.
  const files = "/opt/odoo-fleet/bin/backup-files now";
  await run("docker", ["exec", container("files"), "sh", "-c", `${files} || ${files}`]);
  await run("docker", ["exec", container("backup"), "odoo-fleet-backup", "now"]);
  const figures: Record<string, number> = {};
  const take = async (key: string, seconds: () => Promise<number>): Promise<void> => {
    figures[key] = await seconds();
    bench.say(`${key}: ${figures[key].toFixed(1)}`);
  };
  await take("drill.GB.seconds", () => project.timed("drills", "--tenant", "big"));
  await take("copy.GB.seconds", () => project.timed("copy", "--tenant", "staging"));
  await take("update.back.seconds", () => broughtBack(project, folder));
  await take("restore.zip.GB.seconds", () =>
    zipRestoreSeconds({ database: "big", odoo: container("odoo") }, bench.cleanup),
  );
  await take("restore.GB.seconds", () => project.timed("restore", "--tenant", "big"));
  figures["restore.ratio"] = ratio(figures["restore.GB.seconds"]!, figures["restore.zip.GB.seconds"]!);
  // What it had before would be in the way.
  await project.timed("restore", "--tenant", "big", "--confirm");
  await take("upgrade.postgres.GB.seconds", () => upgraded(project, folder));
  return figures;
}

/** Declares the tenant, and its copy. */
function declare(project: BenchProject): void {
  const { hosts, tenants } = configOf({ big: slots.big });
  const both = { addons: "bench-addons", modules: ["bench"] };
  project.declare({
    hosts,
    tenants: {
      big: { ...tenants!["big"]!, ...both },
      staging: { ...both, slot: slots.staging, copyOf: "big", neutralized: ["bench"] },
    },
  });
}

function writeModule(folder: string, version: string): void {
  for (const [file, text] of Object.entries(module(version))) {
    const path = join(folder, "bench-addons", "bench", file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

/** Seconds for which the tenant doesn't serve while its database goes to the next major version of PostgreSQL, as the update says. */
async function upgraded(project: BenchProject, folder: string): Promise<number> {
  await offerPostgres(folder, [18]);
  project.set(["tenants", "big", "postgres"], 18);
  const said = await project.said("update", "--tenant", "big");
  const [, seconds] = /after (\d+) s without service/.exec(said) ?? [];
  if (seconds === undefined) {
    throw new Error(`the update to PostgreSQL 18 doesn't say how long it took: ${said}`);
  }
  return Number(seconds);
}

/** Seconds that an update which failed takes to bring everything back, as it says; declared is what was there before, again. */
async function broughtBack(project: BenchProject, folder: string): Promise<number> {
  writeModule(folder, "19.0.2.0");
  const said = await project.timed("update", "--tenant", "big").then(
    () => "",
    (error: Error) => error.message,
  );
  writeModule(folder, "19.0.1.0");
  // The image that the update had built is no longer declared.
  await project.timed("up", "--skip-preview");
  const [, seconds] = /were brought back in (\d+) s/.exec(said) ?? [];
  if (seconds === undefined) {
    throw new Error(`the update that fails on purpose didn't fail as it should: ${said}`);
  }
  return Number(seconds);
}
