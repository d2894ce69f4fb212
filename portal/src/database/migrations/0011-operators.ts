import { type Kysely, sql } from "kysely";

/** Who is an operator, and second factors: the tables of better-auth's plugin, under names of ours. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable("operator")
    .addColumn("email", "text", (column) => column.primaryKey().check(sql`email = lower(email)`))
    .addColumn("created_at", "timestamptz", (column) => column.notNull().defaultTo(sql`now()`))
    .execute();
  await database.schema
    .alterTable("login_user")
    .addColumn("two_factor_enabled", "boolean", (column) => column.notNull().defaultTo(false))
    .execute();
  await database.schema.alterTable("login_session").addColumn("second_factor_at", "timestamptz").execute();
  await database.schema
    .createTable("login_two_factor")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("user_id", "text", (column) => column.notNull().unique().references("login_user.id").onDelete("cascade"))
    .addColumn("secret", "text", (column) => column.notNull())
    .addColumn("backup_codes", "text", (column) => column.notNull())
    .addColumn("verified", "boolean", (column) => column.notNull())
    .addColumn("failed_verification_count", "integer", (column) => column.notNull().defaultTo(0))
    .addColumn("locked_until", "timestamptz")
    .execute();
}
