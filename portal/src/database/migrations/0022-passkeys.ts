import { type Kysely, sql } from "kysely";

/** Passkeys of who signs in, and what they are asked to sign. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable("login_passkey")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("user_id", "text", (column) => column.notNull().references("login_user.id").onDelete("cascade"))
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("credential_id", "text", (column) => column.notNull().unique())
    .addColumn("public_key", "bytea", (column) => column.notNull())
    .addColumn("counter", "bigint", (column) => column.notNull())
    .addColumn("transports", sql`text[]`, (column) => column.notNull())
    .addColumn("created_at", "timestamptz", (column) => column.notNull())
    .addColumn("used_at", "timestamptz")
    .execute();
  await database.schema.createIndex("login_passkey_user").on("login_passkey").column("user_id").execute();
  await database.schema
    .createTable("login_challenge")
    .addColumn("challenge", "text", (column) => column.primaryKey())
    .addColumn("user_id", "text", (column) => column.references("login_user.id").onDelete("cascade"))
    .addColumn("expires_at", "timestamptz", (column) => column.notNull())
    .execute();
}
