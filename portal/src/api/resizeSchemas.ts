import { z } from "zod";
import { price } from "./commonSchemas.ts";
import { parts } from "../plans/planNeeds.ts";

/** How long a tenant is away. */
export const downtimeSchema = z
  .object({
    seconds: z
      .int()
      .min(0)
      .max(2_147_483_647)
      .meta({ description: "Median of whole jobs: it is away for no longer, as a rule" }),
    of: z.int().min(1).max(100).meta({ description: "Of how many jobs: the newest" }),
    basis: z.enum(["resizes", "starts"]).meta({
      description: "Of changes of plans; or of starts of suspended tenants, where there was none yet",
    }),
  })
  .nullable()
  .meta({ description: "How long it is away; null: nothing like it was done yet" });

/** What each plan would mean for a tenant. */
export const resizeOfferListSchema = z.object({
  plans: z.array(
    z
      .object({
        plan: z.string(),
        price: price.meta({
          description: "A month, in the currency's smallest unit, from the change on; a trial goes on",
        }),
        asleepPrice: price.meta({ description: "The same while it sleeps by its active hours" }),
        currency: z.string(),
        isCurrent: z.boolean(),
        hasRoom: z.boolean().nullable().meta({
          description: "Whether there is room for it where the tenant is; null: nothing limits it that is known",
        }),
        replaced: z
          .array(z.enum(parts))
          .nullable()
          .meta({ description: "Containers that are replaced; null until a worker of the provider's has run" }),
        downtime: downtimeSchema,
      })
      .meta({ ref: "ResizeOffer" }),
  ),
});

/** Another plan. */
export const resizeRequestSchema = z
  .strictObject({
    plan: z.string().max(32).meta({ example: "pro" }),
    isDowntimeAccepted: z.literal(true).meta({
      description: "That the tenant is away while its containers are replaced; true is needed",
      example: true,
    }),
  })
  .meta({ ref: "ResizeRequest" });
