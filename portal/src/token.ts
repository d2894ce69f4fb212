import { parseArgs } from "node:util";
import { z } from "zod";
import { createToken, customerScopes, madeToken, scopes } from "./api/tokens.ts";
import { record } from "./audit/audit.ts";
import { connect } from "./database/connect.ts";
import { ownerOf } from "./orders/customers.ts";
import { databaseUrl } from "./settings.ts";

/** Makes a customer's first token, or an operator's. */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { email: { type: "string" }, name: { type: "string" }, scope: { type: "string", multiple: true } },
});
const request = z
  .object({
    email: z.email(),
    name: z.string().min(1).max(100).default("first"),
    scope: z.array(z.enum(scopes)).default([...customerScopes]),
  })
  .safeParse(values);
if (!request.success) {
  console.error(`expected --email ADDRESS [--name NAME] [--scope ${scopes.join("|")} ...]`);
  process.exit(2);
}
const database = connect(databaseUrl(process.env));
try {
  const { email, name, scope } = request.data;
  const secret = await database.transaction().execute(async (transaction) => {
    const owner = await ownerOf(transaction, email);
    const made = await createToken(transaction, owner, name, scope);
    // Who has the database's password; which operator that is, the machine's own log knows.
    await record(transaction, {
      actor: "operator",
      action: "createToken",
      customer: owner.customer,
      ...madeToken(made.token),
    });
    return made.secret;
  });
  console.log(secret);
} finally {
  await database.destroy();
}
