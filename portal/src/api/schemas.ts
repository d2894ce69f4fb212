import { z } from "zod";
import { id, moment, price, text } from "./commonSchemas.ts";
import { lifecycleSchema } from "./lifecycleSchemas.ts";
import { retryRefusals } from "../jobs/retryRefusal.ts";
import { customerScopes, scopes } from "./tokens.ts";

/** Path of one thing. */
export const idParameter = z.strictObject({ id: id.meta({ example: "k3j9x0a2b7cd" }) });

/** Path of an address that is asked for; what is no address gets its own answer. */
export const addressParameter = z.strictObject({ address: z.string().max(253).meta({ example: "acme" }) });

/** A page of a list. */
export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20).meta({ description: "Most entries of the page" }),
  cursor: z
    .string()
    .regex(/^[1-9]\d{0,17}$/)
    .optional()
    .meta({ description: "`next` of the page before" }),
});

/** A page of a customer's jobs. */
export const jobQuery = pageQuery.extend({
  tenant: id.optional().meta({ description: "Only what is done to this tenant" }),
});

/** A page of all jobs. */
export const operatorJobQuery = jobQuery.extend({
  unfinished: z.literal("true").optional().meta({ description: "Only those that wait or are under way" }),
});

/** What a query without parameters has. */
export const noQuery = z.strictObject({});

/** What is ordered. */
export const orderRequestSchema = z
  .strictObject({
    address: z.string().max(253).meta({ description: "First label of the host name", example: "acme" }),
    company: text(100).meta({ example: "Acme Ltd" }),
    plan: z.string().max(32).meta({ example: "basic" }),
    odooVersion: z.string().max(8).meta({ example: "19.0" }),
    sets: z
      .array(z.string().max(32))
      .max(20)
      .default([])
      .meta({ description: "Names of sets of modules that it starts with; twice counts once", example: [] }),
    trial: z.boolean().default(false).meta({ description: "Free for the plan's days of trial" }),
    terms: z.boolean().meta({ description: "Whether the terms are accepted; true is needed", example: true }),
  })
  .meta({ ref: "OrderRequest" });

/** What somebody orders who has no account. */
export const guestOrderRequestSchema = orderRequestSchema
  .extend({ email: z.email().max(254).meta({ example: "you@example.org" }) })
  .meta({ ref: "GuestOrderRequest" });

/** What somebody without an account asks another mail of confirmation by. */
export const guestConfirmationRequestSchema = z
  .strictObject({
    order: id.meta({ example: "k3j9x0a2b7cd" }),
    email: z.email().max(254).meta({ example: "you@example.org" }),
  })
  .meta({ ref: "GuestConfirmationRequest" });

/** What somebody without an account is told of an order: nothing of anybody's others. */
export const guestOrderSchema = z
  .object({
    order: id,
    confirmBy: moment.meta({ description: "Until when the e-mail address has to be confirmed" }),
    waitingBehind: z.int().min(0).max(2_147_483_647).nullable(),
  })
  .meta({ ref: "GuestOrder" });

/** What a tenant was ordered with, whatever has become of the sets. */
const orderedWith = {
  sets: z.array(z.string()).meta({ description: "Names of the sets of modules that it was ordered with" }),
  modules: z.array(z.string()).meta({
    description: "What these sets held then, and its database began with, beside what every database has",
  }),
};

/** An order. */
export const orderSchema = z
  .object({
    id,
    tenant: id.meta({ description: "Names the tenant for good; its address can change" }),
    state: z.enum(["unconfirmed", "confirmed", "cancelled", "expired"]),
    address: z.string(),
    company: z.string(),
    plan: z.string(),
    odooVersion: z.string(),
    ...orderedWith,
    price: price.meta({ description: "A month, in the currency's smallest unit, as ordered" }),
    currency: z.string(),
    trial: z.boolean(),
    placedAt: moment,
    confirmBy: moment.meta({ description: "Until when the e-mail address has to be confirmed" }),
    confirmedAt: moment.nullable(),
    payBy: moment.nullable().meta({
      description: "Until when a card has to be stored, of a confirmed one that waits for it; null: it waits for none",
    }),
    waitingBehind: z.int().min(0).max(2_147_483_647).nullable().meta({
      description: "Orders before this one on the waiting list; null when it has its place, or is over",
    }),
  })
  .meta({ ref: "Order" });

/** Where the next page begins. */
export const nextCursor = z.string().nullable().meta({ description: "`cursor` of the next page; null at the end" });

/** A page of orders. */
export const orderListSchema = z.object({
  orders: z.array(orderSchema),
  next: nextCursor,
});

/** Whether an address can be ordered. */
export const addressSchema = z.object({
  address: z.string(),
  isFree: z.boolean(),
  reason: z.enum(["invalid", "reserved", "taken", "held"]).nullable(),
});

/** The code of a mail. */
export const confirmationRequestSchema = z
  .strictObject({
    code: z
      .string()
      .regex(/^[\w-]{43}$/)
      .meta({ example: "A".repeat(43) }),
  })
  .meta({ ref: "ConfirmationRequest" });

/** What was confirmed. */
export const confirmedSchema = z.object({ order: id });

/** What a token can have; operators' ones aren't made here. */
const scope = z.enum(scopes);

