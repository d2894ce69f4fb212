import type { Settings } from "../settings.ts";

/** How customers pay: `none`, nobody is invoiced; `invoice`, as invoices say; `stripe`, also by card, on a page of Stripe's. */
export const paymentWays = ["none", "invoice", "stripe"] as const;

/** One of `paymentWays`. */
export type PaymentWay = (typeof paymentWays)[number];

/** How customers pay here. */
export const paymentWay = ({ invoices }: Pick<Settings, "invoices">): PaymentWay => invoices?.payment ?? "none";

/** What something costs, in the currency's smallest unit. */
export interface Money {
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
}

/** An invoice, as the service names it. */
export interface Payable extends Money {
  readonly invoice: string;
  /** What is printed on it. */
  readonly number: string;
}

/** What a customer knows a card by, or another way to charge him. */
export interface CardFace {
  /** What it is called: `Visa`. */
  readonly name: string;
  /** The end of its number; null: it has none. */
  readonly last4: string | null;
  /** The last month in which it is good, like `2027-12`; null: it has no end. */
  readonly expires: string | null;
}

/** A card that the service has stored for a customer. */
export interface StoredCard extends CardFace {
  /** Its id at the service. */
  readonly id: string;
}

/** A page of the service: who pays, where he comes back to, and until when it is there. */
export interface HostedPage {
  /** The same one makes no second page. */
  readonly id: string;
  readonly payer: string;
  readonly returnTo: string;
  readonly until: Date;
}

/**
 * A service that takes payments: the worker alone asks it. That something was paid, or a card was stored, isn't what it answers: it tells the web process, which
 * believes a signature (`stripeEvents.ts`). Each call may be repeated and has one effect.
 */
export interface PaymentService {
  /** Makes a customer known. @returns his id there. */
  addPayer(customer: string, email: string): Promise<string>;

  /**
   * Makes a page on which an invoice is paid; the card is stored for the next ones. @returns where it is.
   *
   * @throws PaymentRefusedError when the service won't have it.
   */
  openPayment(page: HostedPage, payable: Payable): Promise<string>;

  /**
   * Makes a page on which a card is stored, and nothing is paid. @param customer whose, as the portal knows him. @returns where it is.
   *
   * @throws PaymentRefusedError when the service won't have it.
   */
  openCard(page: HostedPage, customer: string, currency: string): Promise<string>;

  /** What is stored for a customer, the newest first. */
  cards(payer: string): Promise<readonly StoredCard[]>;

  /** Forgets a card; one that is forgotten already stays so. @param card its id there. */
  forgetCard(card: string): Promise<void>;

  /** Charges an invoice to the card that was stored last. */
  charge(payer: string, payable: Payable): Promise<"taken" | "declined">;

  /**
   * Gives all of a payment back. @param reference the service's id of it.
   *
   * @throws PaymentRefusedError when the service won't do it.
   */
  refund(payment: string, reference: string): Promise<void>;
}

/** What the service won't do, however often it is asked. */
export class PaymentRefusedError extends Error {}
