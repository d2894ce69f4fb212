import assert from "node:assert/strict";
import { setOperator } from "../../src/login/operators.ts";
import type { Visitor } from "./chromium.ts";
import type { RunningPortal } from "./runningPortal.ts";

/** Makes somebody an operator who has set a password by a mail. @returns the password. */
export async function makeOperator({ context }: Visitor, portal: RunningPortal, email: string): Promise<string> {
  const password = "an operator's long password";
  assert.ok(await setOperator(portal.database, email, true));
  const headers = { Origin: portal.origin };
  const count = portal.mail.mails.length + 1;
  assert.ok((await context.request.post("/api/login/password-mails", { data: { email }, headers })).ok());
  const [, code] = (await portal.mailedLink(count)).split("#");
  assert.ok((await context.request.put("/api/login/password", { data: { code, password }, headers })).ok());
  return password;
}
