import { hostPlaceholder } from "./monitoringChecks";
import type { FleetConfig } from "./schema";

/** What monitoring knows that nobody else may: it goes into files that one container reads, and nowhere else. */
export interface MonitoringSecrets {
  /** Password of the login at the mail server. */
  readonly mailPassword?: string;
  /** Where a host's Alertmanager says that it lives. */
  readonly heartbeatUrl?: string;
}

/** The secrets of a host's Alertmanager, from a configuration that `resolveFleet` found right. */
export function monitoringSecrets({ monitoring }: Pick<FleetConfig, "monitoring">, host: string): MonitoringSecrets {
  return {
    ...(monitoring?.mail?.password === undefined ? {} : { mailPassword: monitoring.mail.password }),
    ...(monitoring?.heartbeatUrl === undefined
      ? {}
      : { heartbeatUrl: monitoring.heartbeatUrl.replaceAll(hostPlaceholder, host) }),
  };
}
