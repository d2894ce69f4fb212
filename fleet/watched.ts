import type { Monitoring, MonitoringHost, ServerHost } from "./monitoringTypes";
import type { Fleet, Host } from "./types";

/** A fleet that is monitored. */
export type WatchedFleet = Fleet & { readonly monitoring: Monitoring };

/** Whether a fleet is monitored. */
export function isWatched(fleet: Fleet): fleet is WatchedFleet {
  return fleet.monitoring !== undefined;
}

/** The hosts whose exporters a server's Prometheus scrapes, in the order of the declaration. */
export function hostsWatchedBy({ watches }: ServerHost, fleet: Fleet): Host[] {
  return Object.values(fleet.hosts).filter(({ name }) => watches.includes(name));
}

/** The monitoring of a host. @throws Error when the fleet has no such host. */
export function monitoringOf(fleet: WatchedFleet, host: string): MonitoringHost {
  const monitored = fleet.monitoring.hosts[host];
  if (monitored === undefined) {
    throw new Error(`the fleet has no host ${host}`);
  }
  return monitored;
}
