import { sql } from "kysely";
import type { Database } from "../database/connect.ts";
import { type Membership, membershipsOf } from "../team/memberships.ts";
import type { Language } from "../languages.ts";
import { newId } from "./identifiers.ts";

/** The place of an e-mail address in the team that it owns, the oldest of several; a customer is made of it when it owns none. */
export async function ownerOf(database: Database, email: string): Promise<Membership> {
  if (!database.isTransaction) {
    return database.transaction().execute((transaction) => ownerOf(transaction, email));
  }
  const address = email.toLowerCase();
  // Two at once would make two.
  await sql`select pg_advisory_xact_lock(hashtextextended(${address}, 7130004))`.execute(database);
  const owned = (await membershipsOf(database, address)).find(({ role }) => role === "owner");
  if (owned) {
    return owned;
  }
  const id = newId();
  await database.insertInto("customer").values({ id, email: address, founded_by: address }).execute();
  await database.insertInto("team_member").values({ id, customer_id: id, email: address, role: "owner" }).execute();
  return { member: id, customer: id, email: address, role: "owner" };
}

/** Notes the language of a customer. @param isGuess whether one that is known stays. */
export async function noteLanguage(
  transaction: Database,
  customer: string,
  language: Language | null,
  isGuess = false,
): Promise<void> {
  if (language !== null) {
    await transaction
      .updateTable("customer")
      .set({ language })
      .where("id", "=", customer)
      .where("language", isGuess ? "is" : "is distinct from", isGuess ? null : language)
      .execute();
  }
}

/** The id of the customer that an e-mail address owns, as `ownerOf` finds or makes it. */
export async function customerOf(database: Database, email: string): Promise<string> {
  return (await ownerOf(database, email)).customer;
}
