import { join } from "node:path";
import { run } from "../commands";
import { environmentFilter, removeLabelled } from "../engine";
import type { Figures } from "../figures";
import type { Bench } from "../fixture";
import { BenchProject } from "../project";
import { configOf } from "../stack";
import { ask, backedUp } from "../tenantData";

/** Slots of the tenant with data, and of its copy. */
const slots = { big: 948, staging: 949 };
const environment = "test-bench-data";

/** A gigabyte of rows that compress to about half, and as much in files of a megabyte that don't. */
const fill = {
  database: `CREATE TABLE bench_rows AS SELECT n, (SELECT string_agg(md5(n::text || i), '') FROM generate_series(1, 28) AS i) AS row
    FROM generate_series(1, 1000000) AS n`,
  files: `d=$(find /var/lib/odoo -type d -path '*/filestore/*' -prune | head -n 1)
    for n in $(seq 1000); do mkdir -p "$d/$((n % 100 + 100))" && head -c 1M /dev/urandom >"$d/$((n % 100 + 100))/bench$n"; done`,
};

/** What a tenant with a gigabyte of rows and one of files takes to be proven, copied and restored, by the commands of its operator. */
export async function gigabyte(bench: Bench): Promise<Figures> {
  await removeLabelled([environmentFilter(environment)]);
  const project = new BenchProject(environment, join(bench.folder, "data"), bench.cleanup);
  const { tenants, ...rest } = configOf({ big: slots.big });
  project.declare({ ...rest, tenants: { ...tenants, staging: { slot: slots.staging, copyOf: "big" } } });
  bench.say("bringing up a tenant, and one that is to be its copy");
  await project.timed("up", "--skip-preview");
  await backedUp(`${environment}-big-backup`);
  bench.say("filling it with 1 GB of rows and 1 GB of files");
  await ask(`${environment}-big-postgres`, "big", fill.database);
  await run("docker", ["exec", `${environment}-big-odoo`, "sh", "-c", fill.files]);
  const figures: Record<string, number> = {};
  const take = async (key: string, seconds: () => Promise<number>): Promise<void> => {
    figures[key] = await seconds();
    bench.say(`${key}: ${figures[key].toFixed(1)}`);
  };
  await run("docker", ["exec", `${environment}-big-files`, "/opt/odoo-fleet/bin/backup-files", "now"]);
  await run("docker", ["exec", `${environment}-big-backup`, "odoo-fleet-backup", "now"]);
  await take("drill.GB.seconds", () => project.timed("drills", "--tenant", "big"));
  await take("copy.GB.seconds", () => project.timed("copy", "--tenant", "staging"));
  await take("restore.GB.seconds", () => project.timed("restore", "--tenant", "big"));
  return figures;
}
