import assert from "node:assert/strict";
import { setOperator } from "../../src/login/operators.ts";
import type { Visitor } from "./chromium.ts";
import type { RunningPortal } from "./runningPortal.ts";
import { totp } from "./totp.ts";

/** Makes somebody an operator who has set a password by a mail. @returns the password. */
export async function makeOperator({ context }: Visitor, portal: RunningPortal, email: string): Promise<string> {
  const password = "an operator's long password";
  assert.ok(await setOperator(portal.database, email, "admin"));
  const headers = { Origin: portal.origin };
  const count = portal.mail.mails.length + 1;
  assert.ok((await context.request.post("/api/login/password-mails", { data: { email }, headers })).ok());
  const [, code] = (await portal.mailedLink(count)).split("#");
  assert.ok((await context.request.put("/api/login/password", { data: { code, password }, headers })).ok());
  return password;
}

/** Makes somebody an operator who is signed in, and has set up and shown his second factor. @returns codes for when its device is lost. */
export async function proveOperator(
  visitor: Visitor,
  portal: RunningPortal,
  email: string,
): Promise<readonly string[]> {
  const password = await makeOperator(visitor, portal, email);
  const post = async (path: string, data: object): Promise<unknown> => {
    const sent = { data, headers: { Origin: portal.origin } };
    const answer = await visitor.context.request.post(`/api/login${path}`, sent);
    assert.ok(answer.ok(), await answer.text());
    return answer.status() === 204 ? undefined : answer.json();
  };
  await post("", { email, password });
  const { uri, backupCodes } = (await post("/second-factor/setup", { password })) as {
    uri: string;
    backupCodes: string[];
  };
  await post("/second-factor", { code: totp(uri) });
  return backupCodes;
}
