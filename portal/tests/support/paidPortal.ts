import { beforeEach } from "node:test";
import type { Selectable } from "kysely";
import Stripe from "stripe";
import type { Database } from "../../src/database/connect.ts";
import type { PaymentTable } from "../../src/database/paymentTables.ts";
import { issue } from "../../src/invoices/issue.ts";
import type { InvoiceView } from "../../src/invoices/invoices.ts";
import { type SendablePayment, sendPayments } from "../../src/payments/paymentMails.ts";
import { type PaymentParts, refundPayments } from "../../src/worker/paymentWork.ts";
import { TestApi, webhookSecret } from "./api.ts";
import { portalDatabase } from "./portalDatabase.ts";
import { testSettings } from "./settings.ts";
import { StripeMock } from "./stripeMock.ts";

const seller = { name: "Example Hosting SARL", address: ["1 rue de la Paix"], country: "FR" };
const party = { ...seller, vatId: null, note: null };

/** How customers are invoiced who pay by Stripe. */
export const paidInvoices = { since: "2026-11", seller, vatPercent: 20, payment: "stripe", suspendDays: 14 };

/** When tests' invoices are issued, and what the time is when a test begins. */
const issuedAt = new Date("2026-12-01T02:00:00Z");

/** A customer with an invoice, who is known at Stripe. */
export interface Billed {
  readonly email: string;
  readonly token: string;
  readonly customer: string;
  /** His id at Stripe. */
  readonly payer: string;
  readonly invoice: string;
  readonly number: string;
  /** Reads the invoice as he does. */
  readonly read: () => Promise<InvoiceView>;
}

/** The API where customers pay by Stripe, on a database, with what the worker asks Stripe by: for the tests of a file. */
export class PaidPortal {
  readonly settings = testSettings({ invoices: paidInvoices });
  /** The clock. */
  now = issuedAt;
  stripe!: StripeMock;
  api!: TestApi;
  /** A token of an operator. */
  operator!: string;
  readonly database: () => Database;
  private count = 0;

  constructor() {
    this.database = portalDatabase({
      begin: async () => void (this.stripe = await StripeMock.start()),
      end: () => this.stripe.stop(),
    });
    beforeEach(async () => {
      this.now = issuedAt;
      this.api ??= new TestApi(this.database(), { invoices: paidInvoices });
      this.api.now = () => this.now;
      this.operator ??= await this.api.token("operator@example.com", ["operator:invoices"]);
      // What the test before has left to do.
      await refundPayments(this.parts(), new Date());
      await this.mails();
      this.stripe.answers.clear();
      this.stripe.asked.length = 0;
    });
  }

  /** What the worker asks Stripe by. */
  parts(): PaymentParts {
    return { database: this.database(), settings: this.settings, service: this.stripe.service() };
  }

  later(minutes: number): Date {
    return new Date(this.now.getTime() + minutes * 60_000);
  }

  /** A new customer with an invoice of 34.80 euros, due in 14 days. @param hasCard whether he stored a card before it. */
  async billed({ hasCard = false } = {}): Promise<Billed> {
    const email = `payer${(this.count += 1)}@example.com`;
    const token = await this.api.token(email);
    const customer = await this.customerOf(email);
    const payer = `cus_${customer}`;
    const card_at = hasCard ? new Date("2026-11-01T00:00:00Z") : null;
    await this.database().insertInto("payer").values({ customer_id: customer, service_id: payer, card_at }).execute();
    const line = { tenant: "t", address: "a", plan: "basic", price: 2900, seconds: 1, monthSeconds: 1, amount: 2900 };
    const draft = { customer, month: "2026-11", currency: "EUR", attempt: 0, seller: party, buyer: party };
    const { id: invoice, number } = await this.database()
      .transaction()
      .execute((transaction) => issue(transaction, { ...draft, lines: [line], vatRate: 2000, dueDays: 14 }, issuedAt));
    const read = () => json<InvoiceView>(this.api.send("GET", `/invoices/${invoice}`, { token }));
    return { email, token, customer, payer, invoice, number, read };
  }

  async customerOf(email: string): Promise<string> {
    const rows = this.database().selectFrom("customer").select("id").where("email", "=", email);
    return (await rows.executeTakeFirstOrThrow()).id;
  }

  /** Tells an event as Stripe does. */
  tell(event: object, { secret = webhookSecret, at = new Date() } = {}): Promise<Response> {
    const payload = JSON.stringify({ object: "event", ...event });
    const timestamp = Math.floor(at.getTime() / 1000);
    return this.api.tell(payload, Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp }));
  }

  /** Mails about payments that are due. */
  async mails(): Promise<SendablePayment[]> {
    const sent: SendablePayment[] = [];
    await sendPayments(this.database(), this.now, (mail) => {
      sent.push(mail);
      return Promise.resolve();
    });
    return sent;
  }

  /** What is noted of an invoice's payments. */
  payments(invoice: string): Promise<Selectable<PaymentTable>[]> {
    return this.database()
      .selectFrom("payment")
      .selectAll()
      .where("invoice_id", "=", invoice)
      .orderBy("paid_at")
      .execute();
  }
}

/** The body of an answer. */
export const json = async <Answer>(answer: Promise<Response>): Promise<Answer> =>
  (await answer).json() as Promise<Answer>;

/** The event of a payment of 34.80 euros. */
export function paid(invoice: string, payer: string, changes: object = {}): { id: string; type: string; data: object } {
  const object = {
    ...{ id: `pi_${crypto.randomUUID()}`, object: "payment_intent", amount_received: 3480, currency: "eur" },
    ...{ customer: payer, metadata: { invoice }, setup_future_usage: null, ...changes },
  };
  return { id: `evt_${crypto.randomUUID()}`, type: "payment_intent.succeeded", data: { object } };
}

/** The event of a card that was stored. */
export const stored = (customer: string, payer: string): object => ({
  id: `evt_${crypto.randomUUID()}`,
  type: "setup_intent.succeeded",
  data: { object: { id: "seti_1", customer: payer, metadata: { customer } } },
});
