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
const postgres = `${environment}-tenant-1-postgres`;

/** Writes that are followed to the target, each at another moment of a minute. */
const followed = 10;
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
  const { hosts, tenants } = configOf({ "tenant-1": slot });
  const s3 = { endpoint: server.endpoint, bucket, accessKeyId: id, lockDays: 1 };
  // The secret follows, encrypted.
  const backup = { s3, certificate: server.certificate } as FleetConfig["backup"];
  project.declare({ hosts, tenants, backup });
  await project.timed("config", "set", "--secret", "--path", "odoo-fleet:backup.s3.secretAccessKey", secret);
  bench.say("bringing up a tenant whose backups are copied off the host");
  await project.timed("up", "--skip-preview");
  await backedUp(`${environment}-tenant-1-backup`);
  await ask(postgres, "tenant-1", "CREATE TABLE bench_rows (at timestamptz DEFAULT now())");
  let isOver = false;
  const write = async (): Promise<void> => {
    for (; !isOver; await setTimeout(500)) {
      await ask(postgres, "tenant-1", "INSERT INTO bench_rows DEFAULT VALUES");
    }
  };
  const writing = write();
  const taken: number[] = [];
  try {
    for (let round = 1; round <= followed; round++) {
      taken.push(await untilCopied(server));
      bench.say(`on the target, write ${round} of ${followed}: ${taken.at(-1)!.toFixed(1)} s`);
      // Not in step with what the copies are made by.
      await setTimeout(round * 1700);
    }
  } finally {
    isOver = true;
    await writing;
  }
  return { "backup.rpo.seconds": Math.max(...taken) };
}

/** Seconds from a write that was acknowledged until the segment of the log that it is in is on the target. */
async function untilCopied(server: S3Server): Promise<number> {
  await ask(postgres, "tenant-1", "INSERT INTO bench_rows DEFAULT VALUES");
  const started = performance.now();
  const sql = "SELECT pg_walfile_name(pg_current_wal_flush_lsn())";
  const segment = (await run("docker", ["exec", postgres, "psql", "-XAtq", "-d", "tenant-1", "-c", sql])).trim();
  for (; performance.now() - started < patience * 1000; await setTimeout(250)) {
    if ((await server.objects(bucket)).some((path) => path.includes(segment))) {
      return (performance.now() - started) / 1000;
    }
  }
  throw new Error(`${segment} isn't on the target after ${patience} s: see the logs of ${environment}'s shipper`);
}
