import { z } from "zod";
import { cidr } from "./access";
import { setting, text, whole } from "./setting";

/** Labels of 1 to 63 lower-case letters, digits and hyphens (RFC 1035); names in other scripts in their form for DNS (`xn--...`). */
const label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

/** A DNS name, such as `example.com` or `localhost`. No top-level domain is a number, and so no address is one. */
export const domainName = text(new RegExp(`^(${label}\\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)).max(220);

/** What is expected of one, for a message. */
export const dnsName =
  "a DNS name in lower case, without scheme, port and last dot; one with other letters as DNS has it (xn--...)";

/** Keys of the authority that `certificates: acme` orders from. */
const acmeSchema = z.strictObject({
  directory: setting(text(/^https:\/\/[^\s@]+$/), {
    description: "Directory of the authority (ACME, RFC 8555).",
    expected: "an address with https",
    example: "https://acme-v02.api.letsencrypt.org/directory",
    default: "https://acme-v02.api.letsencrypt.org/directory",
  }).optional(),
  email: setting(text(/^[^\s@<>]+@[^\s@<>]+$/), {
    description: "Whom the authority writes to.",
    expected: "a mail address",
    example: "operators@example.com",
    defaultText: "nobody",
  }).optional(),
  root: setting(text(/^-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----\s*$/), {
    description:
      "Certificate that the authority's own server is trusted by, where no public one signed it: an authority of a company's own.",
    expected: "a certificate in PEM",
    example: "-----BEGIN CERTIFICATE-----...",
    defaultText: "the public authorities",
  }).optional(),
});

/** Keys of `edge.wildcard`. */
const wildcardSchema = z.strictObject({
  provider: setting(text(/^[a-z0-9][a-z0-9-]{0,40}$/), {
    description:
      "DNS provider of the domain, by its code in lego's list, https://go-acme.github.io/lego/dns/: it publishes the record that proves the domain (DNS-01).",
    expected: "the code of one of lego's DNS providers",
    example: "cloudflare",
    defaultText: "required",
  }),
  credentials: z
    .record(
      z.string(),
      setting(text(/^[^\0\r]+$/).max(16_384), {
        description: "A variable that lego's page of the provider names.",
        expected: "text, as a secret where it opens something",
        example: "...",
        secret: true,
      }),
    )
    .meta({
      description:
        "What lego's page of the provider asks for, by the names of its environment variables; which of these open something are secrets: `pulumi config set --secret --path 'odoo-fleet:edge.wildcard.credentials.CF_DNS_API_TOKEN'`. What orders the certificate reads it from a file that nothing else has. LEGO_DNS_PROPAGATION_WAIT, and _DISABLE_ANS and _DISABLE_RNS, say how lego waits for the record.",
      "x-expected": "values by the names of the provider's variables",
      "x-secret": true,
    }),
  resolvers: z
    .array(
      setting(text(/^(\d{1,3}\.){3}\d{1,3}:\d{1,5}$/), {
        description: "A DNS server.",
        expected: "an IPv4 address and a port, such as 192.0.2.53:53",
        example: "192.0.2.53:53",
      }),
    )
    .min(1)
    .meta({
      description:
        "DNS servers at which the domain is looked up as the world sees it, where those of the host know another one of that name.",
      "x-expected": "a list of at least one DNS server, ADDRESS:PORT",
      "x-default-text": "those of the host",
    })
    .optional(),
});

/** Keys of `edge`. */
export const edgeSchema = z.strictObject({
  domain: setting(domainName, {
    description:
      "Domain below which each tenant has its address: `acme` is served at `acme.<domain>`. A DNS record of that name, or one for `*.<domain>`, has to lead to the tenant's host.",
    expected: dnsName,
    example: "odoo.example.com",
  }),
  certificates: setting(z.enum(["acme", "internal"]), {
    description:
      "Who signs certificates. `acme`: a public authority, ordered and renewed by themselves. `internal`: an authority that each edge makes for itself, for development; `make trust` trusts it.",
    expected: "acme or internal",
    example: "acme",
    default: "acme",
  }).optional(),
  acme: acmeSchema
    .meta({
      description: "The authority that `certificates: acme` orders from.",
      "x-expected": "settings of the authority",
      "x-default-text": "Let's Encrypt",
    })
    .optional(),
  wildcard: wildcardSchema
    .meta({
      description:
        "One certificate for `*.<domain>`, ordered by DNS-01, in the place of one for each tenant's name below the domain. Names of customers keep their own.",
      "x-expected": "provider and credentials",
      "x-default-text": "each name has a certificate of its own",
      "x-secret": true,
    })
    .optional(),
  httpPort: setting(whole(1, 65535), {
    description: "Port for HTTP, which leads to HTTPS and answers the authority's challenges.",
    expected: "a port from 1 to 65535",
    example: 80,
    unit: "port",
    default: 80,
  }).optional(),
  httpsPort: setting(whole(1, 65535), {
    description:
      "Port for HTTPS; for HTTP/3 the same one of UDP. Another one than 443 is part of the tenants' addresses.",
    expected: "a port from 1 to 65535",
    example: 443,
    unit: "port",
    default: 443,
  }).optional(),
  publicPort: setting(whole(1, 65535), {
    description:
      "Port that clients use, and tenants' addresses have, where a proxy or a router in front of the edge has another one than `httpsPort`.",
    expected: "a port from 1 to 65535",
    example: 443,
    unit: "port",
    defaultText: "`httpsPort`",
  }).optional(),
  hsts: setting(whole(0, 63_072_000), {
    description:
      "How long browsers ask for HTTPS alone, having been here once (Strict-Transport-Security); 0: it isn't said.",
    expected: "a whole number of seconds from 0 to 63072000 (two years)",
    example: 31_536_000,
    unit: "s",
    defaultText: "a year, with `certificates: internal` 0",
  }).optional(),
  trustedProxies: z
    .array(
      setting(cidr, {
        description: "A network.",
        expected: "a network in CIDR notation, such as 173.245.48.0/20",
        example: "173.245.48.0/20",
      }),
    )
    .meta({
      description:
        "Networks of proxies in front of the edge, such as Cloudflare's: what their X-Forwarded-For says of the client counts. What anybody else says doesn't. None is wider than /8 of IPv4 or /16 of IPv6, or has to do with the fleet's own networks.",
      "x-expected": "a list of networks in CIDR notation",
      "x-default-text": "none",
    })
    .optional(),
});

export type EdgeConfig = z.output<typeof edgeSchema>;
