import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { FleetConfig } from "../../../fleet";
import { machineAddress } from "../../../tests/support/engine";
import { S3Server } from "../../../tests/support/s3Server";
import { run } from "../commands";
import { environmentFilter, removeLabelled } from "../engine";
import type { Figures } from "../figures";
import type { Bench } from "../fixture";
import { BenchProject } from "../project";
import { configOf } from "../stack";
import { ask, backedUp } from "../tenantData";

const environment = "test-bench-offsite";
const slot = 947;
const bucket = "copies";
const port = 25619;
const postgres = `${environment}-copied-postgres`;

/** Writes that are followed to the target, and seconds between two of them: through several turns of what makes the copies. */
const [followed, apart] = [30, 5];
/** Seconds that a write may take to get there. */
const patience = 300;

/** How old a write is, under a steady writer, when it is on the target off the host, which is an S3 server of this machine. */
export async function offsite(bench: Bench): Promise<Figures> {
  await removeLabelled([environmentFilter(environment)]);
  const server = new S3Server(port, await machineAddress());
  bench.cleanup.defer("the S3 server", () => server.clean());
  await server.start();
  await server.makeBucket(bucket, 1);
  const { id, secret } = await server.makeUser(bucket);
  const project = new BenchProject(environment, join(bench.folder, "offsite"), bench.cleanup);
  const { hosts, tenants } = configOf({ copied: slot });
  const s3 = { endpoint: server.endpoint, bucket, accessKeyId: id, lockDays: 1 };
  // The secret follows, encrypted.
  const backup = { s3, certificate: server.certificate } as FleetConfig["backup"];
  project.declare({ hosts, tenants, backup });
  await project.timed("config", "set", "--secret", "--path", "odoo-fleet:backup.s3.secretAccessKey", secret);
  bench.say("bringing up a tenant whose backups are copied off the host");
  await project.timed("up", "--skip-preview");
  await backedUp(`${environment}-copied-backup`);
  await ask(postgres, "copied", "CREATE TABLE bench_rows (at timestamptz DEFAULT now())");
  let isOver = false;
  const writing = (async (): Promise<void> => {
    for (; !isOver; await setTimeout(500)) {
      await write();
    }
  })();
  try {
    bench.say(`following ${followed} writes to the target`);
    const taken = await delays(server);
    bench.say(`they are there after ${taken.map((one) => one.toFixed(0)).join(", ")} s`);
    return { "backup.rpo.seconds": Math.max(...taken) };
  } finally {
    isOver = true;
    await writing;
  }
}

const write = (): Promise<void> => ask(postgres, "copied", "INSERT INTO bench_rows DEFAULT VALUES");

/** Seconds from each of some writes, when it was acknowledged, until the segment of the log that it is in is on the target. */
async function delays(server: S3Server): Promise<number[]> {
  const waiting = new Map<number, string>();
  const taken: number[] = [];
  const started = performance.now();
  for (let made = 0; made < followed || waiting.size > 0; await setTimeout(250)) {
    const now = performance.now();
    if (made < followed && now - started >= made * apart * 1000) {
      made++;
      await write();
      const acknowledged = performance.now();
      const sql = "SELECT pg_walfile_name(pg_current_wal_flush_lsn())";
      waiting.set(
        acknowledged,
        (await run("docker", ["exec", postgres, "psql", "-XAtq", "-d", "copied", "-c", sql])).trim(),
      );
    }
    const there = (await server.objects(bucket)).join(" ");
    for (const [acknowledged, segment] of waiting) {
      const seconds = (performance.now() - acknowledged) / 1000;
      if (there.includes(segment)) {
        waiting.delete(acknowledged);
        taken.push(seconds);
      } else if (seconds > patience) {
        throw new Error(`${segment} isn't on the target after ${patience} s: see the logs of ${environment}'s shipper`);
      }
    }
  }
  return taken;
}
