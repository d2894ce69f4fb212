import type { Selectable } from "kysely";
import type { Database } from "../database/connect.ts";
import type { TeamInvitationTable } from "../database/teamTables.ts";
import { OrderRefusedError } from "../orders/orderErrors.ts";
import { hashOf, newId, newSecret } from "../orders/identifiers.ts";
import type { Membership } from "./memberships.ts";
import type { Role } from "./roles.ts";
import { demandRoom, lockTeam } from "./team.ts";

/** Days for which the link of an invitation works. */
export const invitationDays = 7;

/** Days after its end for which an invitation is kept, to be sent again. */
const keptDays = 30;

const day = 24 * 60 * 60 * 1000;

/** An invitation as its team sees it. */
export interface InvitationView {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  /** Until when its link works. */
  readonly until: string;
}

/** What has to be sent so that an invitation can be accepted. The token is nowhere else: of it only a hash is kept. */
export interface SendableInvitation {
  readonly email: string;
  readonly role: Role;
  /** What the team is called. */
  readonly team: string;
  /** Address of who invites. */
  readonly inviter: string;
  readonly token: string;
}

/** What somebody is told who has the code of an invitation. */
export interface OfferedInvitation {
  readonly team: string;
  readonly inviter: string;
  /** Whom it is for. */
  readonly email: string;
  readonly role: Role;
  readonly until: string;
}

/** An invitation that was made or renewed, with what has to be sent. */
export interface Invited {
  readonly invitation: InvitationView;
  readonly sendable: SendableInvitation;
}

/** A team's open invitations, the oldest first; also those whose link has ended, which can be sent again. */
export async function listInvitations(database: Database, customer: string): Promise<InvitationView[]> {
  const rows = await database
    .selectFrom("team_invitation")
    .selectAll()
    .where("customer_id", "=", customer)
    .orderBy("created_at")
    .orderBy("id")
    .execute();
  return rows.map(viewOf);
}

/**
 * Invites an address to the team of who asks.
 *
 * @throws OrderRefusedError when it is a member's, is invited already, or the team is full.
 */
export async function invite(
  transaction: Database,
  by: Membership,
  asked: { readonly email: string; readonly role: Role },
  now: Date,
): Promise<Invited> {
  const email = asked.email.toLowerCase();
  await lockTeam(transaction, by);
  for (const [table, reason, detail] of [
    ["team_member", "member", "this address is a member's already"],
    ["team_invitation", "invited", "this address is invited already; have its invitation sent again"],
  ] as const) {
    const known = await transaction
      .selectFrom(table)
      .select("id")
      .where("customer_id", "=", by.customer)
      .where("email", "=", email)
      .executeTakeFirst();
    if (known) {
      throw new OrderRefusedError("email", reason, detail);
    }
  }
  await demandRoom(transaction, by.customer);
  const token = newSecret();
  const row = await transaction
    .insertInto("team_invitation")
    .values({
      ...{ id: newId(), customer_id: by.customer, email, role: asked.role, invited_by: by.member },
      ...{ token_hash: hashOf(token), until: endOf(now) },
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return invited(transaction, by, row, token);
}

/** Sends an invitation again, by another code: the former one ends. Undefined when the team has no such invitation. */
export async function inviteAgain(
  transaction: Database,
  by: Membership,
  id: string,
  now: Date,
): Promise<Invited | undefined> {
  await lockTeam(transaction, by);
  const token = newSecret();
  const row = await transaction
    .updateTable("team_invitation")
    .set({ token_hash: hashOf(token), until: endOf(now), invited_by: by.member })
    .where("id", "=", id)
    .where("customer_id", "=", by.customer)
    .returningAll()
    .executeTakeFirst();
  return row && invited(transaction, by, row, token);
}

/** Takes an invitation back; false when the team has no such one. */
export async function withdrawInvitation(transaction: Database, customer: string, id: string): Promise<boolean> {
  const gone = await transaction
    .deleteFrom("team_invitation")
    .where("id", "=", id)
    .where("customer_id", "=", customer)
    .returning("id")
    .executeTakeFirst();
  return gone !== undefined;
}

/** What a code invites to; undefined when it is unknown, was used or withdrawn, or came too late. Which of these isn't said. */
export async function readOffer(database: Database, code: string, now: Date): Promise<OfferedInvitation | undefined> {
  const row = await database
    .selectFrom("team_invitation")
    .innerJoin("customer", "customer.id", "team_invitation.customer_id")
    .innerJoin("team_member", "team_member.id", "team_invitation.invited_by")
    .select([
      ...(["team_invitation.email", "team_invitation.role", "team_invitation.until"] as const),
      ...(["customer.email as team", "team_member.email as inviter"] as const),
    ])
    .where("token_hash", "=", hashOf(code))
    .where("until", ">", now)
    .executeTakeFirst();
  return row && { ...row, until: row.until.toISOString() };
}

/**
 * Makes somebody a member by the code of his invitation, once.
 *
 * @param email the address that he has proven by signing in
 * @returns his place; undefined when the code is none for him.
 */
export async function acceptInvitation(
  transaction: Database,
  code: string,
  email: string,
  now: Date,
): Promise<Membership | undefined> {
  const used = await transaction
    .deleteFrom("team_invitation")
    .where("token_hash", "=", hashOf(code))
    .where("email", "=", email)
    .where("until", ">", now)
    .returningAll()
    .executeTakeFirst();
  if (!used) {
    return undefined;
  }
  const { customer_id: customer, role } = used;
  const member = newId();
  await transaction.insertInto("team_member").values({ id: member, customer_id: customer, email, role }).execute();
  return { member, customer, email, role };
}

/** Whether somebody is invited who could sign in for that. */
export async function isInvited(database: Database, email: string, now: Date): Promise<boolean> {
  const row = await database
    .selectFrom("team_invitation")
    .select("id")
    .where("email", "=", email)
    .where("until", ">", now)
    .executeTakeFirst();
  return row !== undefined;
}

/** Forgets invitations that ended long ago. */
export async function forgetOldInvitations(database: Database, now: Date): Promise<void> {
  await database
    .deleteFrom("team_invitation")
    .where("until", "<", new Date(now.getTime() - keptDays * day))
    .execute();
}

async function invited(
  transaction: Database,
  by: Membership,
  row: Selectable<TeamInvitationTable>,
  token: string,
): Promise<Invited> {
  const { email: team } = await transaction
    .selectFrom("customer")
    .select("email")
    .where("id", "=", by.customer)
    .executeTakeFirstOrThrow();
  const { email, role } = row;
  return { invitation: viewOf(row), sendable: { email, role, team, inviter: by.email, token } };
}

function endOf(now: Date): Date {
  return new Date(now.getTime() + invitationDays * day);
}

function viewOf({ id, email, role, until }: Selectable<TeamInvitationTable>): InvitationView {
  return { id, email, role, until: until.toISOString() };
}
