import type { Role } from "../team/roles.ts";
import type { MadeAt } from "./schema.ts";

/** Who acts for a customer: an address that somebody signs in with. One who left has no row. */
export interface TeamMemberTable {
  /** What the audit trail knows him by; of who founded the team it is the customer's id. */
  readonly id: string;
  readonly customer_id: string;
  readonly email: string;
  role: Role;
  readonly created_at: MadeAt;
}

/** Who is invited to act for a customer. One that was accepted or withdrawn has no row. */
export interface TeamInvitationTable {
  readonly id: string;
  readonly customer_id: string;
  readonly email: string;
  readonly role: Role;
  /** Of the mail's code only its hash is kept. */
  token_hash: string;
  /** The member who invited him: the invitation goes with him, and with his right to invite. */
  invited_by: string;
  readonly created_at: MadeAt;
  until: Date;
}

/** Tables of teams. */
export interface TeamTables {
  readonly team_member: TeamMemberTable;
  readonly team_invitation: TeamInvitationTable;
}