/** A token to make. */
export const tokenRequestSchema = z
  .strictObject({
    name: text(100).meta({ example: "billing" }),
    scopes: z
      .array(z.enum(customerScopes))
      .min(1)
      .max(customerScopes.length)
      .meta({ example: ["orders:read"] }),
  })
  .meta({ ref: "TokenRequest" });

/** A token without its secret. */
const tokenSchema = z
  .object({
    id,
    name: z.string(),
    scopes: z.array(scope),
    madeBy: id.nullable().meta({ description: "The member who made it; it may no more than his role" }),
    createdAt: moment,
  })
  .meta({ ref: "Token" });

/** A token that was made. */
export const newTokenSchema = z.object({
  token: tokenSchema,
  secret: z.string().nullable().meta({ description: "Shown once; null when the request is repeated" }),
});

/** A customer's tokens. */
export const tokenListSchema = z.object({ tokens: z.array(tokenSchema) });

/** A phase that a job came to. */
const phaseSchema = z
  .object({
    id: z.string().meta({ description: "Rises within a job: `Last-Event-ID` of its stream" }),
    phase: z.string(),
    at: moment,
  })
  .meta({ ref: "Phase" });

/** A job. */
export const jobSchema = z
  .object({
    id,
    tenant: id.meta({ description: "Whose it is; of a job of a staging copy the tenant that it is a copy of" }),
    kind: z.enum([
      "create",
      "suspend",
      "resume",
      "wake",
      "resize",
      "domains",
      "restore",
      "undo",
      "settle",
      "export",
      "password",
      "login",
      "copy",
      "removeCopy",
      "remove",
      "delete",
      "erase",
    ]),
    state: z.enum(["queued", "running", "done", "failed", "cancelled"]),
    queuedAt: moment,
    startedAt: moment.nullable(),
    endedAt: moment.nullable(),
    failure: z.enum(["policy", "restore", "fault"]).nullable().meta({
      description:
        "`policy`: a rule of the provider's refused it; `restore`: it can't be restored, exported, copied or given a link, and is as it was; null unless it failed",
    }),
    position: z
      .int()
      .min(0)
      .max(2_147_483_647)
      .nullable()
      .meta({ description: "Jobs before this one; null when it isn't queued" }),
    isCancelling: z.boolean(),
    phases: z.array(phaseSchema),
  })
  .meta({ ref: "Job" });

/** A job as operators see it. */
export const operatorJobSchema = jobSchema
  .extend({
    address: z.string().meta({ description: "Of the tenant, or of the staging copy, that it is about" }),
    isGone: z.boolean().meta({ description: "Whether its tenant was deleted, or its order taken back" }),
    fault: z.string().nullable().meta({
      description:
        "The end of what was said of its failure, at most 2,000 characters with secrets masked; null: it didn't fail, or nothing was kept",
    }),
    retryRefusal: z.enum(retryRefusals).nullable().meta({
      description:
        "Why it can't be done once more. `notFailed`; `followed`: its tenant has a later job; `deletionUndone`: its tenant isn't to be deleted any more; `nothingBegun`: a restore that changed nothing, and `link`: a link, both of which are its customer's to ask for again; null: it can",
    }),
  })
  .meta({ ref: "OperatorJob" });

/** A page of those. */
export const operatorJobListSchema = z.object({ jobs: z.array(operatorJobSchema), next: nextCursor });

/** A page of jobs. */
export const jobListSchema = z.object({
  jobs: z.array(jobSchema),
  next: nextCursor,
});

/** A tenant. */
export const tenantSchema = z
  .object({
    id,
    state: z.enum([
      "ordered",
      "making",
      "failed",
      "running",
      "suspending",
      "suspended",
      "resuming",
      "resizing",
      "restoring",
      "deleting",
    ]),
    address: z.string(),
    company: z.string(),
    plan: z.string(),
    nextPlan: z.string().nullable().meta({ description: "The plan that it is on its way to; null: none" }),
    odooVersion: z.string(),
    ...orderedWith,
    url: z.string().nullable().meta({ description: "Where it is reached; null until it is ready" }),
    readyAt: moment.nullable(),
    job: id.nullable().meta({ description: "Its job that isn't over" }),
    deleteAt: moment
      .nullable()
      .meta({ description: "When its grace ends, of one that is to be deleted; null: it isn't" }),
    wokenAt: moment.nullable().meta({
      description:
        "Since when a visit has it awake, of one that is suspended; known within half a minute; null: it isn't awake",
    }),
    suspensionReason: z
      .string()
      .nullable()
      .meta({ description: "Why an operator suspended it, in his words; null: he didn't, or said nothing" }),
    stored: z
      .object({
        databaseBytes: z.number(),
        filesBytes: z.number(),
        memoryBytes: z.number().nullable().meta({ description: "Memory that it had for itself then; null: not known" }),
        readAt: moment,
      })
      .nullable()
      .meta({ description: "What it has stored, as it was read last; null: that isn't known yet" }),
    lifecycle: lifecycleSchema,
  })
  .meta({ ref: "Tenant" });

/** A page of tenants. */
export const tenantListSchema = z.object({
  tenants: z.array(tenantSchema),
  next: nextCursor,
});
