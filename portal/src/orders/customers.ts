import type { Database } from "../database/connect.ts";
import { newId } from "./identifiers.ts";

/** The id of the customer with an e-mail address, who is made when there is none. */
export async function customerOf(database: Database, email: string): Promise<string> {
  const address = email.toLowerCase();
  await database
    .insertInto("customer")
    .values({ id: newId(), email: address })
    .onConflict((conflict) => conflict.column("email").doNothing())
    .execute();
  const { id } = await database
    .selectFrom("customer")
    .select("id")
    .where("email", "=", address)
    .executeTakeFirstOrThrow();
  return id;
}
