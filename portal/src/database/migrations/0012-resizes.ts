import { type Kysely, sql } from "kysely";

/** Another plan for a tenant: what plans need and hosts have, as the worker found it, which plan is wanted, and which ones there were. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable("plan_need")
    .addColumn("plan", "text", (column) => column.primaryKey())
    .addColumn("need", "jsonb", (column) => column.notNull())
    .execute();
  await database.schema
    .createTable("host_capacity")
    .addColumn("host", "text", (column) => column.primaryKey())
    .addColumn("capacity", "jsonb", (column) => column.notNull())
    .execute();
  await database.schema.alterTable("tenant").addColumn("next_plan", "text").execute();
  await database.schema
    .createTable("plan_change")
    .addColumn("id", "bigint", (column) => column.generatedAlwaysAsIdentity().primaryKey())
    .addColumn("tenant_id", "text", (column) => column.notNull().references("tenant.id"))
    .addColumn("from_plan", "text", (column) => column.notNull())
    .addColumn("to_plan", "text", (column) => column.notNull())
    .addColumn("price", "integer", (column) => column.notNull().check(sql`price >= 0`))
    .addColumn("currency", "text", (column) => column.notNull())
    .addColumn("asked_at", "timestamptz", (column) => column.notNull())
    .addColumn("done_at", "timestamptz")
    .execute();
  await database.schema.createIndex("plan_change_tenant").on("plan_change").columns(["tenant_id", "id"]).execute();
  await database.schema.alterTable("job").dropConstraint("job_kind_check").execute();
  await database.schema
    .alterTable("job")
    .addCheckConstraint(
      "job_kind_check",
      sql`kind in ('create', 'suspend', 'resume', 'resize', 'remove', 'delete', 'erase')`,
    )
    .execute();
  // How long resizes and starts took is asked without a look at any other job.
  await sql`create index job_restarted on job (number) where kind in ('resize', 'resume') and state = 'done'`.execute(
    database,
  );
}
