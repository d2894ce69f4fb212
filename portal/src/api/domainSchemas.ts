import { domainToASCII } from "node:url";
import { z } from "zod";
import { moment } from "./commonSchemas.ts";

/** As the fleet's `domains` have it, of two labels or more. */
const pattern = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** A domain as a person writes it, with its own letters or a final period; it becomes what DNS has. */
const domain = z
  .string()
  .min(1)
  .max(253)
  .transform((value) => domainToASCII(value.trim().replace(/\.$/, "")))
  .refine((value) => value.length <= 220 && pattern.test(value), "expected a DNS name, such as erp.example.com")
  .meta({ example: "erp.example.com" });

/** A domain that a tenant is to be served at. */
export const domainRequestSchema = z.strictObject({ domain }).meta({ ref: "DomainRequest" });

/** A domain of a customer's own. */
export const domainSchema = z
  .object({
    domain: z.string(),
    state: z.enum(["unchecked", "unproven", "elsewhere", "unanswered", "taken", "proven"]).meta({
      description:
        "What DNS said last. `unproven`: the TXT record isn't there, or says something else; `elsewhere`: the domain leads to `addresses`, or nowhere; `unanswered`: it couldn't be asked; `taken`: it is proven, and another tenant has it, which has to let it go first",
    }),
    addresses: z.array(z.string()).meta({ description: "Where it leads that isn't the tenant's" }),
    checkedAt: moment.nullable(),
    provenAt: moment.nullable().meta({
      description: "When it was first proven; from then on it is served until it is removed, whatever DNS says later",
    }),
    isServed: z.boolean().meta({ description: "Whether the tenant was brought up with it" }),
    records: z.array(z.object({ type: z.enum(["TXT", "CNAME"]), name: z.string(), value: z.string() })).meta({
      description:
        "What has to be published. A domain that can't have a CNAME, as it has other records, has the addresses of that name instead",
    }),
  })
  .meta({ ref: "Domain" });

/** A tenant's domains. */
export const domainListSchema = z
  .object({
    domains: z.array(domainSchema),
    most: z.int().meta({ description: "As many as a tenant may have" }),
  })
  .meta({ ref: "DomainList" });
