import { Hono } from "hono";
import { z } from "zod";
import { listCertificates } from "../certificates/certificates.ts";
import type { ApiParts } from "./app.ts";
import { moment } from "./commonSchemas.ts";
import { type ApiEnv, demand, describe, valid } from "./operation.ts";
import { nextCursor, pageQuery } from "./schemas.ts";

const query = pageQuery.extend({
  tenant: z.string().max(32).optional().meta({ description: "Only names of this one, ordered or declared" }),
  search: z.string().max(254).optional().meta({ description: "Part of the name" }),
});

const certificateListSchema = z.object({
  certificates: z.array(
    z
      .object({
        name: z.string().meta({
          description: "As the edge serves it, with the port where it isn't 443",
          example: "acme.example.com",
        }),
        host: z.string().meta({ description: "Whose edge serves it" }),
        tenant: z.string().meta({ description: "Of whom it is: a tenant, or `portal`" }),
        isOrdered: z.boolean().meta({ description: "Whether that tenant is the portal's, and not a declared one" }),
        authority: z.enum(["acme", "internal"]).meta({
          description: "Who signs it: an authority that is reached by ACME, or the edge's own",
        }),
        endsAt: moment.nullable().meta({ description: "Until when it is good; null: the name was served without any" }),
        seenAt: moment.meta({ description: "As of when that is known: a worker asks each minute" }),
      })
      .meta({ ref: "Certificate" }),
  ),
  next: nextCursor,
});

/** What the names of the whole fleet are served with. */
export function certificateRoutes({ database }: ApiParts): Hono<ApiEnv> {
  return new Hono<ApiEnv>().get(
    "/operator/certificates",
    describe({
      id: "listCertificates",
      summary:
        "For operators: the certificates that the fleet's edges serve with, the first to end first. Names of suspended tenants aren't probed, and are left out",
      scope: "operator:tenants",
      success: {
        status: 200,
        description: "A page; none where nothing is watched, or there is no edge",
        schema: certificateListSchema,
      },
    }),
    demand(database, "operator:tenants"),
    valid("query", query),
    async (context) => {
      const { cursor, ...filter } = context.req.valid("query");
      const { certificates, next } = await listCertificates(database, { ...filter, after: cursor });
      return context.json({ certificates, next: next ?? null });
    },
  );
}
