import { z } from "zod";
import { id, moment } from "./commonSchemas.ts";
import { nextCursor, pageQuery } from "./schemas.ts";

/** A page of a customer's audit trail. */
export const auditQuery = pageQuery.extend({
  tenant: id.optional().meta({ description: "Only what concerns this tenant" }),
});

/** A page of all. */
export const operatorAuditQuery = auditQuery.extend({
  customer: id.optional().meta({ description: "Only what concerns this customer" }),
});

/** An entry. */
export const auditSchema = z
  .object({
    id: z.string(),
    at: moment,
    actor: z.enum(["customer", "operator", "anyone", "portal", "worker"]).meta({
      description: "`anyone` had the code of a mail; `portal` and `worker` did it by themselves",
    }),
    actorId: z
      .string()
      .nullable()
      .meta({ description: "Of a team the member's id, also of one who left; of an operator only operators read it" }),
    token: z
      .string()
      .nullable()
      .meta({ description: "Id of the token; an owner reads those of his team, others their own" }),
    clientAddress: z.string().nullable().meta({ description: "An owner reads those of his team, others their own" }),
    action: z.string().meta({ description: "An operation by its id, or what a job came to: `job.done`" }),
    customer: z.string().nullable(),
    tenant: z.string().nullable(),
    subject: z.string().nullable().meta({ description: "Id of what was changed" }),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  })
  .meta({ ref: "AuditEntry" });

/** A page of entries. */
export const auditListSchema = z.object({ entries: z.array(auditSchema), next: nextCursor });
