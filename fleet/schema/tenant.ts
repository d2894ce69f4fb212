import { z } from "zod";
import { slotCount } from "../slots";
import { tenantStates } from "../types";
import { backupSchema } from "./backup";
import { dnsName, domainName } from "./edge";
import { daySchema, lifecycleSchema } from "./lifecycle";
import { odooOptionsSchema } from "./odooOptions";
import { setting, text, whole } from "./setting";
import { odooExpected, odooSchema, postgresExpected, postgresSchema } from "./versions";

/** A module of Odoo. */
export const moduleName = setting(text(/^[a-z][a-z0-9_]*$/), {
  description: "Technical name of a module.",
  expected: "the technical name of a module: lower-case letters, digits and underscores",
  example: "contacts",
});

const addonFolder = text(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))[A-Za-z0-9._/-]+$/);

/** A tenant's keys. */
export const tenantSchema = z.strictObject({
  host: setting(z.string(), {
    description: "Host that the tenant runs on.",
    expected: "the name of a declared host",
    example: "local",
    defaultText: "`defaults.host`, or the only host",
  }).optional(),
  slot: setting(whole(0, slotCount - 1), {
    description:
      "The tenant's place on its host; ports and subnets follow from it. Pin it: derived slots may collide as a fleet grows. `make tenant` always pins.",
    expected: `a whole number from 0 to ${slotCount - 1}`,
    example: 1,
    defaultText: "a stable hash of the tenant's name",
  }).optional(),
  plan: setting(z.string(), {
    description: "The tenant's size.",
    expected: "the name of a plan",
    example: "starter",
    defaultText: "`defaults.plan`",
  }).optional(),
  state: setting(z.enum(tenantStates), {
    description:
      "`suspended` stops the tenant's containers, but for its Nginx, which says so, and keeps the data as safe as it was: it takes 7 MiB of memory and serves nobody until it is `running` again. `decommissioned` makes a last backup, proves it, removes containers and networks and lifts the protection of the data; then the tenant may be removed from the configuration.",
    expected: "running, suspended or decommissioned",
    example: "running",
    default: "running",
  }).optional(),
  withoutLastBackup: setting(z.string().trim().min(1).max(200), {
    description:
      "Why the tenant is decommissioned without a last backup that was proven: because its data is damaged, for instance. Whatever its backups lack is lost with its volumes.",
    expected: "a reason of 1 to 200 characters",
    example: "never used",
    defaultText: "a last backup is made and proven",
  }).optional(),
  keepUntil: setting(daySchema, {
    description:
      "Last day, in UTC, for which the backups stay after the tenant was decommissioned and removed from the configuration. A day that is over: they go with its data.",
    expected: "a day such as 2026-12-27",
    example: "2026-12-27",
    defaultText: "for `backup.keep` from the day on that it was decommissioned",
  }).optional(),
  lifecycle: lifecycleSchema
    .meta({
      description:
        "When the tenant runs by itself: in its active hours, until its end. Outside of them it is `suspended`, from the next `up` on, or by its host itself; `state` beats it.",
      "x-expected": "a lifecycle",
      "x-default-text": "as `state` says",
    })
    .optional(),
  wakeOnRequest: setting(z.boolean(), {
    description:
      "Whether a visit wakes the tenant while it is `suspended`, by `state` or outside its active hours; never after its `expiresAt` or `trial`. Its host's edge starts its containers and stops them again. It counts for its host's `memory` and `cpus` as if it ran.",
    expected: "true or false",
    example: true,
    default: false,
  }).optional(),
  sleepAfter: setting(whole(15, 1440), {
    description:
      "Minutes without a visit after which a tenant that a visit woke sleeps again. Only with `wakeOnRequest`.",
    // Nginx waits 12 minutes for an answer of Odoo's, and a request counts when it ends.
    expected: "a whole number of minutes from 15 to 1440",
    example: 60,
    defaultText: "30",
  }).optional(),
  odoo: setting(odooSchema, {
    description: "Odoo release.",
    expected: odooExpected,
    example: "19.0",
    defaultText: "`defaults.odoo`",
  }).optional(),
  postgres: setting(postgresSchema, {
    description: "PostgreSQL major version. Odoo 17.0 and 18.0 support up to 17.",
    expected: postgresExpected,
    example: 17,
    defaultText: "`defaults.postgres`",
  }).optional(),
  modules: z
    .array(moduleName)
    .meta({
      description: "Modules that a new database starts with, beside `base` and `web`.",
      "x-expected": "a list of modules' technical names",
      "x-default-text": "none",
    })
    .optional(),
  addons: setting(z.union([addonFolder, z.array(addonFolder)]), {
    description:
      "Folder of the tenant's own modules, or a list of them; relative to the project. Each may be a repository with modules on any level; links are followed inside the project.",
    expected: "a folder inside the project, relative to it, or a list of folders",
    example: "addons/acme",
    defaultText: "none",
  }).optional(),
  serverWideModules: z
    .array(moduleName)
    .meta({
      description:
        "Modules that Odoo loads when it starts, for all databases, beside those that each release loads anyway (`--load`, `server_wide_modules`). `queue_job` needs it.",
      "x-expected": "a list of modules' technical names",
      "x-default-text": "none",
    })
    .optional(),
  odooOptions: odooOptionsSchema
    .meta({
      description: "Options of `odoo.conf` beside those that the fleet solves itself.",
      "x-expected": "options of odoo.conf by name",
      "x-default-text": "none",
    })
    .optional(),
  pythonPackages: z
    .array(
      setting(
        text(
          /^[A-Za-z0-9][A-Za-z0-9._-]*(\[[A-Za-z0-9,._-]+\])?((===?|~=|!=|<=?|>=?)[A-Za-z0-9.*+!_-]+(,(===?|~=|!=|<=?|>=?)[A-Za-z0-9.*+!_-]+)*)?$/,
        ),
        {
          description: "A Python package that the tenant's modules need.",
          expected: "a requirement without blanks, such as phonenumbers==8.13.50",
          example: "phonenumbers==8.13.50",
        },
      ),
    )
    .meta({
      description: "Python packages that the tenant's modules need; pin their versions.",
      "x-expected": "a list of Python requirements",
      "x-default-text": "none",
    })
    .optional(),
  debianPackages: z
    .array(
      setting(text(/^[a-z0-9][a-z0-9+.-]+$/), {
        description: "A Debian package that the tenant's modules need.",
        expected: "the name of a Debian package",
        example: "libmagic1",
      }),
    )
    .meta({
      description: "Debian packages that the tenant's modules need.",
      "x-expected": "a list of Debian packages' names",
      "x-default-text": "none",
    })
    .optional(),
  backup: backupSchema
    .meta({
      description: "How the tenant is backed up, where its plan or the default is another.",
      "x-expected": "settings of backups",
    })
    .optional(),
  restored: setting(whole(1, 9999), {
    description:
      "How many times its data was restored; the names of its volumes follow from it. `make restore` writes it, and nobody else: with another number the tenant's data would be another one, which is refused.",
    expected: "the number that make restore wrote",
    example: 1,
    defaultText: "never restored",
  }).optional(),
  domains: z
    .array(
      setting(domainName, {
        description: "A name of the customer's own.",
        expected: dnsName,
        example: "erp.acme.com",
      }),
    )
    .meta({
      description:
        "Names of the customer's own that the edge serves the tenant at, beside `<tenant>.<domain>`, once each is `proven`. The first is the tenant's public address, which links in mails have.",
      "x-expected": "a list of DNS names",
      "x-default-text": "none",
    })
    .optional(),
  proven: z
    .array(
      setting(domainName, {
        description: "One of `domains`.",
        expected: dnsName,
        example: "erp.acme.com",
      }),
    )
    .meta({
      description:
        "Those of `domains` whose DNS records have shown that they are the customer's and lead here. `make domains` writes it. No other one is served or ordered for, unless `edge.certificates` is `internal`.",
      "x-expected": "the list that make domains wrote",
      "x-default-text": "none",
    })
    .optional(),
  publishPort: setting(z.boolean(), {
    description:
      "Whether the tenant's own port is published on the host's `bindAddress` for plain HTTP, though an edge serves it.",
    expected: "true or false",
    example: true,
    defaultText: "only where there is no edge",
  }).optional(),
  copyOf: setting(z.string(), {
    description:
      "Tenant that this one is a staging copy of. `make copy` fills it from that tenant's backups, neutralised and with an identity of its own; until then it doesn't run. Its Odoo has no way out. Keys that aren't set are those of the tenant: `plan`, `odoo`, `postgres`, `modules`, `addons`, `serverWideModules`, `odooOptions`, `pythonPackages`, `debianPackages`, `company`.",
    expected: "the name of a declared tenant that is no copy itself",
    example: "acme",
    defaultText: "a customer's own tenant",
  }).optional(),
  neutralized: z
    .array(moduleName)
    .meta({
      description:
        "Modules of the tenant's own without a `data/neutralize.sql` that somebody has looked at, and that may be in a copy as they are. Only with `copyOf`.",
      "x-expected": "a list of modules' technical names",
      "x-default-text": "none: such a module keeps the copy from being made",
    })
    .optional(),
  company: setting(z.string().trim().min(1).max(100), {
    description: "Company name that a new database starts with.",
    expected: "a name of 1 to 100 characters",
    example: "Acme",
    defaultText: "the tenant's name, capitalised",
  }).optional(),
});

export type TenantConfig = z.output<typeof tenantSchema>;
