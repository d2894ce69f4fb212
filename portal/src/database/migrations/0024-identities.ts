import { type Kysely, sql } from "kysely";

/** Who signs in by another service (OpenID Connect), and what somebody who is about to has to come back with. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable("login_identity")
    .addColumn("issuer", "text", (column) => column.notNull())
    .addColumn("subject", "text", (column) => column.notNull())
    .addColumn("user_id", "text", (column) => column.notNull().references("login_user.id").onDelete("cascade"))
    .addColumn("created_at", "timestamptz", (column) => column.notNull())
    .addColumn("used_at", "timestamptz", (column) => column.notNull())
    .addPrimaryKeyConstraint("login_identity_pkey", ["issuer", "subject"])
    .addUniqueConstraint("login_identity_once", ["user_id", "issuer"])
    .execute();
  await database.schema
    .createTable("login_departure")
    .addColumn("state_hash", "text", (column) => column.primaryKey().check(sql`state_hash ~ '^[0-9a-f]{64}$'`))
    .addColumn("service", "text", (column) => column.notNull())
    .addColumn("nonce", "text", (column) => column.notNull())
    .addColumn("verifier", "text", (column) => column.notNull())
    .addColumn("expires_at", "timestamptz", (column) => column.notNull())
    .execute();
}
