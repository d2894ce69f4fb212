import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { sql } from "kysely";
import { connect } from "../../src/database/connect.ts";
import { migrate, migrations } from "../../src/database/migrate.ts";
import { Postgres } from "../support/postgres.ts";

const names = [
  "0001-orders",
  "0002-api",
  "0003-jobs",
  "0004-retries",
  "0005-audit",
  "0006-login",
  "0007-lifecycle",
  "0008-figures",
  "0009-ends",
  "0011-operators",
  "0012-resizes",
  "0013-restores",
  "0014-webhooks",
  "0015-usage",
  "0016-exports",
  "0017-invoices",
  "0018-password-links",
  "0019-teams",
  "0020-suspension-reasons",
  "0021-alerts",
  "0022-passkeys",
  "0023-payments",
  "0024-identities",
  "0026-arrears",
  "0028-copies",
  "0029-module-sets",
  "0030-domains",
  "0031-cards",
  "0032-lost-domains",
  "0033-certificates",
  "0034-wakes",
  "0035-asleep-prices",
  "0036-login-links",
  "0037-job-faults",
  "0038-operator-roles",
  "0039-last-exports",
  "0040-erasure",
  "0041-link-members",
  "0042-reverse-charges",
  "0043-reversed-payments",
  "0044-trial-days",
];
let postgres: Postgres;
before(async () => {
  postgres = await Postgres.start();
});
after(() => postgres?.stop());

test("several migrations at once make the tables once, and a second run changes nothing", async () => {
  const { database, url } = await postgres.newDatabase();
  const others = [connect(url), connect(url)];
  try {
    const done = await Promise.all([database, ...others].map((one) => migrate(one)));
    assert.deepEqual(done.flat(), names);
    assert.deepEqual(await migrate(database), []);
  } finally {
    await Promise.all([database, ...others].map((one) => one.destroy()));
  }
});

test("the command migrates, with the database's URL from a file", async () => {
  const { database, url } = await postgres.newDatabase();
  const folder = await mkdtemp(join(tmpdir(), "odoo-fleet-portal-"));
  try {
    const file = join(folder, "url");
    await writeFile(file, `${url}\n`, { mode: 0o600 });
    const { stdout } = await promisify(execFile)(process.execPath, ["start.mjs", "migrate"], {
      cwd: new URL("../..", import.meta.url),
      env: { ...process.env, PORTAL_DATABASE_URL_FILE: file },
    });
    assert.equal(stdout, `migrated: ${names.join(", ")}\n`);
  } finally {
    await database.destroy();
    await rm(folder, { recursive: true });
  }
});

test("a database that a newer release has migrated is refused in one line, which says what to do, and stays as it is", async () => {
  const { database, url } = await postgres.newDatabase();
  const folder = await mkdtemp(join(tmpdir(), "odoo-fleet-portal-"));
  try {
    await migrate(database);
    await sql`insert into kysely_migration (name, timestamp) values ('9999-future', '2027')`.execute(database);
    const file = join(folder, "url");
    await writeFile(file, url, { mode: 0o600 });
    const run = promisify(execFile)(process.execPath, ["start.mjs", "migrate"], {
      cwd: new URL("../..", import.meta.url),
      env: { ...process.env, PORTAL_DATABASE_URL_FILE: file },
    });
    await assert.rejects(run, ({ code, stderr }: { code: number; stderr: string }) => {
      assert.equal(code, 1);
      assert.match(stderr, /^the portal's database has the migration 9999-future, .* or restore the database .*\n$/);
      return true;
    });
  } finally {
    await database.destroy();
    await rm(folder, { recursive: true });
  }
});

test("who was a customer before there were teams is the owner of his own, with the id and the tokens that he had", async () => {
  const { database } = await postgres.newDatabase();
  try {
    for (const [name, migration] of Object.entries(migrations)) {
      if (name === "0019-teams") {
        await sql`insert into customer (id, email) values ('c', 'c@example.com')`.execute(database);
        await sql`
          insert into tenant (id, customer_id, address, company, plan, odoo_version)
          values ('t', 'c', 'a', 'C', 'basic', '19.0')`.execute(database);
        await sql`
          insert into "order" (id, customer_id, tenant_id, plan, price, currency, is_trial, state, confirm_by)
          values ('o', 'c', 't', 'basic', 1, 'EUR', false, 'unconfirmed', now())`.execute(database);
        await sql`insert into confirmation (token_hash, order_id) values ('h', 'o')`.execute(database);
        await sql`
          insert into api_token (id, customer_id, token_hash, name, scopes)
          values ('k', 'c', 'h', 'n', '{orders:read}')`.execute(database);
      }
      await migration.up(database);
    }
    const [member] = await database.selectFrom("team_member").selectAll().execute();
    assert.deepEqual(
      [member!.id, member!.customer_id, member!.email, member!.role],
      ["c", "c", "c@example.com", "owner"],
    );
    const { rows } = await sql`
      select customer.founded_by, confirmation.email, api_token.member_id from customer, confirmation, api_token`.execute(
      database,
    );
    assert.deepEqual(rows, [{ founded_by: "c@example.com", email: "c@example.com", member_id: "c" }]);
  } finally {
    await database.destroy();
  }
});

test("the database itself refuses a second tenant on a slot, and a place without a slot", async () => {
  const { database } = await postgres.newDatabase();
  try {
    await migrate(database);
    await database
      .insertInto("customer")
      .values({ id: "c", email: "c@example.com", founded_by: "c@example.com" })
      .execute();
    const tenant = (id: string, host: string | null, slot: number | null) =>
      database
        .insertInto("tenant")
        .values({ id, customer_id: "c", address: id, company: "C", plan: "basic", odoo_version: "19.0", host, slot })
        .execute();
    await tenant("one", "local", 500);
    await tenant("other", "remote", 500);
    await assert.rejects(tenant("two", "local", 500), /tenant_host_slot/);
    await assert.rejects(tenant("three", "local", null), /tenant_place/);
    await assert.rejects(
      sql`update tenant set withdrawn_at = now() where id = 'one'`.execute(database),
      /tenant_gone_has_no_place/,
    );
  } finally {
    await database.destroy();
  }
});
