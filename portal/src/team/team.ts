import { sql } from "kysely";
import type { Database } from "../database/connect.ts";
import { OrderRefusedError, OrderStateError } from "../orders/orderErrors.ts";
import type { Membership } from "./memberships.ts";
import { type Role, roleMay } from "./roles.ts";

/** Members and open invitations of one team together, at most. */
const mostOfATeam = 50;

/** A member as his team sees him. */
export interface MemberView {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  readonly since: string;
}

/** A team's members, the oldest first. */
export async function listMembers(database: Database, customer: string): Promise<MemberView[]> {
  const rows = await database
    .selectFrom("team_member")
    .selectAll()
    .where("customer_id", "=", customer)
    .orderBy("created_at")
    .orderBy("id")
    .execute();
  return rows.map(({ id, email, role, created_at }) => ({ id, email, role, since: created_at.toISOString() }));
}

/**
 * Makes changes of one team wait for each other: its last owner must not be found twice at once, and who has lost the right to change it meanwhile
 * mustn't.
 *
 * @throws OrderStateError when who asks may not change the team any more.
 */
export async function lockTeam(transaction: Database, by: Membership): Promise<void> {
  await transaction.selectFrom("customer").select("id").where("id", "=", by.customer).forUpdate().executeTakeFirst();
  const asking = (await listMembers(transaction, by.customer)).find(({ id }) => id === by.member);
  if (!asking || !roleMay(asking.role, "team:write")) {
    throw new OrderStateError("who asks may not change the team any more");
  }
}

/** Refuses one more where a team is full. Call it under `lockTeam`. @throws OrderRefusedError */
export async function demandRoom(transaction: Database, customer: string): Promise<void> {
  const { rows } = await sql<{ count: number }>`
    select (select count(*) from team_member where customer_id = ${customer})::int
      + (select count(*) from team_invitation where customer_id = ${customer})::int as count`.execute(transaction);
  if (rows[0]!.count >= mostOfATeam) {
    throw new OrderRefusedError("email", "full", `a team has at most ${mostOfATeam} members and invitations`);
  }
}

/**
 * Gives a member another role. His tokens may no more than that from now on, and what he invited is withdrawn when he may not invite any more.
 *
 * @returns undefined when the team has no such member.
 * @throws OrderStateError when he is the only owner.
 */
export async function changeRole(
  transaction: Database,
  by: Membership,
  id: string,
  role: Role,
): Promise<{ before: Role; member: MemberView } | undefined> {
  await lockTeam(transaction, by);
  const { customer } = by;
  const members = await listMembers(transaction, customer);
  const member = members.find((one) => one.id === id);
  if (!member) {
    return undefined;
  }
  if (role !== "owner") {
    demandOtherOwner(members, member);
  }
  await transaction.updateTable("team_member").set({ role }).where("id", "=", id).execute();
  if (!roleMay(role, "team:write")) {
    await transaction.deleteFrom("team_invitation").where("invited_by", "=", id).execute();
  }
  await followContact(transaction, customer);
  return { before: member.role, member: { ...member, role } };
}

/**
 * Ends what a member may, at once: his next request finds no member, his tokens of this team are revoked, and what he invited is withdrawn. His
 * login, and what he is in other teams, stay.
 *
 * @returns the role that he had; undefined when the team has no such member.
 * @throws OrderStateError when he is the only owner.
 */
export async function removeMember(transaction: Database, by: Membership, id: string): Promise<Role | undefined> {
  await lockTeam(transaction, by);
  return endMembership(transaction, by.customer, id);
}

/** Lets somebody leave a team by himself, as `removeMember` does it. */
export async function leaveTeam(transaction: Database, { customer, member }: Membership): Promise<Role | undefined> {
  await transaction.selectFrom("customer").select("id").where("id", "=", customer).forUpdate().executeTakeFirst();
  return endMembership(transaction, customer, member);
}

async function endMembership(transaction: Database, customer: string, id: string): Promise<Role | undefined> {
  const members = await listMembers(transaction, customer);
  const member = members.find((one) => one.id === id);
  if (!member) {
    return undefined;
  }
  demandOtherOwner(members, member);
  await transaction
    .updateTable("api_token")
    .set({ revoked_at: sql<Date>`coalesce(revoked_at, now())` })
    .where("member_id", "=", id)
    .execute();
  await transaction.deleteFrom("team_member").where("id", "=", id).execute();
  await followContact(transaction, customer);
  return member.role;
}

function demandOtherOwner(members: readonly MemberView[], { id, role }: MemberView): void {
  if (role === "owner" && !members.some((other) => other.role === "owner" && other.id !== id)) {
    throw new OrderStateError("it is the only owner; make somebody else an owner first");
  }
}

/** Mails of a team go to an owner: to the oldest one, when who they went to is none any more. */
async function followContact(transaction: Database, customer: string): Promise<void> {
  await sql`
    update customer set email = owner.email from (
      select email from team_member where customer_id = ${customer} and role = 'owner' order by created_at, id limit 1
    ) as owner
    where customer.id = ${customer} and not exists (
      select from team_member where customer_id = ${customer} and role = 'owner' and team_member.email = customer.email
    )`.execute(transaction);
}
