import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Tenant } from "../../../fleet/types";
import { fleetOfStackFile } from "../../../tools/stackFile";
import { clear, restore, restoredTenant, type Restorer, stackIdOf } from "../../../components/restore/restorer";
import { engine, execIn, query } from "../../support/engine";
import { MadeProject } from "../../support/madeProject";
import { eventually } from "../../support/odooClient";

export const environment = "test-backup";
export const project = new MadeProject(environment);
export const [url, slot] = ["http://127.0.0.1:27810", 781];
export const container = (service: string): string => `${environment}-acme-${service}`;
export const repository = "/var/lib/odoo-fleet/repository";
/** Is newer than the packs of the first snapshots. */
export const firstFiles = `${repository}/first-files`;
export const wrongKey = `${environment}-wrong-key`;
/** What the tenant's administrator signs in with, once it is up. */
export const administrator = {} as { password: string };

export const ask = async (sql: string): Promise<string> => (await query(container("postgres"), "acme", sql)).join("\n");
/** Runs a script in one of the tenant's containers, as its user. */
export async function run(service: string, script: string): Promise<string> {
  const { code, output } = await execIn(container(service), ["sh", "-ec", script]);
  if (code !== 0) {
    throw new Error(output);
  }
  return output.trim();
}
/** A row that PostgreSQL has acknowledged; when that was, by its own clock. */
export const mark = (what: string): Promise<string> =>
  ask(`INSERT INTO marks VALUES ('${what}', clock_timestamp()) RETURNING at`).then((rows) => rows.split("\n")[0]!);
export const marks = (): Promise<string> => ask("SELECT what FROM marks ORDER BY at");
export const restoredTo = (...args: string[]): ReturnType<MadeProject["run"]> =>
  project.run("restore", "--tenant", "acme", ...args);
export const backupNow = async (): Promise<void> => void (await run("backup", "odoo-fleet-backup now"));

/** Waits until everything that was written is archived. */
export async function archived(): Promise<void> {
  await ask("SELECT pg_switch_wal()");
  await eventually(
    () => ask("SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'"),
    (waiting) => waiting === "0",
  );
}

/** Waits until the log is archived that has what was written at a time; the longest that a server which has just started may take. */
export async function archivedSince(time: string): Promise<void> {
  await eventually(
    () => ask(`SELECT coalesce(last_archived_time > '${time}', false) FROM pg_stat_archiver`),
    (isThere) => isThere === "t",
    100,
  );
}

/** Restores as `make restore` does, up to the proof, and throws it away; what was said, or what went wrong. */
export async function prove(change: Partial<Tenant["names"]> = {}): Promise<string> {
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
