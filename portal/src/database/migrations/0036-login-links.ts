import { type Kysely, sql } from "kysely";

/** Links by which customers sign in to their tenants, beside those by which they set a password. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .alterTable("password_link")
    .addColumn("purpose", "text", (column) =>
      column
        .notNull()
        .defaultTo("password")
        .check(sql`purpose in ('password', 'login')`),
    )
    .execute();
  await database.schema.alterTable("password_link").dropConstraint("password_link_pkey").execute();
  await database.schema
    .alterTable("password_link")
    .addPrimaryKeyConstraint("password_link_pkey", ["tenant_id", "purpose"])
    .execute();
  await database.schema.alterTable("job").dropConstraint("job_kind_check").execute();
  await database.schema
    .alterTable("job")
    .addCheckConstraint(
      "job_kind_check",
      sql`kind in ('create', 'suspend', 'resume', 'wake', 'resize', 'domains', 'restore', 'undo', 'settle', 'export', 'password', 'login', 'copy', 'removeCopy', 'remove', 'delete', 'erase')`,
    )
    .execute();
}
