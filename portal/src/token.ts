import { parseArgs } from "node:util";
import { z } from "zod";
import { createToken, customerScopes, scopes } from "./api/tokens.ts";
import { connect } from "./database/connect.ts";
import { customerOf } from "./orders/customers.ts";
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
  const { secret } = await createToken(database, await customerOf(database, email), name, scope);
  console.log(secret);
} finally {
  await database.destroy();
}
