import { Hono } from "hono";
import { z } from "zod";
import { id } from "../api/commonSchemas.ts";
import { type ApiEnv, valid } from "../api/operation.ts";
import { Problem } from "../api/problems.ts";
import { sessionMark } from "../api/tokens.ts";
import { record } from "../audit/audit.ts";
import type { Database } from "../database/connect.ts";
import { acceptInvitation, readOffer } from "../team/invitations.ts";
import { leaveTeam } from "../team/team.ts";
import { Attempts } from "./attempts.ts";
import { demandUser } from "./demandUser.ts";
import type { Sessions } from "./sessions.ts";

const codeSchema = z.strictObject({ code: z.string().regex(/^[\w-]{43}$/) });
const teamSchema = z.strictObject({ team: id });

/** What somebody does with the teams that he is in, or is invited to: it is his login's, so no token of a team can do it. */
export function loginTeamRoutes(sessions: Sessions, database: Database, now: () => Date): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  const byAddress = new Attempts(60, 600);

  // By POST though it only reads: the code would be in the address, and so in logs. Programs that scan mails read no such link.
  app.post("/invitations/offers", valid("json", codeSchema), async (context) => {
    await byAddress.count(context, context.var.clientNetwork);
    const offer = await readOffer(database, context.req.valid("json").code, now());
    if (!offer) {
      throw new Problem("code");
    }
    return context.json(offer);
  });

  app.post("/invitations", valid("json", codeSchema), async (context) => {
    await byAddress.count(context, context.var.clientNetwork);
    const user = await demandUser(sessions, context);
    const { code } = context.req.valid("json");
    const accepted = await database.transaction().execute(async (transaction) => {
      const membership = await acceptInvitation(transaction, code, user.email, now());
      if (membership) {
        const { customer, member, role } = membership;
        const who = { actor: "customer", actorId: member, token: `${sessionMark}${user.session}` } as const;
        const { clientAddress } = context.var;
        await record(transaction, {
          ...{ ...who, action: "acceptInvitation", clientAddress, customer, subject: member, details: { role } },
        });
      }
      return membership;
    });
    if (!accepted) {
      throw (await readOffer(database, code, now()))
        ? new Problem("forbidden", "it was sent to another address; sign in with that one")
        : new Problem("code");
    }
    await sessions.chooseTeam(user, accepted.customer);
    return context.json({ team: accepted.customer });
  });

  app.put("/team", valid("json", teamSchema), async (context) => {
    const user = await demandUser(sessions, context);
    if (!(await sessions.chooseTeam(user, context.req.valid("json").team))) {
      throw new Problem("notFound");
    }
    return context.body(null, 204);
  });

  app.delete("/team", valid("json", teamSchema), async (context) => {
    const user = await demandUser(sessions, context);
    const { team } = context.req.valid("json");
    const membership = (await sessions.teamsOf(user)).all.find(({ customer }) => customer === team);
    if (!membership) {
      throw new Problem("notFound");
    }
    await database.transaction().execute(async (transaction) => {
      const role = await leaveTeam(transaction, membership);
      const { member, customer } = membership;
      if (role) {
        const who = { actor: "customer", actorId: member, token: `${sessionMark}${user.session}` } as const;
        const { clientAddress } = context.var;
        await record(transaction, {
          ...{ ...who, action: "leaveTeam", clientAddress, customer, subject: member, details: { role } },
        });
      }
    });
    return context.body(null, 204);
  });
  return app;
}
