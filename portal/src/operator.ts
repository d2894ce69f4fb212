import { parseArgs } from "node:util";
import { z } from "zod";
import { connect } from "./database/connect.ts";
import { operatorRoles } from "./login/operatorRoles.ts";
import { forgetLostFactor, setOperator } from "./login/operators.ts";
import { databaseUrl } from "./settings.ts";

/** Makes somebody an operator who signs in, of another role, or none any more; or forgets the second factor of who lost it, customers too. */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    email: { type: "string" },
    role: { type: "string", default: "admin" },
    remove: { type: "boolean", default: false },
    "forget-second-factor": { type: "boolean", default: false },
  },
});
const request = z
  .object({
    email: z.email(),
    role: z.enum(operatorRoles),
    remove: z.boolean(),
    "forget-second-factor": z.boolean(),
  })
  .safeParse(values);
if (!request.success) {
  console.error(
    `expected --email ADDRESS [--role ${operatorRoles.join("|")}] [--remove], or --email ADDRESS --forget-second-factor`,
  );
  process.exit(2);
}
const { email, role, remove, "forget-second-factor": isLost } = request.data;
const database = connect(databaseUrl(process.env));
try {
  if (isLost) {
    const had = await forgetLostFactor(database, email);
    console.log(`${email} ${had ? "has no second factor any more, and is signed out" : "had no second factor"}`);
  } else {
    await change();
  }
} finally {
  await database.destroy();
}

async function change(): Promise<void> {
  const isChanged = await setOperator(database, email, remove ? null : role);
  const state = remove
    ? "no operator any more"
    : `an operator (${role}): he sets a password by /password, and a second factor after he signed in`;
  console.log(`${email} ${isChanged ? "is" : "was already"} ${state}`);
}
