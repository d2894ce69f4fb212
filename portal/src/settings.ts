import { readFileSync } from "node:fs";
import { setPictures } from "odoo-fleet/fleet";
import { z } from "zod";
import { countryExpected, countryPattern } from "./invoices/countries.ts";
import { monthPattern } from "./usage/months.ts";

/** Slots of a host, as in odoo-fleet: 0 to 999. */
const slot = z.int().min(0).max(999);

const name = z.string().regex(/^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/, "expected lower-case letters, digits and hyphens");

const planSchema = z
  .strictObject({
    /** Price a month, in the currency's smallest unit: 2900 is 29.00 EUR. */
    price: z.int().min(0).max(100_000_000),
    /** The same while it sleeps by its active hours; the price by default, which then saves nothing. */
    asleepPrice: z.int().min(0).max(100_000_000).optional(),
    /** ISO 4217. */
    currency: z.string().regex(/^[A-Z]{3}$/, "expected an ISO 4217 code like EUR"),
    /** Days that it may be tried without paying; 0: not at all. */
    trialDays: z.int().min(0).max(90).default(0),
    /** Days for which the backups of a deleted tenant stay; 0: they go with its data. */
    keepDays: z.int().min(0).max(3650).default(30),
  })
  .refine(({ price, asleepPrice = 0 }) => asleepPrice <= price, {
    path: ["asleepPrice"],
    error: "expected no more than the price",
  })
  .readonly();

/** A text in the languages of the pages. */
const textSchema = z
  .strictObject({
    en: z.string().min(1).max(160),
    fr: z.string().min(1).max(160),
    ar: z.string().min(1).max(160),
  })
  .readonly();

/** Modules that are ordered together. */
const setSchema = z
  .strictObject({
    modules: z
      .array(z.string().regex(/^[a-z][a-z0-9_]*$/, "expected the technical name of a module"))
      .min(1)
      .max(50)
      .readonly(),
    title: textSchema,
    summary: textSchema,
    picture: z.enum(setPictures).default("box"),
  })
  .readonly();

const rangeSchema = z
  .strictObject({ from: slot, to: slot })
  .refine(({ from, to }) => from <= to, "expected a range whose end isn't before its beginning")
  .readonly();

/** How customers are invoiced; without, nobody is. */
const invoicesSchema = z
  .strictObject({
    /** The first month that is invoiced, in UTC; before it nothing is. */
    since: z.string().regex(monthPattern, "expected a month like 2026-12"),
    /** Who bills. */
    seller: z.strictObject({
      name: z.string().min(1).max(100),
      address: z.array(z.string().min(1).max(100)).min(1).max(5),
      /** ISO 3166-1. */
      country: z.string().regex(countryPattern, countryExpected),
      vatId: z.string().min(1).max(30).optional(),
      /** What else has to be on an invoice, such as a registration and a bank account. */
      note: z.string().min(1).max(300).optional(),
    }),
    /** Value added tax on all prices, which are without it. */
    vatPercent: z.number().min(0).max(100).multipleOf(0.01),
    /** Days in which an invoice is to be paid. */
    dueDays: z.int().min(0).max(365).default(30),
    /** Days after that for which it may stay unpaid before its customer's tenants are suspended; 7 or more, as he is reminded a week before. Left out: nobody is reminded or suspended. */
    suspendDays: z.int().min(7).max(365).optional(),
    /** How they are paid: as they say (`invoice`), or also by card (`stripe`), which paid orders wait for. */
    payment: z.enum(["invoice", "stripe"]).default("invoice"),
  })
  .readonly();

const settingsSchema = z.strictObject({
  /** Where the portal is reached: its own host name. A session of a shared one would go to every tenant there (RFC 6265, 8.5). */
  origin: z.url({ protocol: /^https?$/ }).refine((value) => new URL(value).origin === value, "expected no path"),
  /** What customers' addresses are below: `acme` is `acme.DOMAIN`. */
  domain: z.hostname(),
  /** Networks of proxies in front of the edge, in CIDR: a customer's domain may lead to one (`odoo-fleet:edge.trustedProxies`). */
  trustedProxies: z.array(z.union([z.cidrv4(), z.cidrv6()])).optional(),
  /** What is sold, by the name of the fleet's plan. */
  plans: z.record(name, planSchema).refine((plans) => Object.keys(plans).length > 0, "expected at least one plan"),
  /** Where the terms are that a customer accepts: a page of the provider's. Without, the pages name the terms and link to none. */
  termsUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** Odoo releases that are sold, the recommended one first. */
  odooVersions: z.array(z.string().regex(/^\d+\.\d$/)).min(1),
  /** Sets of modules that are ordered with a tenant, by name. A tenant keeps those that it was ordered with. */
  sets: z.record(name, setSchema).default({}),
  /** Slots that are the portal's, by host: `odoo-fleet:portal.slots`, so that no declared tenant takes one. */
  slots: z.record(name, rangeSchema),
  /** Where the web process listens. */
  listen: z.strictObject({ address: z.string().default("127.0.0.1"), port: z.int().min(1).max(65_535) }),
  /** Whether a proxy of ours is in front, so that a client's address is the last of `X-Forwarded-For`. */
  behindProxy: z.boolean().default(false),
  /** Requests a minute of one token, and of one address without a session; a session has five times as many. */
  requestsPerMinute: z.int().min(1).default(120),
  /** Mail server. `user` needs the password in the file that `PORTAL_SMTP_PASSWORD_FILE` names. */
  mail: z.strictObject({
    host: z.string().min(1),
    port: z.int().min(1).max(65_535),
    from: z.email(),
    user: z.string().optional(),
    /** Whether mail goes out encrypted only; otherwise where the server can. */
    requireTls: z.boolean().default(true),
  }),
  /** Hours in which an order's e-mail address has to be confirmed; then its slot and address are free again. */
  confirmHours: z.number().positive().max(168).default(24),
  /** Days between a customer's word that a tenant is to be deleted and its end; 30 or more, in which it can be undone (EU Data Act, Art. 25). */
  graceDays: z.int().min(30).max(365).default(30),
  invoices: invoicesSchema.optional(),
  /** Services that customers can sign in by (OpenID Connect), by ids that are in addresses. Their secrets are in the file that `PORTAL_OIDC_SECRETS_FILE` names. */
  oidc: z
    .record(
      name,
      z.strictObject({
        /** What the pages call it. */
        title: z.string().min(1).max(50),
        /** As it names itself; without TLS only on this machine. */
        issuer: z.url().regex(/^https:\/\/|^http:\/\/127\.0\.0\.1:/, "expected an address with https"),
        clientId: z.string().min(1).max(256),
      }),
    )
    .optional(),
});

