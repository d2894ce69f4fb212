/** What the web process does by itself, on a real database, with a mail server that hangs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { connect } from "../src/database/connect.ts";
import { keepHouse } from "../src/housekeeping.ts";
import type { Mailer } from "../src/mail.ts";
import { idleQueue, TestApi } from "./support/api.ts";
import { placed } from "./support/orders.ts";
import { portalDatabase } from "./support/portalDatabase.ts";
import { testSettings } from "./support/settings.ts";

const database = portalDatabase();

test("a mail server that hangs has one mail at a time, takes no connections from customers, and keeps nobody waiting who undoes what it is about", async () => {
  const ofTests = new TestApi(database());
  const token = await ofTests.token("hanging@example.com");
  const addresses = ["hangs-1", "hangs-2", "hangs-3"];
  for (const address of addresses) {
    const { tenant } = await placed(ofTests, token, address);
    // Each has mails of several kinds, and of each kind several.
    const soon = new Date(Date.now() + 3_600_000);
    const changes = address === "hangs-1" ? { delete_at: soon } : { expires_at: soon };
    await database()
      .updateTable("tenant")
      .set({ made_state: "running", ready_at: new Date(), ...changes })
      .where("id", "=", tenant)
      .execute();
    await database()
      .insertInto("tenant_domain")
      .values({ tenant_id: tenant, domain: `${address}.example.org` })
      .execute();
  }
  await database().updateTable("tenant_domain").set({ lost_at: new Date(), state: "unproven" }).execute();

  const few = connect(database.url(), 2000, 3);
  let [begun, most, under] = [0, 0, 0];
  let answer: () => void = () => undefined;
  const hangs = new Promise<void>((resolve) => (answer = resolve));
  const send = async (): Promise<void> => {
    begun += 1;
    under += 1;
    most = Math.max(most, under);
    await hangs;
    under -= 1;
  };
  const mails = new Proxy({}, { get: () => send }) as unknown as Mailer;
  const stop = keepHouse({ database: few, settings: testSettings(), queue: idleQueue, mails }, 20);
  try {
    for (const deadline = Date.now() + 10_000; begun === 0; await delay(10)) {
      assert.ok(Date.now() < deadline, "no mail was begun");
    }
    // Many looks later.
    await delay(500);
    assert.deepEqual([begun, most], [1, 1]);
    const api = new TestApi(few);
    const { tenants } = (await (await api.send("GET", "/tenants", { token })).json()) as {
      tenants: { id: string; deleteAt: string | null }[];
    };
    const { id } = tenants.find(({ deleteAt }) => deleteAt !== null)!;
    const undone = api.send("DELETE", `/tenants/${id}/deletion`, { token });
    const first = await Promise.race([undone.then(({ status }) => status), delay(1500, "waits")]);
    assert.equal(first, 200);
    answer();
    for (const deadline = Date.now() + 10_000; begun < 6; await delay(10)) {
      assert.ok(Date.now() < deadline, `${begun} mails were sent`);
    }
    assert.equal(most, 1);
  } finally {
    answer();
    stop();
    await delay(200);
    await few.destroy();
  }
});
