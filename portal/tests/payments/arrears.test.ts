/** What follows when an invoice isn't paid: which step when, reminders, suspension and the way back, by a real database, the API and what the worker calls. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { idleQueue } from "../support/api.ts";
import { json, paid, PaidPortal } from "../support/paidPortal.ts";
import { placed } from "../support/orders.ts";
import type { InvoiceView } from "../../src/invoices/invoices.ts";
import type { TenantView } from "../../src/jobs/tenants.ts";
import { arrearsOf, type ShownArrears } from "../../src/payments/arrears.ts";
import { sendReminders, type SendableReminder } from "../../src/payments/reminders.ts";
import { reminderMail } from "../../src/payments/mailTexts.ts";
import { settleArrears } from "../../src/worker/arrearsWork.ts";

const dueAt = new Date("2026-12-15T02:00:00Z");
const days = (count: number): Date => new Date(dueAt.getTime() + count * 86_400_000);

test("what is due when: by the day after its due date, when its customer was told, and how much time he has", () => {
  const cases: [day: number, toldOn: number | null, deferredTo: number | null, step: string | undefined, on: number][] =
    [
      [-4, null, null, undefined, 14],
      [-3, null, null, "soon", 14],
      [-0.01, null, null, "soon", 14],
      [0, null, null, undefined, 14],
      [1, null, null, "overdue", 14],
      [1, 1, null, "overdue", 14],
      [10.9, 1, null, "overdue", 14],
      [11, 1, null, "last", 14],
      [13.9, 1, null, "last", 14],
      [14, 1, null, "suspended", 14],
      [400, 1, null, "suspended", 14],
      // The mail server was away, or the portal: nobody is suspended within a week of its mail.
      [14, null, null, "overdue", 21],
      [400, null, null, "overdue", 407],
      [14, 12, null, "overdue", 19],
      [16, 12, null, "last", 19],
      [19, 12, null, "suspended", 19],
      // More time, of which the end is told again; time that ends before changes nothing.
      [14, 1, 30, "overdue", 30],
      [27, 1, 30, "last", 30],
      [30, 1, 30, "suspended", 30],
      [14, 1, 10, "suspended", 14],
    ];
  for (const [day, toldOn, deferredTo, step, on] of cases) {
    const toldAt = toldOn === null ? null : days(toldOn);
    const found = arrearsOf(
      { dueAt, toldAt, deferredUntil: deferredTo === null ? null : days(deferredTo) },
      14,
      days(day),
    );
    assert.deepEqual(found, { step, suspendsAt: days(on) }, `day ${day}, told ${toldOn}, time to ${deferredTo}`);
  }
});

const site = new PaidPortal();

/** A customer with a tenant that runs and an invoice. */
async function owing(address: string) {
  const billed = await site.billed();
  const { tenant } = await placed(site.api, billed.token, address);
  await site
    .database()
    .updateTable("tenant")
    .set({ made_state: "running", ready_at: site.now })
    .where("id", "=", tenant)
    .execute();
  const readTenant = () => json<TenantView>(site.api.send("GET", `/tenants/${tenant}`, { token: billed.token }));
  return { ...billed, tenant, readTenant };
}

const settle = () => settleArrears({ database: site.database(), settings: site.settings, queue: idleQueue }, site.now);

/** Sends the reminders that are due. @returns those to an address, by their steps. */
async function reminded(email: string, fault?: Error): Promise<string[]> {
  const sent: SendableReminder[] = [];
  await sendReminders(site.database(), site.settings, site.now, (reminder) => {
    sent.push(reminder);
    return fault ? Promise.reject(fault) : Promise.resolve();
  });
  return sent.filter((one) => one.email === email).map(({ step }) => step);
}

const actionsOf = async (tenant: string): Promise<string[]> => {
  const rows = await site
    .database()
    .selectFrom("audit")
    .select("action")
    .where("tenant_id", "=", tenant)
    .where("action", "like", "tenant.%")
    .orderBy("id")
    .execute();
  return rows.map(({ action }) => action);
};