/** What is sold, and where. */
export type Settings = Readonly<z.infer<typeof settingsSchema>>;

/** A plan and its price. */
export type PlanOffer = z.infer<typeof planSchema>;

/** Plans that are sold, the cheapest first: a map of a stack's configuration has no sequence of its own. */
export function offeredPlans({ plans }: Pick<Settings, "plans">): [string, PlanOffer][] {
  return Object.entries(plans).sort(
    ([one, { price }], [other, { price: another }]) => price - another || one.localeCompare(other),
  );
}

/** Characters of a secret that can't be guessed. */
export const shortestSecret = 32;

/** Settings that can't be used. */
export class SettingsError extends Error {}

/**
 * Judges settings.
 *
 * @throws SettingsError naming every mistake, each with its path.
 */
export function parseSettings(value: unknown): Settings {
  const result = settingsSchema.safeParse(value);
  if (!result.success) {
    const problems = result.error.issues.map(({ path, message }) => `  ${path.join(".") || "settings"}: ${message}`);
    throw new SettingsError(`the portal's settings can't be used:\n${problems.join("\n")}`);
  }
  return result.data;
}

/** The settings in the JSON file that `PORTAL_SETTINGS` names. */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  return parseSettings(JSON.parse(readFileSync(fileOf(environment, "PORTAL_SETTINGS"), "utf8")));
}

/** The database's URL, which has a password: from the file that `PORTAL_DATABASE_URL_FILE` names. */
export function databaseUrl(environment: NodeJS.ProcessEnv): string {
  return readFileSync(fileOf(environment, "PORTAL_DATABASE_URL_FILE"), "utf8").trim();
}

/** The mail server's password, from the file that `PORTAL_SMTP_PASSWORD_FILE` names; asked for when the settings have a user. */
export function mailPassword(environment: NodeJS.ProcessEnv, settings: Settings): string | undefined {
  return settings.mail.user && readFileSync(fileOf(environment, "PORTAL_SMTP_PASSWORD_FILE"), "utf8").trim();
}

/** What signs the cookies of sessions, from the file that `PORTAL_SESSION_SECRET_FILE` names: 32 characters or more. */
export function sessionSecret(environment: NodeJS.ProcessEnv): string {
  const file = fileOf(environment, "PORTAL_SESSION_SECRET_FILE");
  const secret = readFileSync(file, "utf8").trim();
  if (secret.length < shortestSecret) {
    throw new SettingsError(
      `PORTAL_SESSION_SECRET_FILE: ${file} has ${secret.length} characters; expected ${shortestSecret} or more: openssl rand -hex 32 > FILE`,
    );
  }
  return secret;
}

/** What proves that Stripe tells of something: from the file that `PORTAL_STRIPE_WEBHOOK_SECRET_FILE` names; undefined: nothing is paid by Stripe. */
export function stripeWebhookSecret(environment: NodeJS.ProcessEnv, settings: Settings): string | undefined {
  return settings.invoices?.payment === "stripe"
    ? readFileSync(fileOf(environment, "PORTAL_STRIPE_WEBHOOK_SECRET_FILE"), "utf8").trim()
    : undefined;
}

/** What the portal is known by at each service that customers sign in by: a JSON object, from the file that `PORTAL_OIDC_SECRETS_FILE` names. */
export function oidcSecrets(environment: NodeJS.ProcessEnv, { oidc = {} }: Settings): Readonly<Record<string, string>> {
  const services = Object.keys(oidc);
  if (services.length === 0) {
    return {};
  }
  const file = fileOf(environment, "PORTAL_OIDC_SECRETS_FILE");
  const secrets = z.record(z.string(), z.string().min(1)).safeParse(JSON.parse(readFileSync(file, "utf8")));
  const missing = services.filter((service) => !secrets.success || !Object.hasOwn(secrets.data, service));
  if (!secrets.success || missing.length > 0) {
    throw new SettingsError(
      `PORTAL_OIDC_SECRETS_FILE: ${file} lacks the secrets of ${missing.join(", ")}; expected {"service": "secret"}`,
    );
  }
  return secrets.data;
}

/** What Stripe is asked by, which only the worker has: from the file that `PORTAL_STRIPE_KEY_FILE` names; undefined: nothing is paid by Stripe. */
export function stripeKey(environment: NodeJS.ProcessEnv, settings: Settings): string | undefined {
  return settings.invoices?.payment === "stripe"
    ? readFileSync(fileOf(environment, "PORTAL_STRIPE_KEY_FILE"), "utf8").trim()
    : undefined;
}

function fileOf(environment: NodeJS.ProcessEnv, variable: string): string {
  const file = environment[variable];
  if (!file) {
    throw new SettingsError(`${variable} is not set; expected the path of a file`);
  }
  return file;
}
