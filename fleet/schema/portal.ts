import { z } from "zod";
import { odooVersions } from "../compatibility";
import { slotCount } from "../slots";
import { dnsName, domainName } from "./edge";
import { mailServerKeys } from "./monitoring";
import { moduleSetSchema } from "./portalSets";
import { setting, text, whole } from "./setting";

const slot = whole(0, slotCount - 1);

/** Keys of a host's range in `portal.slots`. */
const rangeSchema = z.strictObject({
  from: setting(slot, {
    description: "First slot of the range.",
    expected: `a whole number from 0 to ${slotCount - 1}`,
    example: 500,
    defaultText: "required",
  }),
  to: setting(slot, {
    description: "Last slot of the range, which belongs to it.",
    expected: `a whole number from 0 to ${slotCount - 1}, not below \`from\``,
    example: 549,
    defaultText: "required",
  }),
});

/** Keys of a plan that is sold. */
const offerSchema = z.strictObject({
  price: setting(whole(0, 100_000_000), {
    description: "Price a month, in the currency's smallest unit: 2900 is 29.00 EUR.",
    expected: "a whole number from 0 to 100000000",
    example: 2900,
    defaultText: "required",
  }),
  currency: setting(text(/^[A-Z]{3}$/), {
    description: "Currency.",
    expected: "an ISO 4217 code such as EUR",
    example: "EUR",
    defaultText: "required",
  }),
  asleepPrice: setting(whole(0, 100_000_000), {
    description:
      "Price a month while it sleeps by its active hours, in the currency's smallest unit; not above `price`. What else stops it saves nothing.",
    expected: "a whole number from 0 to 100000000",
    example: 900,
    defaultText: "`price`",
  }).optional(),
  trialDays: setting(whole(0, 90), {
    description: "Days for which it may be tried without paying; 0: it can't be.",
    expected: "a whole number of days from 0 to 90",
    example: 14,
    unit: "d",
    default: 0,
  }).optional(),
  keepDays: setting(whole(0, 3650), {
    description: "Time for which the backups of a deleted tenant stay; 0: they go with its data.",
    expected: "a whole number of days from 0 to 3650",
    example: 30,
    unit: "d",
    default: 30,
  }).optional(),
});

