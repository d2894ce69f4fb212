import Stripe from "stripe";
import { type HostedPage, type Payable, PaymentRefusedError, type PaymentService, type StoredCard } from "./payment.ts";

/** Most milliseconds that an answer takes; customers' pages wait for it. */
const patience = 10_000;

/** Cards of a customer that are told of: as many as Stripe tells of at once. */
const mostCards = 100;

/** Names of cards that aren't the capitalized word that Stripe has for them. */
const cardNames: Readonly<Record<string, string>> = {
  amex: "American Express",
  cartes_bancaires: "Cartes Bancaires",
  diners: "Diners Club",
  eftpos_au: "eftpos",
  jcb: "JCB",
  sepa_debit: "SEPA",
  unionpay: "UnionPay",
};

/** Where Stripe is, for tests; by default the real one. */
export type StripePlace = Pick<NonNullable<ConstructorParameters<typeof Stripe>[1]>, "host" | "port" | "protocol">;

/** Payments by Stripe. What a payment or a card is of is in its metadata, by which `stripeEvents.ts` knows it. */
export class StripeService implements PaymentService {
  private readonly stripe: Stripe;

  /** @param key a secret key, or a restricted one that may write customers, Checkout sessions, PaymentIntents, SetupIntents, payment methods and refunds. */
  constructor(key: string, place: StripePlace = {}) {
    this.stripe = new Stripe(key, { ...place, timeout: patience, maxNetworkRetries: 1, telemetry: false });
  }

  async addPayer(customer: string, email: string): Promise<string> {
    const made = await this.stripe.customers.create(
      { email, metadata: { customer } },
      { idempotencyKey: `customer-${customer}` },
    );
    return made.id;
  }

  openPayment(page: HostedPage, { invoice, number, amount, currency }: Payable): Promise<string> {
    return this.open(page, {
      mode: "payment",
      line_items: [
        {
          quantity: 1,
          price_data: { currency: codeOf(currency), unit_amount: amount, product_data: { name: `Invoice ${number}` } },
        },
      ],
      client_reference_id: number,
      // What was paid has to be what the invoice says, in its currency.
      adaptive_pricing: { enabled: false },
      payment_intent_data: {
        description: `Invoice ${number}`,
        metadata: { invoice },
        setup_future_usage: "off_session",
      },
    });
  }

  openCard(page: HostedPage, customer: string, currency: string): Promise<string> {
    return this.open(page, {
      mode: "setup",
      currency: codeOf(currency),
      setup_intent_data: { metadata: { customer } },
    });
  }

  async cards(payer: string): Promise<StoredCard[]> {
    const { data } = await this.stripe.customers.listPaymentMethods(payer, { limit: mostCards });
    return data.map(cardOf);
  }

  async forgetCard(card: string): Promise<void> {
    try {
      await this.stripe.paymentMethods.detach(card);
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) {
        throw error;
      }
    }
  }

  async charge(payer: string, { invoice, number, amount, currency }: Payable): Promise<"taken" | "declined"> {
    // The newest first.
    const { data } = await this.stripe.customers.listPaymentMethods(payer, { limit: 1 });
    const [card] = data;
    if (!card) {
      return "declined";
    }
    try {
      const { status } = await this.stripe.paymentIntents.create(
        {
          ...{
            amount,
            currency: codeOf(currency),
            customer: payer,
            payment_method: card.id,
            off_session: true,
            confirm: true,
          },
          // Nobody is there who could follow one.
          automatic_payment_methods: { enabled: true, allow_redirects: "never" },
          description: `Invoice ${number}`,
          metadata: { invoice },
        },
        { idempotencyKey: `invoice-${invoice}` },
      );
      return status === "succeeded" || status === "processing" ? "taken" : "declined";
    } catch (error) {
      // A card that its bank declines, or that asks for its holder; an amount that is too small for a card.
      if (error instanceof Stripe.errors.StripeCardError || error instanceof Stripe.errors.StripeInvalidRequestError) {
        return "declined";
      }
      throw error;
    }
  }

  async refund(payment: string, reference: string): Promise<void> {
    try {
      await this.stripe.refunds.create({ payment_intent: reference }, { idempotencyKey: `refund-${payment}` });
    } catch (error) {
      if ((error as Stripe.errors.StripeError).code !== "charge_already_refunded") {
        throw refusal(error);
      }
    }
  }

  private async open(
    { id, payer, returnTo, until }: HostedPage,
    params: Stripe.Checkout.SessionCreateParams,
  ): Promise<string> {
    try {
      const { url } = await this.stripe.checkout.sessions.create(
        {
          ...params,
          customer: payer,
          success_url: `${returnTo}#paid`,
          cancel_url: returnTo,
          expires_at: Math.floor(until.getTime() / 1000),
        },
        { idempotencyKey: `checkout-${id}` },
      );
      if (!url) {
        throw new Error("Stripe made a page without an address");
      }
      return url;
    } catch (error) {
      throw refusal(error);
    }
  }
}

/** What a customer knows a way to charge him by. */
function cardOf({ id, type, card, sepa_debit }: Stripe.PaymentMethod): StoredCard {
  const word = card?.brand ?? type;
  const name = cardNames[word] ?? word.charAt(0).toUpperCase() + word.slice(1).replaceAll("_", " ");
  const expires = card ? `${card.exp_year}-${String(card.exp_month).padStart(2, "0")}` : null;
  return { id, name, last4: card?.last4 ?? sepa_debit?.last4 ?? null, expires };
}

/** A currency as Stripe writes it. */
const codeOf = (currency: string): string => currency.toLowerCase();

function refusal(error: unknown): Error {
  return error instanceof Stripe.errors.StripeInvalidRequestError
    ? new PaymentRefusedError(error.message, { cause: error })
    : (error as Error);
}
