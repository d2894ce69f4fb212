import { z } from "zod";
import { roles } from "../team/roles.ts";
import { id, moment } from "./commonSchemas.ts";

const email = z.email().max(254).meta({ example: "colleague@example.org" });

const role = z.enum(roles).meta({
  description: "`owner` may all, `member` looks after instances, `billing` after invoices",
  example: "member",
});

/** A member. */
export const memberSchema = z.object({ id, email: z.string(), role, since: moment }).meta({ ref: "Member" });

/** A team. */
export const memberListSchema = z.object({ members: z.array(memberSchema) });

/** Another role. */
export const roleRequestSchema = z.strictObject({ role }).meta({ ref: "RoleRequest" });

/** Whom to invite. */
export const invitationRequestSchema = z.strictObject({ email, role }).meta({ ref: "InvitationRequest" });

/** An invitation, without its code. */
export const invitationSchema = z
  .object({ id, email: z.string(), role, until: moment.meta({ description: "Until when its link works" }) })
  .meta({ ref: "Invitation" });

/** Open invitations. */
export const invitationListSchema = z.object({ invitations: z.array(invitationSchema) });
