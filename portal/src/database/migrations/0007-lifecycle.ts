import { type Kysely, sql } from "kysely";

/** When a tenant is meant to run, what it was brought to, and which warnings of its end were sent. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .alterTable("tenant")
    .addColumn("made_state", "text", (column) => column.check(sql`made_state in ('running', 'suspended')`))
    .addColumn("stopped_at", "timestamptz")
    .addColumn("operator_suspended_at", "timestamptz")
    .addColumn("expires_at", "timestamptz")
    .addColumn("trial_until", "timestamptz")
    .addColumn("awake_until", "timestamptz")
    .addColumn("active_hours", sql`text[]`, (column) => column.notNull().defaultTo(sql`'{}'`))
    .addColumn("holidays", sql`text[]`, (column) => column.notNull().defaultTo(sql`'{}'`))
    .execute();
  await sql`update tenant set made_state = 'running' where ready_at is not null`.execute(database);
  await database.schema.alterTable("job").dropConstraint("job_kind_check").execute();
  await database.schema
    .alterTable("job")
    .addCheckConstraint("job_kind_check", sql`kind in ('create', 'suspend', 'resume')`)
    .execute();
  // One for each of a tenant's ends: who is given more time is warned of the new end.
  await database.schema
    .createTable("warning")
    .addColumn("tenant_id", "text", (column) => column.notNull().references("tenant.id"))
    .addColumn("ends_at", "timestamptz", (column) => column.notNull())
    .addColumn("days", "integer", (column) => column.notNull())
    .addColumn("sent_at", "timestamptz", (column) => column.notNull().defaultTo(sql`now()`))
    .addPrimaryKeyConstraint("warning_once", ["tenant_id", "ends_at", "days"])
    .execute();
}