const jobsOf = (tenant: string) =>
  site
    .database()
    .selectFrom("job")
    .select(["kind", "state"])
    .where("tenant_id", "=", tenant)
    .orderBy("number")
    .execute();

test("who doesn't pay is reminded, then his tenants are suspended, once; he can't start one; what Stripe tells lets them run again", async () => {
  const { email, invoice, payer, token, tenant, readTenant } = await owing("owing");
  site.now = days(-2);
  assert.deepEqual(await reminded(email), ["soon"]);
  assert.deepEqual(await reminded(email), []);
  site.now = days(2);
  // A server that doesn't take it: it is tried again.
  await reminded(email, new Error("away"));
  assert.deepEqual(await reminded(email), ["overdue"]);
  site.now = days(12);
  assert.deepEqual(await reminded(email), ["last"]);
  assert.equal(await settle(), 0);
  site.now = days(14);
  assert.equal(await settle(), 1);
  // A worker that was killed finds what is, and has nothing to do.
  assert.equal(await settle(), 0);
  assert.deepEqual(await reminded(email), ["suspended"]);
  assert.deepEqual(await reminded(email), []);
  const { desired, reason } = (await readTenant()).lifecycle;
  assert.deepEqual([desired, reason], ["suspended", "unpaid"]);
  assert.deepEqual(await jobsOf(tenant), [{ kind: "suspend", state: "queued" }]);
  const start = await site.api.send("POST", `/tenants/${tenant}/start`, { token, body: {} });
  assert.equal(start.status, 409);
  assert.match(await start.text(), /an invoice isn't paid/);

  await site.tell(paid(invoice, payer));
  assert.equal(await settle(), 1);
  assert.equal(await settle(), 0);
  assert.equal((await readTenant()).lifecycle.desired, "running");
  assert.deepEqual(await actionsOf(tenant), ["tenant.unpaid", "tenant.paid"]);
  assert.deepEqual(await reminded(email), []);
});

test("an operator gives a customer more time, sees until when, and takes it back; what he notes as paid lets the tenants run; what else stops them stays", async () => {
  const { email, invoice, number, customer, token, tenant, readTenant } = await owing("deferred");
  site.now = days(1);
  await reminded(email);
  site.now = days(20);
  const shown = () =>
    json<InvoiceView & ShownArrears>(site.api.send("GET", `/operator/invoices/${invoice}`, { token: site.operator }));
  assert.equal((await shown()).suspendsAt, days(14).toISOString());
  assert.equal(await settle(), 1);
  const give = (until: Date | null, as = site.operator, whose = customer) =>
    site.api.send("PUT", `/operator/customers/${whose}/deferral`, { token: as, body: { until } });
  assert.equal((await give(days(30), token)).status, 403);
  assert.equal((await give(days(30), site.operator, "nobody")).status, 404);
  assert.equal((await give(days(30))).status, 200);
  const { suspendsAt, deferredUntil } = await shown();
  assert.deepEqual([suspendsAt, deferredUntil], [days(30).toISOString(), days(30).toISOString()]);
  assert.equal(await settle(), 1);
  assert.equal((await readTenant()).lifecycle.desired, "running");
  await give(null);
  assert.equal(await settle(), 1);
  const operators = await site.api.token("tenants@example.com", ["operator:tenants"]);
  await site.api.send("PUT", `/operator/tenants/${tenant}/suspension`, {
    token: operators,
    body: { isSuspended: true },
  });
  assert.equal((await readTenant()).lifecycle.reason, "operator");
  const body = { number, reference: "Statement 12" };
  assert.equal(
    (await site.api.send("POST", `/operator/invoices/${invoice}/payments`, { token: site.operator, body })).status,
    201,
  );
  assert.equal(await settle(), 1);
  assert.equal((await readTenant()).lifecycle.reason, "operator");
  assert.equal((await shown()).suspendsAt, null);
});

test("a dispute that is lost long after is told of anew, and nobody is suspended within a week of that; who pays while others are reminded isn't", async () => {
  const { email, invoice, payer, readTenant } = await owing("disputed");
  site.now = days(2);
  assert.deepEqual(await reminded(email), ["overdue"]);
  const event = paid(invoice, payer);
  await site.tell(event);
  site.now = days(80);
  const { id: payment_intent } = (event.data as { object: { id: string } }).object;
  const object = { payment_intent, amount: 3480, status: "lost" };
  await site.tell({ id: "evt_lost", type: "charge.dispute.closed", data: { object } });
  assert.equal(await settle(), 0);
  assert.deepEqual(await reminded(email), ["overdue"]);
  site.now = days(84.5);
  assert.deepEqual(await reminded(email), ["last"]);
  assert.equal(await settle(), 0);
  site.now = days(87);
  assert.equal(await settle(), 1);
  assert.equal((await readTenant()).lifecycle.reason, "unpaid");

  const [first, second] = [await owing("first"), await owing("second")];
  const told: string[] = [];
  await sendReminders(site.database(), site.settings, site.now, async (reminder) => {
    told.push(reminder.email);
    if (reminder.email === first.email) {
      await site.tell(paid(second.invoice, second.payer));
    }
  });
  assert.deepEqual([told.includes(first.email), told.includes(second.email)], [true, false]);
});

test("what is being charged, cancelled, of before reminders, or invoiced by nobody, has no consequence", async () => {
  const [charged, former] = [await owing("charged"), await owing("former")];
  site.now = days(1);
  await reminded(charged.email);
  await site
    .database()
    .insertInto("charge")
    .values({ invoice_id: charged.invoice, state: "taken", tried_at: site.now, told_at: null })
    .execute();
  await site
    .database()
    .insertInto("reminder")
    .values({ invoice_id: former.invoice, step: "former", of_at: site.now, sent_at: site.now })
    .execute();
  site.now = days(60);
  assert.deepEqual([...(await reminded(charged.email)), ...(await reminded(former.email))], []);
  await settle();
  assert.deepEqual([...(await jobsOf(charged.tenant)), ...(await jobsOf(former.tenant))], []);
  const suspended = await owing("nobody");
  site.now = days(2);
  await reminded(suspended.email);
  site.now = days(60);
  await settle();
  assert.equal((await suspended.readTenant()).lifecycle.reason, "unpaid");
  // No longer declared: by the days, and as a whole.
  const noted = { ...site.settings.invoices!, suspendDays: undefined };
  assert.equal(await sendReminders(site.database(), { invoices: noted }, site.now, () => assert.fail()), 0);
  for (const invoices of [noted, undefined]) {
    await settle();
    assert.equal((await suspended.readTenant()).lifecycle.reason, "unpaid");
    await settleArrears({ database: site.database(), settings: { invoices }, queue: idleQueue }, site.now);
    assert.equal((await suspended.readTenant()).lifecycle.desired, "running");
  }
});

test("mails are in the language of the customer's browser; in both while it isn't known", () => {
  const reminder = {
    email: "a@example.com",
    number: "2026-000001",
    amount: 3480,
    currency: "EUR",
    dueAt,
    suspendsAt: days(14),
  };
  const mail = (language: "en" | "fr" | null) =>
    reminderMail({ ...reminder, language, step: "overdue" }, "https://portal.example.com");
  assert.equal(mail("en").subject, "Invoice 2026-000001 is overdue");
  assert.equal(mail("fr").subject, "La facture 2026-000001 est en retard");
  assert.equal(mail(null).subject, "Invoice 2026-000001 is overdue / La facture 2026-000001 est en retard");
  assert.match(mail("fr").text, /34,80.€, était à payer au plus tard le 15 décembre 2026/);
  assert.match(mail("en").text, /If it isn't by December 29, 2026, your instances are suspended/);
});