/** Keys of a service of `portal.oidc`. */
const serviceSchema = z.strictObject({
  title: setting(z.string().min(1).max(50), {
    description: "What the pages call it.",
    expected: "1 to 50 characters",
    example: "Example ID",
    defaultText: "required",
  }),
  issuer: setting(text(/^https:\/\/[^\s@?#]+$/).max(1024), {
    description:
      "Address by which it names itself, below which it has `.well-known/openid-configuration`. Only one that proves e-mail addresses is of use: whose address it vouches for, signs in.",
    expected: "an address with https, without a query",
    example: "https://id.example.com",
    defaultText: "required",
  }),
  clientId: setting(z.string().min(1).max(256), {
    description:
      "Name that the portal has there, with `https://<hostName>/api/login/oidc/<service>/callback` as where it leads back to.",
    expected: "1 to 256 characters",
    example: "portal",
    defaultText: "required",
  }),
  clientSecret: setting(z.string().min(1).max(1024), {
    description:
      "Secret that the portal has there. Always a secret: `pulumi config set --secret --path 'odoo-fleet:portal.oidc.<service>.clientSecret'`.",
    expected: "the client's secret, as a secret",
    example: "...",
    defaultText: "required",
    secret: true,
  }),
});

/** Keys of `portal.invoices.stripe`. */
const stripeSchema = z.strictObject({
  secretKey: setting(text(/^(sk|rk)_(test|live)_\w{1,250}$/), {
    description:
      "Key of Stripe's API, which only the worker gets. A restricted one does that may write customers, Checkout sessions, PaymentIntents, SetupIntents, payment methods and refunds. Always a secret: `pulumi config set --secret --path 'odoo-fleet:portal.invoices.stripe.secretKey'`.",
    expected: "a secret or restricted key of Stripe, which begins with sk_ or rk_, as a secret",
    example: "...",
    defaultText: "required",
    secret: true,
  }),
  webhookSecret: setting(text(/^whsec_[\w+/=]{1,250}$/), {
    description:
      "What Stripe signs by what it tells the web process: of the endpoint `https://<hostName>/webhooks/stripe`, with the events payment_intent.succeeded, payment_intent.payment_failed, setup_intent.succeeded, and the four payment_method.attached, .detached, .updated and .automatically_updated. Always a secret: `pulumi config set --secret --path 'odoo-fleet:portal.invoices.stripe.webhookSecret'`.",
    expected: "the signing secret of Stripe's endpoint, which begins with whsec_, as a secret",
    example: "...",
    defaultText: "required",
    secret: true,
  }),
});

/** Keys of `portal.invoices`. */
const invoicesSchema = z.strictObject({
  since: setting(text(/^20\d{2}-(0[1-9]|1[0-2])$/), {
    description: "The first month that is invoiced, in UTC; before it nothing is.",
    expected: "a month such as 2026-12",
    example: "2026-12",
    defaultText: "required",
  }),
  seller: z
    .strictObject({
      name: setting(z.string().min(1).max(100), {
        description: "Name of who bills.",
        expected: "1 to 100 characters",
        example: "Example Hosting SARL",
        defaultText: "required",
      }),
      address: z
        .array(
          setting(z.string().min(1).max(100), {
            description: "A line of the address.",
            expected: "1 to 100 characters",
            example: "1 rue de la Paix",
          }),
        )
        .min(1)
        .max(5)
        .meta({
          description: "Its address, without the country.",
          "x-expected": "1 to 5 lines",
          "x-default-text": "required",
        }),
      country: setting(text(/^(?!EL$|UK$)[A-Z]{2}$/), {
        description: "Its country.",
        expected: "an ISO 3166-1 code such as FR; Greece is GR, the United Kingdom GB",
        example: "FR",
        defaultText: "required",
      }),
      vatId: setting(z.string().min(1).max(30), {
        description: "Its VAT id, which is printed as it is here.",
        expected: "1 to 30 characters",
        example: "FR40303265045",
        defaultText: "none is printed",
      }).optional(),
      note: setting(z.string().min(1).max(300), {
        description: "What else has to be on an invoice, such as a registration and a bank account.",
        expected: "1 to 300 characters",
        example: "RCS Paris 303 265 045",
        defaultText: "nothing",
      }).optional(),
    })
    .meta({
      description: "Who bills.",
      "x-expected": "name, address and country",
      "x-default-text": "required",
    }),
  vatPercent: setting(z.number().min(0).max(100).multipleOf(0.01), {
    description:
      "Value added tax on all prices, which are without it. One rate for all customers, but for those in another country of the European Union who have a VAT id, as the seller: they account for it themselves (reverse charge).",
    expected: "a number from 0 to 100 with at most two decimals",
    example: 20,
    unit: "%",
    defaultText: "required",
  }),
  dueDays: setting(whole(0, 365), {
    description: "Time in which an invoice is to be paid.",
    expected: "a whole number of days from 0 to 365",
    example: 30,
    unit: "d",
    default: 30,
  }).optional(),
  suspendDays: setting(whole(7, 365), {
    description:
      "Time after that for which it may stay unpaid before its customer's tenants are suspended. He is reminded before, and nobody is suspended within a week of the first reminder of an overdue invoice. Where payments are noted by operators, declare it only if they note all of them.",
    expected: "a whole number of days from 7 to 365",
    example: 14,
    unit: "d",
    defaultText: "14 with `stripe`; otherwise nobody is reminded or suspended",
  }).optional(),
  stripe: stripeSchema
    .meta({
      description: "Payment by card: Stripe's own pages take it, and paid orders wait for a card.",
      "x-expected": "secretKey and webhookSecret",
      "x-default-text": "invoices are paid as they say, and operators note it",
      "x-secret": true,
    })
    .optional(),
});

/** Keys of `portal`. */
export const portalSchema = z.strictObject({
  host: setting(z.string(), {
    description: "Host that the portal's own containers run on. A Linux one with an edge.",
    expected: "the name of a declared host",
    example: "local",
    defaultText: "the only host",
  }).optional(),
  slot: setting(slot, {
    description: "The portal's own place on that host: its ports and subnets follow from it, as a tenant's do.",
    expected: `a whole number from 0 to ${slotCount - 1}, outside of \`slots\``,
    example: slotCount - 1,
    default: slotCount - 1,
  }).optional(),
  hostName: setting(domainName, {
    description:
      "Host name of the portal. It is the portal's alone: a session of a shared one would go to every tenant there. A DNS record has to lead to its host.",
    expected: dnsName,
    example: "portal.odoo.example.com",
    defaultText: "`portal.<edge.domain>`",
  }).optional(),
  slots: z
    .record(z.string(), rangeSchema.meta({ description: "A range of slots.", "x-expected": "from and to" }))
    .meta({
      description:
        "Slots of tenants that customers order, by host: so many can be sold. No declared tenant may take one. A tenant that was ordered keeps its slot, so a range only grows.",
      "x-expected": "ranges of slots by host, such as { local: { from: 500, to: 549 } }",
      "x-default-text": "required",
    }),
  plans: z
    .record(z.string(), offerSchema.meta({ description: "A plan that is sold.", "x-expected": "price and currency" }))
    .meta({
      description: "What is sold, by the name of the plan.",
      "x-expected": "prices by plan, such as { starter: { price: 2900, currency: EUR } }",
      "x-default-text": "required",
    }),
  odooVersions: z
    .array(
      setting(z.enum(odooVersions), {
        description: "An Odoo release.",
        expected: `one of ${odooVersions.join(", ")}`,
        example: "19.0",
      }),
    )
    .min(1)
    .meta({
      description: "Odoo releases that are sold, the recommended one first.",
      "x-expected": `a list of ${odooVersions.join(", ")}`,
      "x-default-text": "`defaults.odoo`",
    })
    .optional(),
  sets: z
    .record(
      z.string(),
      moduleSetSchema.meta({ description: "A set of modules.", "x-expected": "modules, title and summary" }),
    )
    .meta({
      description:
        "Prepared sets of modules that customers order with a tenant, none, one or several, by names that the API has. A tenant keeps the modules that it was ordered with.",
      "x-expected":
        "sets by name, such as { sales: { modules: [crm, sale_management], title: { en: Sales }, summary: { en: Customers and quotations } } }",
      "x-default-text": "none are offered",
    })
    .optional(),
  mail: z
    .strictObject(mailServerKeys("portal.mail", "portal@example.com"))
    .meta({
      description: "Mail server by which customers are written to.",
      "x-expected": "smtp and from",
      "x-default-text": "that of `monitoring.mail`, without which it is required",
      "x-secret": true,
    })
    .optional(),
  termsUrl: setting(text(/^https:\/\/[^\s@]+$/).max(1024), {
    description: "Where the terms are that a customer accepts by an order.",
    expected: "an address with https",
    example: "https://example.com/terms",
    defaultText: "the order names none",
  }).optional(),
  confirmHours: setting(whole(1, 168), {
    description: "Time in which the e-mail address of an order has to be confirmed; then its slot is free again.",
    expected: "a whole number of hours from 1 to 168",
    example: 24,
    unit: "h",
    default: 24,
  }).optional(),
  graceDays: setting(whole(30, 365), {
    description:
      "Time between a customer's word that a tenant is to be deleted and its end, in which that can be undone.",
    expected: "a whole number of days from 30 to 365",
    example: 30,
    unit: "d",
    default: 30,
  }).optional(),
  invoices: invoicesSchema
    .meta({
      description: "How customers are invoiced, each month for the one before.",
      "x-expected": "since, seller and vatPercent",
      "x-default-text": "nobody is",
    })
    .optional(),
  oidc: z
    .record(
      z.string(),
      serviceSchema.meta({
        description: "A service to sign in by.",
        "x-expected": "title, issuer, clientId and clientSecret",
        "x-secret": true,
      }),
    )
    .meta({
      description:
        "Services that customers and operators can sign in by, beside a password or a passkey (OpenID Connect), by names that are in their addresses.",
      "x-expected":
        "services by name, such as { example: { title: Example ID, issuer: ..., clientId: ..., clientSecret: ... } }",
      "x-default-text": "none",
    })
    .optional(),
  requestsPerMinute: setting(whole(1, 1_000_000), {
    description:
      "Requests a minute of one token of the API, and of one address without a session; a session of the pages has five times as many.",
    expected: "a whole number from 1 on",
    example: 120,
    default: 120,
  }).optional(),
  atOnce: setting(whole(1, 20), {
    description: "Tenants that the worker makes at the same time, about 250 MiB of the worker's machine each.",
    expected: "a whole number from 1 to 20",
    example: 3,
    default: 3,
  }).optional(),
});

export type PortalConfig = z.output<typeof portalSchema>;
