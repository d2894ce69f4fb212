import { z } from "zod";
import { id, moment, text } from "./commonSchemas.ts";

/** A page of the payment service. */
export const checkoutSchema = z
  .object({
    id,
    state: z.enum(["asked", "open", "refused", "over"]).meta({
      description:
        "`asked`: it is being made; `open`: it is there; `refused`: the payment service won't have it; `over`: ask for another one",
    }),
    isLate: z.boolean().meta({ description: "Whether the payment service doesn't answer; it is asked again" }),
    url: z.string().nullable().meta({ description: "Where it is, while it is open" }),
    until: moment.meta({ description: "Until when it is there" }),
  })
  .meta({ ref: "Checkout" });

/** A card, or another way to charge a customer. */
const cardSchema = z
  .object({
    id,
    name: z.string().meta({ description: "What it is called", example: "Visa" }),
    last4: z.string().nullable().meta({ description: "The end of its number; null: it has none", example: "4242" }),
    expires: z
      .string()
      .nullable()
      .meta({ description: "The last month in which it is good; null: it has no end", example: "2027-12" }),
  })
  .meta({ ref: "Card" });

/** A customer's cards. */
export const cardListSchema = z
  .object({ cards: z.array(cardSchema).meta({ description: "The first is charged" }) })
  .meta({ ref: "CardList" });

/** More time to pay. */
export const deferralRequestSchema = z
  .strictObject({
    until: moment.nullable().meta({
      description: "Up to then nothing of the customer is suspended as unpaid; null: no more time",
      example: "2027-01-31T17:00:00Z",
    }),
  })
  .meta({ ref: "DeferralRequest" });

/** How much time to pay a customer has. */
export const deferralSchema = z.object({ customer: id, until: moment.nullable() }).meta({ ref: "Deferral" });

/** What an operator found to be paid. */
export const paymentRequestSchema = z
  .strictObject({
    number: z.string().max(20).meta({
      description: "The invoice's number, repeated: so that nobody notes a payment of another one than he means",
      example: "2026-000001",
    }),
    reference: text(100).meta({ description: "Where it was found", example: "Bank statement 12 of 2026" }),
  })
  .meta({ ref: "PaymentRequest" });
