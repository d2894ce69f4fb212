import { type Kysely, sql } from "kysely";

/** Domains of customers' own: what was asked for, what is proven, and what each tenant was brought up with. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable("tenant_domain")
    .addColumn("number", "bigint", (column) => column.generatedAlwaysAsIdentity().primaryKey())
    .addColumn("tenant_id", "text", (column) => column.notNull().references("tenant.id"))
    .addColumn("domain", "text", (column) => column.notNull())
    .addColumn("created_at", "timestamptz", (column) => column.notNull().defaultTo(sql`now()`))
    .addColumn("checked_at", "timestamptz")
    .addColumn("state", "text", (column) =>
      column
        .notNull()
        .defaultTo("unchecked")
        .check(sql`state in ('unchecked', 'unproven', 'elsewhere', 'unanswered', 'taken', 'proven')`),
    )
    .addColumn("addresses", sql`text[]`, (column) => column.notNull().defaultTo(sql`'{}'`))
    .addColumn("proven_at", "timestamptz")
    .addUniqueConstraint("tenant_domain_once", ["tenant_id", "domain"])
    .execute();
  // Whoever has proven it keeps everybody else out; who only asked for it, nobody.
  await sql`create unique index tenant_domain_proven on tenant_domain (domain) where proven_at is not null`.execute(
    database,
  );
  await database.schema
    .alterTable("tenant")
    .addColumn("made_domains", sql`text[]`, (column) => column.notNull().defaultTo(sql`'{}'`))
    .execute();
  await database.schema.alterTable("job").dropConstraint("job_kind_check").execute();
  await database.schema
    .alterTable("job")
    .addCheckConstraint(
      "job_kind_check",
      sql`kind in ('create', 'suspend', 'resume', 'resize', 'domains', 'restore', 'undo', 'settle', 'export', 'password', 'copy', 'removeCopy', 'remove', 'delete', 'erase')`,
    )
    .execute();
}
