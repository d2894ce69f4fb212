import Stripe from "stripe";
import { type HostedPage, type Payable, PaymentRefusedError, type PaymentService } from "./payment.ts";

/** Most milliseconds that an answer takes; customers' pages wait for it. */
const patience = 10_000;

/** Where Stripe is, for tests; by default the real one. */
export type StripePlace = Pick<NonNullable<ConstructorParameters<typeof Stripe>[1]>, "host" | "port" | "protocol">;

/** Payments by Stripe. What a payment or a card is of is in its metadata, by which `stripeEvents.ts` knows it. */
export class StripeService implements PaymentService {
  private readonly stripe: Stripe;

  /** @param key a secret key, or a restricted one that may write customers, Checkout sessions, PaymentIntents, SetupIntents and refunds. */
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

/** A currency as Stripe writes it. */
const codeOf = (currency: string): string => currency.toLowerCase();

function refusal(error: unknown): Error {
  return error instanceof Stripe.errors.StripeInvalidRequestError
    ? new PaymentRefusedError(error.message, { cause: error })
    : (error as Error);
}
