import { type AuditDetails, record } from "../audit/audit.ts";
import type { Database } from "../database/connect.ts";
import { membershipsOf } from "../team/memberships.ts";

/** What somebody did about how he signs in. */
export type LoginAction =
  | "identity.added"
  | "identity.removed"
  | "passkey.added"
  | "passkey.removed"
  | "password.set"
  | "secondFactor.forgotten"
  | "secondFactor.removed"
  | "secondFactor.set";

/** Notes how somebody signs in from now on: in the trail of each team that he is in, and in the operators' alone where he is in none. */
export async function recordLogin(
  transaction: Database,
  action: LoginAction,
  email: string,
  details: AuditDetails = {},
): Promise<void> {
  const teams = await membershipsOf(transaction, email);
  for (const { customer, member } of teams) {
    await record(transaction, {
      ...{ actor: "customer", actorId: member, action, customer, subject: member, details },
    });
  }
  if (teams.length === 0) {
    await record(transaction, { actor: "operator", action, details });
  }
}
