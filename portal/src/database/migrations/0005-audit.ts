import { type Kysely, sql } from "kysely";

/** The audit trail: what was written is refused to be changed by the database itself, whoever asks. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable("audit")
    .addColumn("id", "bigint", (column) => column.generatedAlwaysAsIdentity().primaryKey())
    .addColumn("at", "timestamptz", (column) => column.notNull().defaultTo(sql`clock_timestamp()`))
    .addColumn("actor", "text", (column) =>
      column.notNull().check(sql`actor in ('customer', 'operator', 'anyone', 'portal', 'worker')`),
    )
    .addColumn("actor_id", "text")
    .addColumn("token_id", "text")
    .addColumn("client_address", "text")
    .addColumn("action", "text", (column) => column.notNull())
    .addColumn("customer_id", "text")
    .addColumn("tenant_id", "text")
    .addColumn("subject", "text")
    .addColumn("details", "jsonb", (column) => column.notNull().defaultTo(sql`'{}'::jsonb`))
    .execute();
  await database.schema.createIndex("audit_customer").on("audit").columns(["customer_id", "id"]).execute();
  await database.schema.createIndex("audit_tenant").on("audit").columns(["tenant_id", "id"]).execute();
  await sql`
    create function audit_is_append_only() returns trigger language plpgsql as $$
    begin
      raise exception 'the audit trail is append-only: % is refused', tg_op using errcode = 'insufficient_privilege';
    end $$`.execute(database);
  await sql`
    create trigger audit_append_only before update or delete or truncate on audit
    for each statement execute function audit_is_append_only()`.execute(database);
}
