import type { Context } from "hono";
import { Problem } from "../api/problems.ts";
import type { Sessions, SessionUser } from "./sessions.ts";

/** Who is signed in. @throws Problem `unauthorized` where nobody is. */
export async function demandUser(sessions: Sessions, context: Context): Promise<SessionUser> {
  const user = await sessions.userOf(context);
  if (!user) {
    throw new Problem("unauthorized");
  }
  return user;
}
