import { sql } from "kysely";
import type { Database } from "../database/connect.ts";
import { eachAlone } from "../database/eachAlone.ts";
import { heldDays } from "../orders/addresses.ts";
import { lockPlaces } from "../orders/slots.ts";
import { trialDaysApart } from "../orders/trials.ts";

/** What entries of the trail lose, as the database allows it (`0040-erasure.ts`). */
const typed = ["address", "domain", "email", "host", "name", "reason", "title", "url"];

/**
 * Erases what nobody has to keep of tenants that are gone, once their addresses are free again, and of customers who have none left. Ids stay, and so do
 * invoices, with who was billed: the law has them kept. To be called again and again.
 *
 * @returns of how many tenants and customers.
 */
export async function forgetGone(database: Database, now: Date): Promise<number> {
  const tenants = await goneTenants(database, now).execute();
  const forgotten = await eachAlone(
    database,
    tenants,
    async (transaction, { id }) => {
      await lockPlaces(transaction);
      const isGone = (await goneTenants(transaction, now).where("id", "=", id).execute()).length > 0;
      await (isGone && forgetTenant(transaction, id, now));
      return isGone;
    },
    ({ id }) => `what nobody has to keep of tenant ${id} wasn't erased; it is tried again in a minute`,
  );
  return forgotten + (await forgetCustomers(database, now));
}

/** Tenants of which nothing is left, or was ever made, and whose address anybody may have. */
// Its type is the query so far, which only Kysely can spell out.
function goneTenants(database: Database, now: Date) {
  const before = new Date(now.getTime() - heldDays * 86_400_000);
  return database
    .selectFrom("tenant")
    .select("id")
    .where("forgotten_at", "is", null)
    .where((row) =>
      row.or([
        row("withdrawn_at", "<=", before),
        row.and([row("erased_at", "is not", null), row("deleted_at", "<=", before)]),
      ]),
    );
}

async function forgetTenant(transaction: Database, id: string, now: Date): Promise<void> {
  await transaction
    .updateTable("tenant")
    .set({
      ...{ address: id, company: "", url: null, suspension_reason: null, made_domains: [], forgotten_at: now },
    })
    .where("id", "=", id)
    .execute();
  await transaction.updateTable("job").set({ fault: null }).where("tenant_id", "=", id).execute();
  await transaction.deleteFrom("tenant_domain").where("tenant_id", "=", id).execute();
  await sql`
    delete from confirmation using "order" where "order".id = confirmation.order_id and "order".tenant_id = ${id}`.execute(
    transaction,
  );
  await sql`
    update audit set client_address = null, details = details - ${typed}::text[]
    where tenant_id = ${id}`.execute(transaction);
}

/**
 * Customers who had tenants and have none left, who owe nothing, of whom nobody is signed in, and whose last trial is so long ago that it counts no more. What
 * is an operator's isn't a customer's.
 */
async function forgetCustomers(database: Database, now: Date): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    select id from customer where forgotten_at is null
    and exists (select from tenant where customer_id = customer.id)
    and not exists (select from tenant where customer_id = customer.id and forgotten_at is null)
    and not exists (
      select from "order" where customer_id = customer.id and is_trial and state = 'confirmed'
      and confirmed_at > ${new Date(now.getTime() - trialDaysApart * 86_400_000)}
    )
    and not exists (
      select from invoice where customer_id = customer.id and credits is null and gross > 0
      and not exists (select from invoice note where note.credits = invoice.id)
      and not exists (select from payment where invoice_id = invoice.id and state = 'paid')
    )
    and not exists (
      select from payment join invoice on invoice.id = payment.invoice_id
      where invoice.customer_id = customer.id and payment.state = 'refunding'
    )
    and not exists (
      select from team_member join login_user on login_user.email = team_member.email
      join login_session on login_session.user_id = login_user.id
      where team_member.customer_id = customer.id and login_session.expires_at > ${now}
    )
    and not exists (
      select from team_member join operator on operator.email = team_member.email
      where team_member.customer_id = customer.id
    )
    and not exists (
      select from api_token, unnest(scopes) scope
      where customer_id = customer.id and revoked_at is null and scope like 'operator:%'
    )`.execute(database);
  return eachAlone(
    database,
    rows,
    async (transaction, { id }) => {
      await lockPlaces(transaction);
      // He may have ordered something since.
      const has = await transaction
        .selectFrom("tenant")
        .select("id")
        .where("customer_id", "=", id)
        .where("forgotten_at", "is", null)
        .executeTakeFirst();
      await (has ?? forgetCustomer(transaction, id, now));
      return has === undefined;
    },
    ({ id }) => `what nobody has to keep of customer ${id} wasn't erased; it is tried again in a minute`,
  );
}

async function forgetCustomer(transaction: Database, id: string, now: Date): Promise<void> {
  const nobody = `${id}@forgotten.invalid`;
  const members = await transaction.selectFrom("team_member").select("email").where("customer_id", "=", id).execute();
  await transaction.deleteFrom("api_token").where("customer_id", "=", id).execute();
  await transaction.deleteFrom("webhook").where("customer_id", "=", id).execute();
  await transaction.deleteFrom("team_invitation").where("customer_id", "=", id).execute();
  await transaction.deleteFrom("team_member").where("customer_id", "=", id).execute();
  await transaction.deleteFrom("billing").where("customer_id", "=", id).execute();
  // The worker has the payment service forget them.
  await transaction.updateTable("card").set({ removed_at: now }).where("customer_id", "=", id).execute();
  await sql`update login_session set customer_id = null where customer_id = ${id}`.execute(transaction);
  // Who is in no other team, and is no operator, has nothing to sign in for.
  await sql`
    delete from login_user where email = any(${members.map(({ email }) => email)}::text[])
    and not exists (select from team_member where team_member.email = login_user.email)
    and not exists (select from operator where operator.email = login_user.email)`.execute(transaction);
  await sql`
    update audit set client_address = null, details = details - ${typed}::text[]
    where customer_id = ${id}`.execute(transaction);
  await transaction
    .updateTable("customer")
    .set({ email: nobody, language: null, forgotten_at: now })
    .where("id", "=", id)
    .execute();
  // By which trials are counted: the last one doesn't count any more.
  await sql`update customer set founded_by = ${nobody} where id = ${id}`.execute(transaction);
}
