import { z } from "zod";
import { moment, text } from "./commonSchemas.ts";

/** Letting a tenant run. */
export const startRequestSchema = z
  .strictObject({
    awakeHours: z.int().min(1).max(24).default(12).meta({
      description: "How long it runs when these aren't its active hours; without a meaning otherwise",
    }),
  })
  .meta({ ref: "StartRequest" });

/** When a tenant runs. What the words mean is judged by the fleet. */
export const scheduleRequestSchema = z
  .strictObject({
    activeHours: z
      .array(z.string().max(200))
      .max(20)
      .meta({
        description:
          "Days, times and a zone of the IANA database; it runs in any of them, and at any time when there are none",
        example: ["Mon-Fri 08:00-20:00 Africa/Casablanca"],
      }),
    holidays: z
      .array(z.iso.date())
      .max(400)
      .meta({ description: "Days on which no active hours start", example: ["2026-12-25"] }),
  })
  .meta({ ref: "ScheduleRequest" });

/** Whether a visit wakes a tenant. */
export const wakeRequestSchema = z
  .strictObject({
    wakeOnRequest: z.boolean().meta({
      description:
        "Whether somebody who opens its address in a browser wakes it while it is stopped, or outside of its active hours",
      example: true,
    }),
    sleepAfter: z.int().min(15).max(1440).default(30).meta({
      description: "Minutes without a visit after which it sleeps again; without a meaning where no visit wakes it",
    }),
  })
  .meta({ ref: "WakeRequest" });

/** The end of a tenant's time. */
export const endRequestSchema = z
  .strictObject({
    expiresAt: moment.nullable().meta({
      description: "From then on it doesn't run, and its data stays; null: no end",
      example: "2027-12-31T17:00:00Z",
    }),
  })
  .meta({ ref: "EndRequest" });

/** The end of a tenant's trial. */
export const trialRequestSchema = z
  .strictObject({
    trialUntil: moment.nullable().meta({ description: "null: it stays", example: "2027-12-31T17:00:00Z" }),
  })
  .meta({ ref: "TrialRequest" });

/** A provider's own suspension. */
export const suspensionRequestSchema = z
  .strictObject({
    isSuspended: z
      .boolean()
      .meta({ description: "Whether it is kept from running, whatever its customer does", example: true }),
    reason: text(200).optional().meta({
      description: "Why, in words that its customer reads; of a suspension they stay until it is taken back",
      example: "The invoice of October isn't paid",
    }),
  })
  .meta({ ref: "SuspensionRequest" });

/** Another schedule, of which it is asked what would come of it. */
export const changesQuery = z.strictObject({
  activeHours: z.string().max(4000).optional().meta({
    description: "Instead of the tenant's own, one after the other with `;` between them; empty: at any time",
  }),
  holidays: z.string().max(4400).optional().meta({
    description: "Instead of the tenant's own, with `,` between them; empty: none",
  }),
});

const reason = z.enum([
  "deleting",
  "operator",
  "unpaid",
  "stopped",
  "expired",
  "trialEnded",
  "awake",
  "activeHours",
  "inactiveHours",
  "always",
]);

/** What a tenant is meant to be next. */
export const changeListSchema = z.object({
  changes: z
    .array(z.object({ at: moment, state: z.enum(["running", "suspended"]), reason }).meta({ ref: "Change" }))
    .max(5)
    .meta({ description: "The next five within 400 days" }),
});

/** The end of a tenant. */
export const deletionRequestSchema = z
  .strictObject({
    address: z.string().max(253).meta({
      description: "The tenant's address, repeated: so that nobody deletes another one than he means",
      example: "acme",
    }),
  })
  .meta({ ref: "DeletionRequest" });

/** When a tenant runs, as it is. */
export const lifecycleSchema = z
  .object({
    desired: z.enum(["running", "suspended"]).meta({ description: "What it is meant to be now" }),
    reason,
    changesAt: moment.nullable().meta({ description: "When that changes next; null: not within 400 days" }),
    activeHours: z.array(z.string()),
    holidays: z.array(z.string()),
    expiresAt: moment.nullable(),
    trialUntil: moment.nullable(),
    awakeUntil: moment.nullable(),
    wakeOnRequest: z
      .boolean()
      .meta({ description: "Whether a visit wakes it while it is stopped, or outside of its active hours" }),
    sleepAfter: z
      .int()
      .min(15)
      .max(1440)
      .nullable()
      .meta({ description: "Minutes without a visit after which it sleeps again; null: no visit wakes it" }),
  })
  .meta({ ref: "Lifecycle" });
