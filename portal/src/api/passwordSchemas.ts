import { z } from "zod";
import { id, moment } from "./commonSchemas.ts";

/** A link by which a tenant's administrator sets his own password, or signs in. */
export const passwordLinkSchema = z
  .object({
    tenant: id,
    job: id.meta({ description: "What puts it into the tenant: from its end on the link works" }),
    until: moment.meta({ description: "Until when it works, unless it was used or another one follows" }),
    link: z.string().nullable().meta({ description: "Shown once; null when the request is repeated" }),
  })
  .meta({ ref: "PasswordLink" });
