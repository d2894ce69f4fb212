import { setPictures } from "odoo-fleet/fleet";
import { z } from "zod";
import { paymentWays } from "../payments/payment.ts";
import { price } from "./commonSchemas.ts";

/** What a plan gives its tenant. */
const contentSchema = z
  .object({
    users: z.int().min(1).max(1_000_000).nullable().meta({
      description: "Users at work at the same time that it is made for; null: it names no number",
    }),
    memoryMiB: z.int().min(1).max(100_000_000),
    cpus: z.number().positive().meta({ description: "A ceiling, not a reservation" }),
    uploadMiB: z.int().min(1).max(1_000_000).meta({ description: "Largest upload" }),
    backupEverySeconds: z
      .int()
      .min(1)
      .max(100_000_000)
      .meta({ description: "Time between two backups of the database" }),
    backupKeepDays: z.number().positive(),
    backupToMomentDays: z
      .number()
      .positive()
      .meta({ description: "Days to any moment of which it can be brought back" }),
    proofEverySeconds: z.int().min(1).max(100_000_000).optional().meta({
      description: "Time between two proofs that it can be restored; absent until a worker of this release has run",
    }),
  })
  .meta({ ref: "PlanContent" });

/** A text in the languages of the pages. */
const textSchema = z.object({ en: z.string(), fr: z.string(), ar: z.string() });

/** A set of modules that is offered. */
const setSchema = z
  .object({
    name: z.string().meta({ description: "What an order has it by" }),
    title: textSchema,
    summary: textSchema,
    picture: z.enum(setPictures).meta({ description: "Which drawing the pages show" }),
    modules: z.array(z.string()).meta({ description: "Technical names of Odoo's modules" }),
  })
  .meta({ ref: "ModuleSet" });

/** How long orders took. */
const usualKeys = {
  seconds: z.int().min(0).max(2_147_483_647).meta({
    description: "Median, from its place and confirmation until it is ready",
  }),
  of: z.int().min(1).max(100).meta({ description: "Of how many orders: the newest" }),
};

/** What is sold. */
export const planListSchema = z.object({
  plans: z
    .array(
      z.object({
        name: z.string(),
        price: price.meta({ description: "A month, in the currency's smallest unit" }),
        asleepPrice: price.meta({ description: "The same while it sleeps by its active hours" }),
        currency: z.string(),
        trialDays: z.int().min(0).max(90),
        keepDays: z.int().min(0).max(3650).meta({ description: "Days for which the backups of a deleted tenant stay" }),
        content: contentSchema.nullable().meta({ description: "null until a worker of the provider's has run" }),
      }),
    )
    .meta({ description: "The cheapest first" }),
  odooVersions: z.array(z.string()).meta({ description: "The recommended one first" }),
  payment: z.enum(paymentWays).meta({
    description:
      "`none`: nobody is invoiced; `invoice`: as invoices say; `stripe`: also by card, which a paid order waits for",
  }),
  termsUrl: z.string().nullable().meta({ description: "Where the terms are; null: the provider names no page" }),
  sets: z.array(setSchema).meta({ description: "Sets of modules, of which an order names none, one or several" }),
  usual: z
    .object(usualKeys)
    .nullable()
    .meta({ description: "How long an order without a set usually takes; null: none was finished yet" }),
  usualWith: z.array(z.object({ modules: z.array(z.string()).meta({ description: "Sorted" }), ...usualKeys })).meta({
    description:
      "The same of orders with these modules, the last ordered first; those that aren't here weren't finished yet",
  }),
});
