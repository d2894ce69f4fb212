import { declaredMetrics, jobs } from "../contract";
import type { Alert, AlertGroup, Severity } from "./alert";
import { hostScope, tenantScope, unlessStopped } from "./promql";

const day = 86_400;
const hour = 3600;

/**
 * Seconds that a certificate is still good for when renewal has failed for long. Caddy renews with a third of the time left:
 * 30 or 15 days before the end of Let's Encrypt's, 4 hours before that of its own authority's.
 */
const certificateLimits = {
  warning: { acme: 10 * day, internal: 2 * hour },
  critical: { acme: 3 * day, internal: hour / 2 },
} as const;

const expiring = (severity: Exclude<Severity, "none">, en: string, fr: string): Alert => {
  const limits = certificateLimits[severity];
  const left = (kind: keyof typeof limits): string =>
    `probe_ssl_earliest_cert_expiry{job="${jobs.blackbox}", service="edge", certificates="${kind}"} - time() < ${limits[kind]}`;
  return {
    name: "CertificateExpiring",
    severity,
    for: 600,
    expr: unlessStopped(`${left("acme")}\nor\n${left("internal")}`),
    format: "humanizeDuration",
    threshold: { en, fr },
    summary: {
      en: "The certificate of {instance} is good for {value} more",
      fr: "Le certificat de {instance} n'est plus valable que {value}",
    },
    description: {
      en: "The edge of host {host} serves {instance} of tenant {tenant} with a certificate that ends in {value}, and hasn't renewed it.",
      fr: "L'entrée HTTPS de l'hôte {host} sert {instance} du locataire {tenant} avec un certificat qui expire dans {value} et n'a pas été renouvelé.",
    },
    dashboard: "host",
    source: "renewal is due with a third of the time left",
  };
};

/** The hosts with tenants of whose declared names some aren't probed, though the prober is there, and how many such tenants there are. */
const unwatched = (): string => {
  const declared = `count by (${tenantScope}) (${declaredMetrics.edgeName})`;
  const probed = `count by (${tenantScope}) (probe_success{job="${jobs.blackbox}", service="edge"})`;
  return `count by (${hostScope}) (\n  ${declared}\n  > (${probed} or ${declared} * 0)\n)\nand on (${hostScope}) up{job="${jobs.blackboxExporter}"} == 1`;
};

/** Alerts on what the edge serves. */
export const edgeAlerts: AlertGroup = {
  name: "edge",
  alerts: [
    expiring(
      "warning",
      "10 days, of an authority of the edge's own 2 hours",
      "10 jours, 2 heures pour une autorité propre",
    ),
    expiring(
      "critical",
      "3 days, of an authority of the edge's own 30 minutes",
      "3 jours, 30 minutes pour une autorité propre",
    ),
    {
      name: "EdgeNameDown",
      severity: "critical",
      for: 300,
      expr: unlessStopped(`probe_success{job="${jobs.blackbox}", service="edge"} == 0`),
      format: "count",
      threshold: { en: "served by HTTPS", fr: "servi en HTTPS" },
      summary: { en: "{instance} isn't served", fr: "{instance} n'est pas servi" },
      description: {
        en: "The edge of host {host} doesn't serve {instance} of tenant {tenant}: it has no certificate for the name, or doesn't reach the tenant's Nginx.",
        fr: "L'entrée HTTPS de l'hôte {host} ne sert pas {instance} du locataire {tenant} : elle n'a pas de certificat pour ce nom, ou n'atteint pas le Nginx du locataire.",
      },
      dashboard: "host",
      source: "longer than an order at an authority takes",
    },
    {
      name: "EdgeNamesUnwatched",
      severity: "warning",
      for: 600,
      expr: unwatched(),
      format: "count",
      threshold: { en: "each declared name is probed", fr: "chaque nom déclaré est sondé" },
      summary: {
        en: "Names of {value} tenants of host {host} aren't watched",
        fr: "Des noms de {value} locataires de l'hôte {host} ne sont pas surveillés",
      },
      description: {
        en: "Prometheus doesn't probe all names at which the edge of host {host} is to serve {value} of its tenants: nobody would be told that one isn't served.",
        fr: "Prometheus ne sonde pas tous les noms sous lesquels l'entrée HTTPS de l'hôte {host} doit servir {value} de ses locataires : personne ne saurait qu'un nom n'est pas servi.",
      },
      dashboard: "host",
      source: "a new name is probed within a minute",
    },
    {
      name: "NameDisputed",
      severity: "warning",
      for: 300,
      expr: `probe_success{job="${jobs.blackbox}", service="names"} == 0`,
      format: "count",
      threshold: { en: "each name is one tenant's", fr: "chaque nom est à un seul locataire" },
      summary: {
        en: "Two tenants of host {host} claim one name",
        fr: "Deux locataires de l'hôte {host} revendiquent un même nom",
      },
      description: {
        en: "The edge of host {host} serves a name for the tenant that had it, and not for another one that claims it too, or doesn't say whether there is such a name. Its log names both.",
        fr: "L'entrée HTTPS de l'hôte {host} sert un nom pour le locataire qui l'avait, et non pour un autre qui le revendique aussi, ou ne dit pas s'il y en a un. Son journal nomme les deux.",
      },
      dashboard: "host",
      source: "a name that goes from one tenant to another is claimed by both for some seconds",
    },
    {
      name: "WakeFailed",
      severity: "critical",
      // Somebody waits, and what fails is tried again only when he comes back.
      for: 0,
      expr: `probe_http_status_code{job="${jobs.blackbox}", service="waker"} == 503`,
      format: "count",
      threshold: { en: "whom a visit wakes is woken", fr: "qui est réveillé par une visite démarre" },
      summary: {
        en: "A suspended tenant of host {host} couldn't be woken",
        fr: "Un locataire suspendu de l'hôte {host} n'a pas pu être réveillé",
      },
      description: {
        en: "The edge of host {host} couldn't start a suspended tenant for its visitors, who read so. Its log names the tenant and why.",
        fr: "L'entrée HTTPS de l'hôte {host} n'a pas pu démarrer un locataire suspendu pour ses visiteurs, qui le lisent. Son journal nomme le locataire et la cause.",
      },
      dashboard: "host",
      source: "each start that fails",
    },
  ],
};
