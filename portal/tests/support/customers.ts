import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { Visitor } from "./chromium.ts";
import { orderOf } from "./api.ts";
import type { RunningPortal } from "./runningPortal.ts";

/**
 * Orders an instance and confirms it, so that the visitor is signed in, and waits until it is ready, or whatever its state should be.
 *
 * @returns the tenant's id
 */
export async function orderedBy(
  { context }: Visitor,
  portal: RunningPortal,
  address: string,
  state: "running" | "failed" = "running",
): Promise<string> {
  const post = async (path: string, data: object): Promise<void> => {
    const headers = { Origin: portal.origin, "Idempotency-Key": crypto.randomUUID() };
    const answer = await context.request.post(path, { data, headers });
    assert.ok(answer.ok(), await answer.text());
  };
  const count = portal.mail.mails.length + 1;
  await post("/api/v1/guest-orders", { ...orderOf(address), email: `${address}@example.org` });
  const [, code] = (await portal.mailedLink(count)).split("#");
  await post("/api/v1/confirmations", { code });
  for (const deadline = Date.now() + 20_000; ; await delay(50)) {
    const { tenants } = (await (await context.request.get("/api/v1/tenants")).json()) as {
      tenants: { id: string; address: string; state: string }[];
    };
    const made = tenants.find((tenant) => tenant.address === address);
    if (made?.state === state) {
      return made.id;
    }
    assert.ok(Date.now() < deadline, `it is ${made?.state}`);
  }
}
