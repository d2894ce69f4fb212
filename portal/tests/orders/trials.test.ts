import assert from "node:assert/strict";
import { test } from "node:test";
import { trialDaysApart } from "../../src/orders/trials.ts";
import { orderOf, TestApi } from "../support/api.ts";
import { portalDatabase } from "../support/portalDatabase.ts";

const database = portalDatabase();
const onTrial = (address: string, email?: string) => ({ ...orderOf(address), trial: true, ...(email && { email }) });

/** What a refused answer says of its field. */
async function reasonOf(answer: Response): Promise<unknown> {
  assert.equal(answer.status, 422);
  const { errors } = (await answer.json()) as { errors: { field: string; reason: string }[] };
  return errors.map(({ field, reason }) => [field, reason]);
}

test("a mailbox has one trial, whatever its tag, until a year has gone by; who only asks isn't told of it", async () => {
  const api = new TestApi(database());
  const guest = (address: string, email: string) =>
    api.send("POST", "/guest-orders", { body: onTrial(address, email) });
  const confirm = (code: string) => api.send("POST", "/confirmations", { body: { code } });

  assert.equal((await guest("trial-1", "Buyer+a@example.org")).status, 201);
  assert.equal((await confirm(api.mails.at(-1)!.token)).status, 200);

  assert.equal((await guest("trial-2", "buyer@example.org")).status, 201);
  const code = api.mails.at(-1)!.token;
  assert.deepEqual(await reasonOf(await confirm(code)), [["trial", "had"]]);
  const token = await api.token("buyer+b@example.org");
  const place = (body: object) => api.send("POST", "/orders", { token, body });
  assert.deepEqual(await reasonOf(await place(onTrial("trial-3"))), [["trial", "had"]]);

  // Somebody else's, and one that is paid, aren't its business.
  assert.equal((await place(orderOf("trial-4"))).status, 201);
  assert.equal((await guest("trial-5", "buyers@example.org")).status, 201);
  assert.equal((await confirm(api.mails.at(-1)!.token)).status, 200);

  await database()
    .updateTable("order")
    .set({ confirmed_at: new Date(Date.now() - (trialDaysApart * 24 + 1) * 3600_000) })
    .where("is_trial", "=", true)
    .where("state", "=", "confirmed")
    .execute();
  assert.equal((await confirm(code)).status, 200);
});

test("from one address of the network three trials a day are ordered without an account; paid orders go on", async () => {
  const api = new TestApi(database());
  const headers = { "X-Test-Address": "198.51.100.7" };
  const guest = (body: object) => api.send("POST", "/guest-orders", { body, headers });
  // An address that can't be had takes none of them.
  for (const address of ["www", "a_b", "admin"]) {
    assert.equal((await guest(onTrial(address, "nobody@example.org"))).status, 422);
  }
  for (const number of [1, 2, 3]) {
    assert.equal((await guest(onTrial(`many-${number}`, `many-${number}@example.org`))).status, 201);
  }
  const refused = await guest(onTrial("many-4", "many-4@example.org"));
  assert.equal(refused.status, 429);
  assert.ok(Number(refused.headers.get("Retry-After")) > 3600);
  assert.equal((await guest({ ...orderOf("many-5"), email: "many-5@example.org" })).status, 201);
});
