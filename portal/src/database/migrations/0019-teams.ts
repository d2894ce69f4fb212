import { type Kysely, sql } from "kysely";

/** Teams: who may act for a customer, in which role, and who is invited. Each customer is a team of one until then. */
export async function up(database: Kysely<unknown>): Promise<void> {
  const role = sql`role in ('owner', 'member', 'billing')`;
  await database.schema
    .createTable("team_member")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("customer_id", "text", (column) => column.notNull().references("customer.id"))
    .addColumn("email", "text", (column) => column.notNull().check(sql`email = lower(email)`))
    .addColumn("role", "text", (column) => column.notNull().check(role))
    .addColumn("created_at", "timestamptz", (column) => column.notNull().defaultTo(sql`clock_timestamp()`))
    .addUniqueConstraint("team_member_once", ["customer_id", "email"])
    .execute();
  await database.schema.createIndex("team_member_email").on("team_member").column("email").execute();
  // Of who was there before, the audit trail speaks by the customer's id.
  await sql`
    insert into team_member (id, customer_id, email, role, created_at)
    select id, id, email, 'owner', created_at from customer`.execute(database);

  await database.schema
    .createTable("team_invitation")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("customer_id", "text", (column) => column.notNull().references("customer.id"))
    .addColumn("email", "text", (column) => column.notNull().check(sql`email = lower(email)`))
    .addColumn("role", "text", (column) => column.notNull().check(role))
    .addColumn("token_hash", "text", (column) => column.notNull().unique())
    .addColumn("invited_by", "text", (column) => column.notNull().references("team_member.id").onDelete("cascade"))
    .addColumn("created_at", "timestamptz", (column) => column.notNull().defaultTo(sql`clock_timestamp()`))
    .addColumn("until", "timestamptz", (column) => column.notNull())
    .addUniqueConstraint("team_invitation_once", ["customer_id", "email"])
    .execute();

  // Who founded a team can leave it and found another one: an address isn't one customer's any more.
  await database.schema.alterTable("customer").dropConstraint("customer_email_key").execute();
  await database.schema.alterTable("customer").addColumn("founded_by", "text").execute();
  await sql`update customer set founded_by = email`.execute(database);
  await database.schema
    .alterTable("customer")
    .alterColumn("founded_by", (column) => column.setNotNull())
    .execute();

  await database.schema.alterTable("confirmation").addColumn("email", "text").execute();
  await sql`
    update confirmation set email = customer.email from "order" join customer on customer.id = "order".customer_id
    where "order".id = confirmation.order_id`.execute(database);
  await database.schema
    .alterTable("confirmation")
    .alterColumn("email", (column) => column.setNotNull())
    .execute();

  await database.schema
    .alterTable("api_token")
    .addColumn("member_id", "text", (column) => column.references("team_member.id").onDelete("set null"))
    .execute();
  await sql`update api_token set member_id = customer_id`.execute(database);
  await database.schema
    .alterTable("login_session")
    .addColumn("customer_id", "text", (column) => column.references("customer.id"))
    .execute();
}
