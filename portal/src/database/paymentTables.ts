import type { ColumnType, Generated } from "kysely";

/** A customer as the payment service knows him. */
export interface PayerTable {
  readonly customer_id: string;
  /** His id there. */
  readonly service_id: string;
  /** Since when he has a card there; null: he has none. Only invoices that are issued afterwards are charged to it. */
  card_at: Date | null;
  /** From when on the service is to be asked which cards there are; null: what is noted is what there is. */
  cards_due_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
}

/** A card that is stored for a customer, or another way to charge him, as the service told it last. Its number isn't here. */
export interface CardTable {
  readonly id: string;
  readonly customer_id: string;
  /** Its id at the service. */
  readonly service_id: string;
  /** What it is called: `Visa`. */
  name: string;
  /** The end of its number; null: it has none. */
  last4: string | null;
  /** The last month in which it is good, like `2027-12`; null: it has no end. */
  expires: string | null;
  /** Which one it is, from 0 on: the first is charged. */
  place: number;
  /** When its customer removed it: the worker has the service forget it. */
  removed_at: Date | null;
  /** When the service was last asked for that, and didn't answer. */
  tried_at: Date | null;
}

/** A page of the payment service that a customer asked for, to pay an invoice, to store the card that an order waits for, or, with neither, to store another one. The worker has it made. */
export interface CheckoutTable {
  readonly id: string;
  readonly customer_id: string;
  readonly invoice_id: string | null;
  readonly order_id: string | null;
  readonly asked_at: Date;
  /** From then on it is of no use. */
  readonly until: Date;
  /** When the service was asked last, and didn't answer; null: it wasn't, or it did. */
  tried_at: Date | null;
  /** Where the page is; null: it isn't there yet. */
  url: string | null;
  /** Whether the service won't have it. */
  is_refused: Generated<boolean>;
}

/** An invoice that was charged to its customer's card, once. `taken`: the service tells of the payment; `declined`: there is none. */
export interface ChargeTable {
  readonly invoice_id: string;
  state: "taken" | "declined";
  readonly tried_at: Date;
  /** When its customer was told that it was declined. */
  told_at: Date | null;
}

/** What was paid of an invoice: all of it. The database has at most one that stays, an invoice. */
export interface PaymentTable {
  readonly id: string;
  readonly invoice_id: string;
  /** Who told of it. */
  readonly way: "stripe" | "operator";
  /** Of Stripe, its payment's id; of an operator, where he found it. */
  readonly reference: string;
  /** `refunding`: it isn't owed, and the worker gives it back. `lost`: its bank took it back, and it is owed again. */
  state: "paid" | "refunding" | "refunded" | "lost";
  readonly paid_at: Date;
  /** When the service was last asked to give it back, and didn't. */
  tried_at: Date | null;
  /** When its customer was told of its state; null: not yet. */
  told_at: Date | null;
}

/** What operators are told of a payment that its service takes back, by mail. */
export interface PaymentNoticeTable {
  readonly id: string;
  readonly invoice_id: string;
  /** `disputed`: its payer's bank asks for it; `won` and `lost` are how that ended. */
  readonly what: "refunded" | "refundedInPart" | "disputed" | "won" | "lost";
  /** In the smallest unit of the invoice's currency. */
  readonly amount: string | number;
  /** Until when a dispute has to be answered at the service; null: it needs no answer. */
  readonly answer_by: Date | null;
  readonly at: Date;
  /** When operators were told; null: not yet. */
  told_at: Date | null;
}

/** What the payment service told, so that nothing is taken twice. */
export interface PaymentEventTable {
  readonly id: string;
  readonly at: Date;
}

/** What a customer was told of an invoice that isn't paid. */
export interface ReminderTable {
  readonly invoice_id: string;
  /** `former`: it was issued before there were reminders, and is the operators' to ask for. */
  readonly step: ReminderStep | "former";
  /** What it is told of: when it is due, or when tenants are suspended. */
  readonly of_at: Date;
  readonly sent_at: Date;
}

/** `soon`: it will be due; `overdue`: it was; `last`: tenants will be suspended; `suspended`: they are. */
export type ReminderStep = "soon" | "overdue" | "last" | "suspended";

/** Tables of payments. */
export interface PaymentTables {
  readonly payer: PayerTable;
  readonly card: CardTable;
  readonly checkout: CheckoutTable;
  readonly charge: ChargeTable;
  readonly payment: PaymentTable;
  readonly payment_event: PaymentEventTable;
  readonly payment_notice: PaymentNoticeTable;
  readonly reminder: ReminderTable;
}
