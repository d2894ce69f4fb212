import type { Database } from "../database/connect.ts";
import { recordLogin } from "./loginAudit.ts";
import { addUser } from "./operators.ts";

/** What a service vouches for. */
export interface IdentityClaims {
  readonly issuer: string;
  readonly subject: string;
  /** The e-mail address, in lower case, where the service has proven that it is his. */
  readonly verified: string | undefined;
}

/** An account of somebody's at a service, as he sees it. */
export interface IdentityView {
  readonly issuer: string;
  readonly createdAt: string;
  readonly usedAt: string;
}

/**
 * Notes that somebody has shown who he is. Whose account it is is known by its name at the service alone; one that is new is who has proven his e-mail address there, which makes him a
 * user if he is none. An address that somebody else's account there came with stays that one's: addresses are given to others.
 */
export async function noteIdentity(
  database: Database,
  service: string,
  { issuer, subject, verified: email }: IdentityClaims,
  now: Date,
): Promise<{ email: string; isNew: boolean } | "unverified" | "other"> {
  return database.transaction().execute(async (transaction) => {
    const known = await transaction
      .updateTable("login_identity")
      .from("login_user")
      .set({ used_at: now })
      .whereRef("login_user.id", "=", "login_identity.user_id")
      .where("issuer", "=", issuer)
      .where("subject", "=", subject)
      .returning("login_user.email")
      .executeTakeFirst();
    if (known) {
      return { ...known, isNew: false };
    }
    if (email === undefined) {
      return "unverified";
    }
    await addUser(transaction, email);
    const { id: user } = await transaction
      .selectFrom("login_user")
      .select("id")
      .where("email", "=", email)
      .executeTakeFirstOrThrow();
    const { numInsertedOrUpdatedRows: added } = await transaction
      .insertInto("login_identity")
      .values({ issuer, subject, user_id: user, created_at: now, used_at: now })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (added !== 1n) {
      // The same one may have come twice at once.
      const own = await transaction
        .selectFrom("login_identity")
        .select("subject")
        .where("issuer", "=", issuer)
        .where("user_id", "=", user)
        .executeTakeFirst();
      return own?.subject === subject ? { email, isNew: false } : "other";
    }
    await recordLogin(transaction, "identity.added", email, { service });
    return { email, isNew: true };
  });
}

/** Accounts by which somebody signs in. */
export async function identitiesOf(database: Database, email: string): Promise<IdentityView[]> {
  const rows = await database
    .selectFrom("login_identity")
    .innerJoin("login_user", "login_user.id", "login_identity.user_id")
    .select(["issuer", "login_identity.created_at", "used_at"])
    .where("login_user.email", "=", email)
    .orderBy("login_identity.created_at")
    .execute();
  return rows.map(({ issuer, created_at, used_at }) => ({
    ...{ issuer, createdAt: created_at.toISOString(), usedAt: used_at.toISOString() },
  }));
}

/** Removes somebody's account at a service; false when he has none. */
export async function removeIdentity(
  database: Database,
  { email, service, issuer }: { readonly email: string; readonly service: string; readonly issuer: string },
): Promise<boolean> {
  return database.transaction().execute(async (transaction) => {
    const { numDeletedRows } = await transaction
      .deleteFrom("login_identity")
      .using("login_user")
      .whereRef("login_user.id", "=", "login_identity.user_id")
      .where("login_user.email", "=", email)
      .where("issuer", "=", issuer)
      .executeTakeFirst();
    if (numDeletedRows > 0n) {
      await recordLogin(transaction, "identity.removed", email, { service });
    }
    return numDeletedRows > 0n;
  });
}
