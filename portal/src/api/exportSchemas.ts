import { z } from "zod";
import { id, moment } from "./commonSchemas.ts";

/** An export of a tenant. */
const exportSchema = z
  .object({
    id,
    state: z.enum(["asked", "ready", "failed", "ended"]),
    askedAt: moment,
    readyAt: moment.nullable(),
    until: moment.nullable().meta({ description: "Until when it can be downloaded; null: it can't" }),
    bytes: z.int().min(0).nullable().meta({ description: "Size of its file" }),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .nullable()
      .meta({ description: "SHA-256 of its file" }),
  })
  .meta({ ref: "Export" });

/** The exports of a tenant. */
export const exportListSchema = z.object({
  exports: z.array(exportSchema).meta({ description: "The newest first, at most 20" }),
});

/** What is left of deleted tenants. */
export const lastExportListSchema = z.object({
  exports: z
    .array(
      exportSchema
        .extend({ tenant: id, address: z.string().meta({ description: "First label of the host name that it had" }) })
        .meta({ ref: "LastExport" }),
    )
    .meta({ description: "The newest first" }),
});
