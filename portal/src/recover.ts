import { parseArgs } from "node:util";
import { sql } from "kysely";
import { z } from "zod";
import { connect } from "./database/connect.ts";
import { databaseUrl, readSettings } from "./settings.ts";
import { demandPack } from "./worker/policyPack.ts";
import { PulumiProvisioner } from "./worker/pulumiProvisioner.ts";
import { recoverHost } from "./worker/recovery.ts";
import { fleetSecret, readWorkerSettings } from "./worker/workerSettings.ts";

/** Brings back what was ordered on a host that was lost. It has what a worker has. Ends with 1 where one isn't back. */
const text = { type: "string" } as const;
const { values } = parseArgs({ args: process.argv.slice(3), options: { host: text, identity: text, at: text } });
const request = z
  .object({ host: z.string(), identity: z.string().optional(), at: z.coerce.date().optional() })
  .safeParse(values);
if (!request.success) {
  console.error("expected --host NAME [--identity FILE] [--at 2026-11-26T10:15:00Z]");
  process.exit(2);
}
const { host, identity, at } = request.data;
const interrupt = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(name, () => interrupt.abort(new Error("interrupted")));
}
const say = (line: string): void => console.log(`odoo-fleet: ${line}`);
const fail = (line: string): void => {
  console.error(`odoo-fleet: ${line}`);
  process.exitCode = 1;
};

const settings = readSettings(process.env);
const workerSettings = readWorkerSettings(process.env, settings);
demandPack(workerSettings);
const provisioner = new PulumiProvisioner(workerSettings, settings.domain, fleetSecret(process.env, workerSettings));
const database = connect(databaseUrl(process.env));
try {
  await sql`select 1`.execute(database).catch((error: Error) => {
    throw new Error(
      `the portal's database can't be reached from here (${error.message}): on the portal's host, make recover HOST=${host} ORDERED=only goes on`,
    );
  });
  const { back, failed } = await recoverHost({ database, provisioner }, host, {
    ...{ say, signal: interrupt.signal },
    ...(identity !== undefined && { identity }),
    ...(at !== undefined && { at }),
  });
  say(
    `${back.length} ordered tenants of host ${host} are there${failed.length > 0 ? `; ${failed.length} aren't:` : ""}`,
  );
  failed.forEach(({ tenant, error }) => fail(`${tenant}: ${error.message}`));
} catch (error) {
  fail((error as Error).message);
} finally {
  await database.destroy();
}
