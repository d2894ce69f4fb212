import { type Kysely, sql } from "kysely";

/**
 * What is kept of a customer who is gone. The trail stays append-only, but for one thing: an entry can lose where it came from, and what somebody typed. Nothing
 * else of it can be changed, and none can be removed.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema.alterTable("tenant").addColumn("forgotten_at", "timestamptz").execute();
  await database.schema.alterTable("customer").addColumn("forgotten_at", "timestamptz").execute();
  await sql`drop trigger audit_append_only on audit`.execute(database);
  await sql`
    create trigger audit_append_only before delete or truncate on audit
    for each statement execute function audit_is_append_only()`.execute(database);
  await sql`
    create function audit_only_forgets() returns trigger language plpgsql as $$
    begin
      if new.client_address is not null
        or new.details is distinct from old.details - array['address', 'domain', 'email', 'host', 'name', 'reason', 'title', 'url']
        or to_jsonb(new) - array['client_address', 'details'] <> to_jsonb(old) - array['client_address', 'details']
      then
        raise exception 'the audit trail is append-only: % is refused', tg_op using errcode = 'insufficient_privilege';
      end if;
      return new;
    end $$`.execute(database);
  await sql`
    create trigger audit_forgets before update on audit
    for each row execute function audit_only_forgets()`.execute(database);
}
