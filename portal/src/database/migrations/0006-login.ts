import { type Kysely, sql } from "kysely";

/** Who signs in, with which password, and since when: the tables of better-auth, under names of ours. */
export async function up(database: Kysely<unknown>): Promise<void> {
  const made = sql`now()`;
  await database.schema
    .createTable("login_user")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("email", "text", (column) =>
      column
        .notNull()
        .unique()
        .check(sql`email = lower(email)`),
    )
    .addColumn("email_verified", "boolean", (column) => column.notNull())
    .addColumn("image", "text")
    .addColumn("created_at", "timestamptz", (column) => column.notNull().defaultTo(made))
    .addColumn("updated_at", "timestamptz", (column) => column.notNull().defaultTo(made))
    .execute();

  await database.schema
    .createTable("login_session")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("user_id", "text", (column) => column.notNull().references("login_user.id").onDelete("cascade"))
    .addColumn("token", "text", (column) => column.notNull().unique())
    .addColumn("expires_at", "timestamptz", (column) => column.notNull())
    .addColumn("ip_address", "text")
    .addColumn("user_agent", "text")
    .addColumn("created_at", "timestamptz", (column) => column.notNull().defaultTo(made))
    .addColumn("updated_at", "timestamptz", (column) => column.notNull().defaultTo(made))
    .execute();
  await database.schema.createIndex("login_session_user").on("login_session").column("user_id").execute();

  await database.schema
    .createTable("login_account")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("user_id", "text", (column) => column.notNull().references("login_user.id").onDelete("cascade"))
    .addColumn("account_id", "text", (column) => column.notNull())
    .addColumn("provider_id", "text", (column) => column.notNull())
    .addColumn("access_token", "text")
    .addColumn("refresh_token", "text")
    .addColumn("id_token", "text")
    .addColumn("access_token_expires_at", "timestamptz")
    .addColumn("refresh_token_expires_at", "timestamptz")
    .addColumn("scope", "text")
    .addColumn("password", "text")
    .addColumn("created_at", "timestamptz", (column) => column.notNull().defaultTo(made))
    .addColumn("updated_at", "timestamptz", (column) => column.notNull().defaultTo(made))
    .execute();
  await database.schema.createIndex("login_account_user").on("login_account").column("user_id").execute();

  await database.schema
    .createTable("login_verification")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("identifier", "text", (column) => column.notNull())
    .addColumn("value", "text", (column) => column.notNull())
    .addColumn("expires_at", "timestamptz", (column) => column.notNull())
    .addColumn("created_at", "timestamptz", (column) => column.notNull().defaultTo(made))
    .addColumn("updated_at", "timestamptz", (column) => column.notNull().defaultTo(made))
    .execute();
  await database.schema
    .createIndex("login_verification_identifier")
    .on("login_verification")
    .column("identifier")
    .execute();
}
