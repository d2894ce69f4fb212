import type { Context } from "hono";
import { Problem } from "../api/problems.ts";
import type { Sessions, SessionUser } from "./sessions.ts";

/** Who is signed in. @throws Problem `unauthorized` where nobody is, and `secondFactor` where he has one and didn't show it yet. */
export async function demandUser(sessions: Sessions, context: Context): Promise<SessionUser> {
  const user = await sessions.userOf(context);
  if (!user) {
    throw new Problem("unauthorized");
  }
  if ((await sessions.secondFactorOf(user)) === "unproven") {
    throw new Problem("secondFactor");
  }
  return user;
}
