import { type Context, Hono } from "hono";
import { Attempts } from "../login/attempts.ts";
import {
  inviteAgain,
  invite,
  type Invited,
  listInvitations,
  type SendableInvitation,
  withdrawInvitation,
} from "../team/invitations.ts";
import { changeRole, listMembers, removeMember } from "../team/team.ts";
import type { ApiParts } from "./app.ts";
import { mailboxOf } from "./clientNetwork.ts";
import { type Effect, once } from "./idempotency.ts";
import { type ApiEnv, demand, describe, there, valid } from "./operation.ts";
import { idParameter, noQuery } from "./schemas.ts";
import * as schemas from "./teamSchemas.ts";

const member = { status: 200, description: "The member", schema: schemas.memberSchema } as const;
const invitation = { status: 200, description: "The invitation", schema: schemas.invitationSchema } as const;

/** Mails with invitations an hour of one team, and to one mailbox: nobody's mailbox is filled from here. */
const mostByTeam = 30;
const mostToAddress = 5;

/** A customer's team: who acts for him, in which role, and who is invited. */
export function teamRoutes(parts: ApiParts): Hono<ApiEnv> {
  const { database, now = () => new Date() } = parts;
  const app = new Hono<ApiEnv>();
  const byTeam = new Attempts(mostByTeam, 3600);
  const toAddress = new Attempts(mostToAddress, 3600);

  app.get(
    "/team/members",
    describe({
      id: "listMembers",
      summary: "Who acts for the customer, the oldest first",
      scope: "team:read",
      success: { status: 200, description: "The team", schema: schemas.memberListSchema },
    }),
    demand(database, "team:read"),
    valid("query", noQuery),
    async (context) => context.json({ members: await listMembers(database, context.var.caller.customer) }),
  );

  app.patch(
    "/team/members/:id",
    describe({
      id: "changeRole",
      summary: "Give a member another role, which his tokens follow; the only owner keeps his",
      scope: "team:write",
      isWrite: true,
      success: member,
    }),
    demand(database, "team:write"),
    valid("param", idParameter),
    valid("json", schemas.roleRequestSchema),
    (context) => {
      const { id } = context.req.valid("param");
      const body = context.req.valid("json");
      return once(context, database, body, async (transaction) => {
        const changed = there(await changeRole(transaction, context.var.caller, id, body.role));
        const details = { before: changed.before, role: body.role };
        return { status: 200, body: changed.member, audit: { subject: id, details } };
      });
    },
  );

  app.delete(
    "/team/members/:id",
    describe({
      id: "removeMember",
      summary: "End at once what a member may; his tokens are revoked. The only owner stays",
      scope: "team:write",
      isWrite: true,
      success: { status: 204, description: "He is no member any more" },
    }),
    demand(database, "team:write"),
    valid("param", idParameter),
    (context) => {
      const { id } = context.req.valid("param");
      return once(context, database, null, async (transaction) => {
        const role = there(await removeMember(transaction, context.var.caller, id));
        return { status: 204, audit: { subject: id, details: { role } } };
      });
    },
  );

  app.get(
    "/team/invitations",
    describe({
      id: "listInvitations",
      summary: "Who is invited, the oldest first; one whose link has ended can be sent again",
      scope: "team:read",
      success: { status: 200, description: "Open invitations", schema: schemas.invitationListSchema },
    }),
    demand(database, "team:read"),
    valid("query", noQuery),
    async (context) => context.json({ invitations: await listInvitations(database, context.var.caller.customer) }),
  );

  app.post(
    "/team/invitations",
    describe({
      id: "invite",
      summary: "Invite somebody by a mail, whose link works once and for 7 days",
      scope: "team:write",
      isWrite: true,
      success: { ...invitation, status: 201 },
    }),
    demand(database, "team:write"),
    valid("json", schemas.invitationRequestSchema),
    (context) => {
      const { caller } = context.var;
      const body = context.req.valid("json");
      return once(context, database, body, async (transaction) => {
        const made = await invite(transaction, caller, body, now());
        const audit = { subject: made.invitation.id, details: { role: body.role } };
        return { status: 201, audit, ...(await mailed(context, made)) };
      });
    },
  );

  app.post(
    "/team/invitations/:id/resend",
    describe({
      id: "resendInvitation",
      summary: "Send an invitation again, for 7 days from now; the link of the former mail ends",
      scope: "team:write",
      isWrite: true,
      success: invitation,
    }),
    demand(database, "team:write"),
    valid("param", idParameter),
    (context) => {
      const { caller } = context.var;
      const { id } = context.req.valid("param");
      return once(context, database, null, async (transaction) => {
        const made = there(await inviteAgain(transaction, caller, id, now()));
        return { status: 200, audit: { subject: id }, ...(await mailed(context, made)) };
      });
    },
  );

  app.delete(
    "/team/invitations/:id",
    describe({
      id: "withdrawInvitation",
      summary: "Take an invitation back; its link ends at once",
      scope: "team:write",
      isWrite: true,
      success: { status: 204, description: "It is gone" },
    }),
    demand(database, "team:write"),
    valid("param", idParameter),
    (context) => {
      const { customer } = context.var.caller;
      const { id } = context.req.valid("param");
      return once(context, database, null, async (transaction) => {
        there((await withdrawInvitation(transaction, customer, id)) || undefined);
        return { status: 204, audit: { subject: id } };
      });
    },
  );

  /** The answer with an invitation, whose mail is counted and follows it. */
  async function mailed(
    context: Context<ApiEnv>,
    { invitation, sendable }: Invited,
  ): Promise<Pick<Effect, "body" | "afterwards">> {
    await byTeam.count(context, context.var.caller.customer);
    await toAddress.count(context, mailboxOf(sendable.email));
    return { body: invitation, afterwards: () => sendOrLog(sendable) };
  }

  /** A mail server that is down costs no invitation: it can be sent again. */
  async function sendOrLog(sendable: SendableInvitation): Promise<void> {
    try {
      await parts.sendInvitation(sendable);
    } catch (error) {
      console.error(`a mail of invitation wasn't sent: ${error instanceof Error ? error.message : "unknown"}`);
    }
  }
  return app;
}
