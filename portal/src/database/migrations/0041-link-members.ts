import type { Kysely } from "kysely";

/** Who asked for a link into an Odoo. Those that are on their way at the moment are made anew by their customers. */
export async function up(database: Kysely<{ password_link: object }>): Promise<void> {
  await database.deleteFrom("password_link").execute();
  await database.schema
    .alterTable("password_link")
    .addColumn("member_id", "text", (column) => column.notNull().references("team_member.id").onDelete("cascade"))
    .execute();
}
