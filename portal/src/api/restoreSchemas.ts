import { z } from "zod";
import { id, moment } from "./commonSchemas.ts";
import { downtimeSchema } from "./resizeSchemas.ts";

/** What can be restored of a tenant, and what was. */
export const backupsSchema = z
  .object({
    window: z.object({ from: moment, to: moment }).nullable().meta({
      description: "Each moment from `from` to `to` can be restored; null: none yet, or it isn't known yet",
    }),
    databaseAt: moment.nullable().meta({ description: "When the last backup of its database ended" }),
    filesAt: moment.nullable().meta({ description: "When the last one of its files did" }),
    provenAt: moment.nullable().meta({ description: "When it was last proven that it can be restored" }),
    isUnproven: z.boolean().meta({ description: "Whether a proof has failed since" }),
    readAt: moment.nullable().meta({ description: "When that was found; null: not yet" }),
    downtime: downtimeSchema,
    restores: z
      .array(
        z
          .object({
            id,
            at: moment.meta({ description: "The moment that is restored" }),
            state: z.enum(["asked", "switching", "done", "failed", "undoing", "undone"]),
            askedAt: moment,
            doneAt: moment.nullable(),
            undoUntil: moment.nullable().meta({ description: "Until when it can be undone; null: it can't be" }),
            undoneAt: moment.nullable(),
          })
          .meta({ ref: "Restore" }),
      )
      .max(20)
      .meta({ description: "Its restores, the newest first" }),
  })
  .meta({ ref: "Backups" });

const address = z.string().max(253).meta({
  description: "The tenant's address, repeated: so that nobody restores another one than he means",
  example: "acme",
});

const isDowntimeAccepted = z.literal(true).meta({
  description: "That the tenant is away while its containers are replaced; true is needed",
  example: true,
});

/** A restore. */
export const restoreRequestSchema = z
  .strictObject({
    address,
    at: moment.meta({ description: "The moment", example: "2026-11-26T10:15:00Z" }),
    isDowntimeAccepted,
  })
  .meta({ ref: "RestoreRequest" });

/** The undoing of the last restore. */
export const undoRequestSchema = z.strictObject({ address, isDowntimeAccepted }).meta({ ref: "UndoRequest" });
