import { z } from "zod";
import { layouts } from "./layout";
import { maxTenantName, namePattern } from "./names";
import { builtInPlans } from "./plans";
import { sudoPasswordSchema } from "./schema/access";
import { edgeSchema } from "./schema/edge";
import { hostSchema } from "./schema/host";
import { imagesSchema } from "./schema/images";
import { monitoringSchema } from "./schema/monitoring";
import { offsiteSchema } from "./schema/offsite";
import { planSchema } from "./schema/plan";
import { portalSchema } from "./schema/portal";
import { setting } from "./schema/setting";
import { tenantSchema } from "./schema/tenant";
import { updatesSchema } from "./schema/updates";
import { odooExpected, odooSchema, postgresExpected, postgresSchema } from "./schema/versions";

export { sudoPasswordSchema } from "./schema/access";
export { type EdgeConfig, edgeSchema } from "./schema/edge";
export { type HostConfig, hostSchema } from "./schema/host";
export { type ImagesConfig, imagesSchema } from "./schema/images";
export { type MailConfig, type MonitoringConfig, monitoringSchema, type RetentionConfig } from "./schema/monitoring";
export { type OffsiteConfig, offsiteSchema } from "./schema/offsite";
export { type PlanConfig, planSchema } from "./schema/plan";
export { type PortalConfig, portalSchema } from "./schema/portal";
export { type TenantConfig, tenantSchema } from "./schema/tenant";
export { type UpdatesConfig, updatesSchema } from "./schema/updates";

/** Keys of `defaults`. */
export const defaultsSchema = z.strictObject({
  host: setting(z.string(), {
    description: "Host of tenants that don't set one.",
    expected: "the name of a declared host",
    example: "local",
    defaultText: "the only host",
  }).optional(),
  plan: setting(z.string(), {
    description: "Plan of tenants that don't set one.",
    expected: "the name of a plan",
    example: "starter",
    default: "starter",
  }).optional(),
  odoo: setting(odooSchema, {
    description: "Odoo release of tenants that don't set one.",
    expected: odooExpected,
    example: "19.0",
    default: "19.0",
  }).optional(),
  postgres: setting(postgresSchema, {
    description: "PostgreSQL major version of tenants that don't set one.",
    expected: postgresExpected,
    example: 17,
    default: 17,
  }).optional(),
});

const oneOfLayouts = layouts.join(" or ");

/** Names that a configuration gives, for editors; `resolveFleet` says more about a wrong one. */
const name = z.string().regex(namePattern).max(maxTenantName);

/** The keys of the namespace `odoo-fleet`. */
export const fleetSchema = z.strictObject({
  layout: setting(z.enum(layouts), {
    description:
      "In which stacks the environment is. `single`: all of it in one, for tens of tenants. `perTenant`: its own stack has what hosts have for all of their tenants, and each tenant has a stack, `ENVIRONMENT.TENANT`; `make up` brings up those alone whose declaration has changed. Chosen before the environment is first brought up.",
    expected: oneOfLayouts,
    example: "single",
    default: "single",
  }).optional(),
  hosts: z
    .record(name, hostSchema.meta({ description: "A Docker engine that runs tenants.", "x-expected": "a host" }))
    .meta({ description: "Docker engines that run tenants, by name.", "x-expected": "at least one host, by name" }),
  sudoPasswords: z
    .record(name, sudoPasswordSchema)
    .meta({
      description:
        "Passwords by host, where the user in an SSH `connection` may become root and `sudo` asks for a password. Always a secret: `pulumi config set --secret --path 'odoo-fleet:sudoPasswords.<host>'`.",
      "x-expected": "passwords by host, as secrets",
      "x-default-text": "sudo asks for none",
      "x-secret": true,
    })
    .optional(),
  tenants: z
    .record(
      name,
      tenantSchema.meta({
        description: "One customer's Odoo. `{}` uses every default.",
        "x-expected": "a tenant, {} for all defaults",
      }),
    )
    .meta({ description: "Customers' Odoos, by name.", "x-expected": "tenants by name" })
    .optional(),
  plans: z
    .record(name, planSchema.meta({ description: "A named size.", "x-expected": "a plan" }))
    .meta({
      description: `Sizes by name. ${Object.keys(builtInPlans).join(", ")} are built in; declaring one of them changes only the figures that are set.`,
      "x-expected": "plans by name",
    })
    .optional(),
  images: imagesSchema
    .meta({ description: "Base images that the fleet's own images are built from.", "x-expected": "images" })
    .optional(),
  defaults: defaultsSchema
    .meta({ description: "Values for tenants that don't set their own.", "x-expected": "defaults" })
    .optional(),
  backup: offsiteSchema
    .meta({
      description:
        "Where copies of all tenants' backups go: off the host, encrypted. How often a tenant is backed up is in its own `backup`, and its plan's.",
      "x-expected": "s3 or sftp",
      "x-default-text": "no copy leaves the host",
    })
    .optional(),
  edge: edgeSchema
    .meta({
      description:
        "The edge that serves the tenants of each host by HTTPS. Left out, tenants speak plain HTTP at ports of their own.",
      "x-expected": "an edge with its domain",
    })
    .optional(),
  portal: portalSchema
    .meta({
      description:
        "The portal, on which customers order tenants by themselves. It needs an edge. Left out, there is none.",
      "x-expected": "a portal with its slots and plans",
    })
    .optional(),
  updates: updatesSchema
    .meta({
      description: "How tenants with data get other addons, modules and a newer PostgreSQL.",
      "x-expected": "automatic, and perhaps a window",
      "x-default-text": "by `make update` alone",
    })
    .optional(),
  monitoring: monitoringSchema
    .meta({
      description: "How the fleet is monitored. `{}` uses every default; left out, it isn't monitored.",
      "x-expected": "monitoring, {} for all defaults",
    })
    .optional(),
});

export type DefaultsConfig = z.output<typeof defaultsSchema>;
/** A fleet as it is declared: the keys of the stack configuration, before validation. */
export type FleetConfig = z.input<typeof fleetSchema>;
