/** An environment whose tenants have stacks of their own loses its host and all of its states: all comes back by the copies and an operator's private key. */
import { execFileSync } from "node:child_process";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { shipperNames, tenantShipperNames } from "../../fleet/names";
import { execIn, machineAddress, query, removeObjects } from "../support/engine";
import { baseImages } from "../support/cliStack";
import { MadeProject } from "../support/madeProject";
import { eventually, statusOf } from "../support/odooClient";
import { S3Server } from "../support/s3Server";

const environment = "test-own-host";
const project = new MadeProject(environment);
// What the rules say of an edge is no matter here.
project.environmentVariables = { ODOO_FLEET_POLICY_PACK: "none" };
const bucket = "copies";
const identityFile = join(project.folder, "age-key.txt");
const tenants = { acme: { slot: 604, publishPort: true }, globex: { slot: 605, publishPort: true } };
const names = Object.keys(tenants);
const authority = "/data/pki/authorities/local/root.crt";
let server: S3Server;

const ask = async (tenant: string, sql: string): Promise<string> =>
  (await query(`${environment}-${tenant}-postgres`, tenant, sql)).join("\n");
const trusted = async (): Promise<string> => (await execIn(`${environment}-edge`, ["cat", authority])).output;
const url = (slot: number): string => `http://127.0.0.1:${20_000 + 10 * slot}/web/login`;

beforeAll(async () => {
  await removeObjects(environment);
  const script =
    'import * as age from "age-encryption"; const key = await age.generateX25519Identity(); console.log(key + " " + await age.identityToRecipient(key))';
  const [identity, recipient] = execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
    encoding: "utf8",
  })
    .trim()
    .split(" ");
  writeFileSync(identityFile, `${identity}\n`);
  server = new S3Server(26049, await machineAddress());
  await server.start();
  await server.makeBucket(bucket, 1);
  const key = await server.makeUser(bucket);
  const s3 = { endpoint: server.endpoint, bucket, accessKeyId: key.id, lockDays: 1 };
  const config = {
    layout: "perTenant",
    hosts: { local: { subnetBase: "10.238.0.0/16" } },
    ...baseImages(),
    edge: { domain: "localhost", certificates: "internal", httpPort: 18604, httpsPort: 18605 },
    backup: { s3, certificate: server.certificate, escrow: [recipient] },
    tenants,
  };
  const keys = Object.entries<unknown>(config).map(([name, value]) => [`odoo-fleet:${name}`, value]);
  project.declare(stringify({ config: Object.fromEntries(keys) as object }, { aliasDuplicateObjects: false }));
  await project.must("config", "set", "--secret", "--path", "odoo-fleet:backup.s3.secretAccessKey", key.secret);
  await project.must("up", "--skip-preview");
});

afterAll(async () => {
  await removeObjects(environment);
  await server.clean();
  project.remove();
});

it("comes back tenant by tenant, after what the host has for all of them", async () => {
  for (const tenant of names) {
    await ask(tenant, `CREATE TABLE marks (what text); INSERT INTO marks VALUES ('of ${tenant}')`);
    await eventually(
      () => ask(tenant, "SELECT count(*) FROM odoo_fleet.backup").catch(() => "0"),
      (kinds) => kinds === "2",
      300,
    );
    await ask(tenant, "SELECT pg_switch_wal()");
    await eventually(
      () => ask(tenant, "SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'"),
      (waiting) => waiting === "0",
    );
  }
  const now = Math.floor(Date.now() / 1000);
  const shippers = [shipperNames(environment), ...names.map((tenant) => tenantShipperNames(environment, tenant))];
  for (const { container } of shippers) {
    await eventually(
      () =>
        execIn(container, [
          "sh",
          "-c",
          "cat /var/lib/odoo-fleet/figures/shipper.prom || sh /etc/odoo-fleet/ship healthy",
        ]),
      ({ output }) => Number(/timestamp_seconds(?:\{[^}]*\})? (\d+)/.exec(output)?.[1] ?? 0) > now,
      180,
    );
  }
  const before = await trusted();

  await removeObjects(environment);
  const state = join(project.folder, "state");
  readdirSync(state).forEach((entry) => rmSync(join(state, entry), { recursive: true }));
  const recover = ["recover", "--host", "local", "--identity", identityFile];
  // The first of them is killed in the middle.
  const interrupted = project.begin(...recover);
  await eventually(
    () => Promise.resolve(interrupted.printed()),
    (text) => text.includes("acme: copying its backups back"),
    300,
  );
  interrupted.process.kill("SIGINT");
  expect((await interrupted.done).code).toBe(1);
  const printed = await project.must(...recover);
  expect(printed).toContain("going on with the recovery of host local that was interrupted");
  expect(printed).toMatch(
    /host local: 2 tenants in stacks of their own to recover, in this order: acme \(\d+ MiB\), globex \(\d+ MiB\)/,
  );
  expect(printed).toContain("host local is back: acme, globex");

  expect(await trusted()).toBe(before);
  for (const [tenant, { slot }] of Object.entries(tenants)) {
    expect(await ask(tenant, "SELECT what FROM marks")).toBe(`of ${tenant}`);
    await eventually(
      () => statusOf(url(slot)),
      (status) => status === 200,
    );
  }
  // What is there is as it is declared, and a second recovery finds nothing to do.
  expect(await project.must("up", "--skip-preview")).toMatch(/stacks of tenants brought up/);
  const again = await project.run(...recover);
  expect([again.code, again.output]).toEqual([1, expect.stringContaining("host local isn't gone: it has the volume")]);
  for (const tenant of names) {
    expect(await ask(tenant, "SELECT what FROM marks")).toBe(`of ${tenant}`);
  }

  // And one of them from its copies, by its own stack.
  await ask("acme", "DELETE FROM marks");
  await project.must("restore", "--tenant", "acme", "--from", "offsite");
  expect(await ask("globex", "SELECT what FROM marks")).toBe("of globex");
});
