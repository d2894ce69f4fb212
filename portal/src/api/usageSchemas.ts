import { z } from "zod";
import { monthPattern } from "../usage/months.ts";
import { id, moment } from "./commonSchemas.ts";
import { nextCursor, pageQuery } from "./schemas.ts";

const month = z.string().regex(monthPattern).optional().meta({
  description: "A month in UTC; the current one by default",
  example: "2026-11",
});

/** Of which month. */
export const monthQuery = z.strictObject({ month });

/** A page of what was used in a month. */
export const usageQuery = pageQuery.extend({ month });

// A month has no more.
const seconds = z.int().min(0).max(2_678_400);

const bytes = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

/** What a tenant used in a month. */
export const usageSchema = z
  .object({
    tenant: id,
    address: z.string(),
    month: z.string().regex(monthPattern),
    counted: z.object({ from: moment, to: moment }).nullable().meta({
      description: "From when to when it is counted; null: it wasn't there in that month",
    }),
    awakeSeconds: seconds.meta({ description: "For which it ran" }),
    savedSeconds: seconds.meta({ description: "For which it didn't run, outside of its active hours" }),
    savedAmounts: z
      .array(z.object({ currency: z.string(), amount: z.int().min(0).max(Number.MAX_SAFE_INTEGER) }))
      .meta({
        description:
          "What that saved, in the currency's smallest unit; none where its plan costs the same while it sleeps",
      }),
    plans: z.array(
      z.object({
        plan: z.string(),
        seconds: seconds.meta({ description: "For which it had the plan, awake or not" }),
        awakeSeconds: seconds,
        savedSeconds: seconds,
        memoryMiB: z
          .int()
          .min(1)
          .max(100_000_000)
          .nullable()
          .meta({ description: "That it gives; null: no worker has noted it, or no tenant has it any more" }),
      }),
    ),
    stored: z
      .object({
        databaseBytes: bytes.meta({ description: "As it was when it was read last in that month" }),
        databaseHighestBytes: bytes,
        filesBytes: bytes,
        filesHighestBytes: bytes,
        memoryBytes: bytes.nullable().meta({
          description:
            "Memory that its containers had for themselves then, without what caches files; null: no worker of this release has looked",
        }),
        memoryHighestBytes: bytes.nullable().meta({ description: "The highest of the looks of each hour" }),
        readAt: moment.meta({ description: "When; before the month, of one that didn't run in it" }),
      })
      .nullable()
      .meta({ description: "null: nobody has looked yet" }),
  })
  .meta({ ref: "Usage" });

/** A page of what was used in a month. */
export const usageListSchema = z.object({ usage: z.array(usageSchema), next: nextCursor });
