import type { Database } from "../database/connect.ts";
import type { Role } from "./roles.ts";

/** Somebody's place in a team. */
export interface Membership {
  /** The member's id. */
  readonly member: string;
  readonly customer: string;
  /** His e-mail address. */
  readonly email: string;
  readonly role: Role;
}

/** A team that somebody is in, as he chooses between them. */
export interface MembershipView extends Membership {
  /** What the team is called: the address that its mails go to. */
  readonly name: string;
}

/**
 * The teams of an e-mail address, in the sequence in which it came to them: that somebody orders in its name puts no other team before its own.
 */
export async function membershipsOf(database: Database, email: string): Promise<MembershipView[]> {
  return database
    .selectFrom("team_member")
    .innerJoin("customer", "customer.id", "team_member.customer_id")
    .select([
      "team_member.id as member",
      "team_member.customer_id as customer",
      "team_member.email",
      "team_member.role",
      "customer.email as name",
    ])
    .where("team_member.email", "=", email)
    .orderBy("team_member.created_at")
    .orderBy("team_member.id")
    .execute();
}
