import { serviceSecrets } from "./portalOidc";
import { hostPlaceholder } from "./monitoringChecks";
import type { MonitoringConfig, PortalConfig } from "./schema";
import type { OffsiteSecret } from "./offsiteChecks";
import type { SudoPasswords } from "./sudoPasswords";

/** What monitoring knows that nobody else may: it goes into files that one container reads, and nowhere else. */
export interface MonitoringSecrets {
  /** Password of the login at the mail server. */
  readonly mailPassword?: string;
  /** Where a host's Alertmanager says that it lives. */
  readonly heartbeatUrl?: string;
}

/** The secrets of a declaration, apart from the fleet, which holds none. */
export interface FleetSecrets {
  /** Those of each host's Alertmanager, by host; empty where nothing is watched. */
  readonly monitoring: Readonly<Record<string, MonitoringSecrets>>;
  /** What `sudo` asks for, by host; only those where it asks. */
  readonly sudoPasswords: SudoPasswords;
  /** What the target of offsite copies is opened with; undefined: no copy leaves a host. */
  readonly offsite?: OffsiteSecret;
  /** What the DNS provider of the edge's wildcard certificate is asked with, by the names of lego's variables; undefined: there is none. */
  readonly wildcard?: Readonly<Record<string, string>>;
  /** Those of the portal; undefined: there is none. */
  readonly portal?: PortalSecrets;
}

/** What the portal knows that nobody else may. */
export interface PortalSecrets {
  /** Password of the login at the mail server. */
  readonly mailPassword?: string;
  /** What Stripe signs by. Its key isn't here: only the worker has it, from the stack's file. */
  readonly stripeWebhookSecret?: string;
  /** Of the services that customers sign in by, by name. */
  readonly oidc?: Readonly<Record<string, string>>;
}

/** The secrets of a portal: of its own mail server, or else of monitoring's. */
export function portalSecrets(
  portal: Partial<PortalConfig>,
  monitoring: Partial<MonitoringConfig> | undefined,
): PortalSecrets {
  const { password } = portal.mail ?? monitoring?.mail ?? {};
  const { webhookSecret } = portal.invoices?.stripe ?? {};
  return {
    ...(password === undefined ? {} : { mailPassword: password }),
    ...(webhookSecret === undefined ? {} : { stripeWebhookSecret: webhookSecret }),
    ...serviceSecrets(portal.oidc),
  };
}

/** The secrets of a host's Alertmanager. */
export function monitoringSecrets({ mail, heartbeatUrl }: Partial<MonitoringConfig>, host: string): MonitoringSecrets {
  return {
    ...(mail?.password === undefined ? {} : { mailPassword: mail.password }),
    ...(heartbeatUrl === undefined ? {} : { heartbeatUrl: heartbeatUrl.replaceAll(hostPlaceholder, host) }),
  };
}
