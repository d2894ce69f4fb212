import { sql } from "kysely";
import type { OperatorScope } from "../api/tokens.ts";
import { type AuditDetails, record } from "../audit/audit.ts";
import type { Database } from "../database/connect.ts";
import { newId } from "../orders/identifiers.ts";
import { customerOf } from "../orders/customers.ts";
import { recordLogin } from "./loginAudit.ts";
import { type OperatorRole, scopesOfOperator } from "./operatorRoles.ts";

/** How far somebody has shown his second factor: `unset` has none, `unproven` didn't show it in this session, `proven` did. */
export type SecondFactorStanding = "unset" | "unproven" | "proven";

/** How far somebody is an operator: only `proven` may do what operators may. */
export type OperatorStanding = SecondFactorStanding;

/** An operator in a session of his. */
export interface SessionOperator {
  readonly standing: OperatorStanding;
  readonly role: OperatorRole;
}

/** All that an operator may in this session; nothing before he has shown his second factor. */
export function scopesInSession(operator: SessionOperator | null): OperatorScope[] {
  return operator?.standing === "proven" ? scopesOfOperator(operator.role) : [];
}

/** How far whose session it is has shown his second factor in it. */
export async function secondFactorIn(database: Database, session: string): Promise<SecondFactorStanding> {
  const { rows } = await sql<{ isSet: boolean; isProven: boolean }>`
    select login_user.two_factor_enabled as "isSet", login_session.second_factor_at is not null as "isProven"
    from login_session join login_user on login_user.id = login_session.user_id
    where login_session.id = ${session}`.execute(database);
  const [found] = rows;
  return found === undefined ? "unproven" : standingOf(found);
}

const standingOf = ({
  isSet,
  isProven,
}: {
  readonly isSet: boolean;
  readonly isProven: boolean;
}): SecondFactorStanding => (!isSet ? "unset" : isProven ? "proven" : "unproven");

/** Whose session it is, as an operator; null when he is none. */
export async function operatorInSession(database: Database, session: string): Promise<SessionOperator | null> {
  const { rows } = await sql<{ isSet: boolean; isProven: boolean; role: OperatorRole }>`
    select login_user.two_factor_enabled as "isSet", login_session.second_factor_at is not null as "isProven", operator.role
    from login_session
    join login_user on login_user.id = login_session.user_id
    join operator on operator.email = login_user.email
    where login_session.id = ${session}`.execute(database);
  const [found] = rows;
  return found === undefined ? null : { role: found.role, standing: standingOf(found) };
}

/** Notes that the second factor was shown in a session: of somebody who has one, not of who is still setting it up. @returns whether it was. */
export async function noteProof(database: Database, sessionToken: string): Promise<boolean> {
  const { numAffectedRows = 0n } = await sql`
    update login_session set second_factor_at = now() from login_user
    where login_session.token = ${sessionToken} and login_user.id = login_session.user_id and login_user.two_factor_enabled
  `.execute(database);
  return numAffectedRows > 0n;
}

/**
 * Makes somebody an operator, or none any more; both are in the audit trail. One who never signed in becomes a user of the portal, and
 * sets his password by a mail, which proves his address. Whoever is none any more has no second factor any more, is signed out, and his tokens for what operators may are
 * over: made an operator again, he sets up another factor, as after the loss of the first. Of who has another role now, tokens for what that may not are over.
 *
 * @param role null: none.
 * @returns false when that is how it was.
 */
export async function setOperator(database: Database, address: string, role: OperatorRole | null): Promise<boolean> {
  const email = address.toLowerCase();
  return database.transaction().execute(async (transaction) => {
    const { rows } = role
      ? await sql<{ isNew: boolean }>`
          insert into operator (email, role) values (${email}, ${role})
          on conflict (email) do update set role = excluded.role where operator.role <> excluded.role
          returning xmax = 0 as "isNew"`.execute(transaction)
      : await sql<{ isNew: boolean }>`delete from operator where email = ${email} returning false as "isNew"`.execute(
          transaction,
        );
    const [changed] = rows;
    if (!changed) {
      return false;
    }
    // What he does is noted under his id as a customer.
    const customer = await customerOf(transaction, email);
    if (role) {
      await addUser(transaction, email);
    } else {
      await forgetSecondFactor(transaction, email);
    }
    await revokeOperatorTokens(transaction, email, role ? scopesOfOperator(role) : []);
    const action = role === null ? "removeOperator" : changed.isNew ? "addOperator" : "changeOperator";
    const details: AuditDetails = role === null ? {} : { role };
    await record(transaction, { actor: "operator", action, customer, subject: customer, details });
    return true;
  });
}

/** Makes somebody a user who may set his password by a mail, which proves his address; nothing changes for who is one. */
export async function addUser(database: Database, email: string): Promise<void> {
  await sql`
    insert into login_user (id, name, email, email_verified) values (${newId()}, ${email}, ${email}, true)
    on conflict do nothing`.execute(database);
}

/**
 * Forgets the second factor of who lost it, and ends his sessions; it is in the audit trail. Who asks for that has to be known otherwise.
 *
 * @returns false when he had none.
 */
export async function forgetLostFactor(database: Database, address: string): Promise<boolean> {
  const email = address.toLowerCase();
  return database.transaction().execute(async (transaction) => {
    const { rows } = await sql`select from login_user where email = ${email} and two_factor_enabled`.execute(
      transaction,
    );
    if (rows.length > 0) {
      await forgetSecondFactor(transaction, email);
      await recordLogin(transaction, "secondFactor.forgotten", email);
    }
    return rows.length > 0;
  });
}

/** Forgets somebody's second factor, and ends the sessions in which it was shown or wasn't yet. */
async function forgetSecondFactor(transaction: Database, email: string): Promise<void> {
  await sql`
    with forgotten as (
      update login_user set two_factor_enabled = false where email = ${email} returning id
    ), factors as (
      delete from login_two_factor where user_id in (select id from forgotten)
    )
    delete from login_session where user_id in (select id from forgotten)`.execute(transaction);
}

/** Ends the tokens that somebody has made for what operators may, and he not or not any more, whichever team he made them in. */
async function revokeOperatorTokens(
  transaction: Database,
  email: string,
  may: readonly OperatorScope[],
): Promise<void> {
  await sql`
    update api_token set revoked_at = now()
    where revoked_at is null and member_id in (select id from team_member where email = ${email})
    and exists (select from unnest(scopes) as scope where scope like 'operator:%' and scope <> all (${[...may]}))`.execute(
    transaction,
  );
}
