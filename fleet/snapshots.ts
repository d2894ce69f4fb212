import { sharedNames } from "./names";
import { isWatched } from "./watched";
import type { Fleet, Host } from "./types";

/**
 * Services of a host that keep what nothing declares: certificates and the account at their authority, silences and what was sent, people's
 * dashboards and logins. Prometheus isn't one of them: its figures are for weeks, and many times the rest.
 */
export const keepingServices = ["edge", "edge-wildcard", "alertmanager", "grafana"] as const;

/** One of `keepingServices`. */
export type KeepingService = (typeof keepingServices)[number];

/** Seconds between two snapshots of what they keep; at once when the edge has a new certificate. `images/snapshots` holds it. */
export const snapshotEverySeconds = 3600;

/** Longest seconds between two proofs that a snapshot can be restored, likewise. */
export const snapshotProofSeconds = 7 * 86_400;

/** The services of a host that keep something, and the volume that each keeps it in; none: the host has no such service. */
export function keptVolumes(fleet: Fleet, host: Pick<Host, "name">): Readonly<Partial<Record<KeepingService, string>>> {
  const edge = fleet.edge?.hosts[host.name];
  const monitored = isWatched(fleet) ? fleet.monitoring.hosts[host.name] : undefined;
  const { alertmanager, grafana } = sharedNames(fleet.environment).dataVolumes;
  return {
    ...(edge && { edge: edge.names.dataVolume }),
    ...(edge && fleet.edge?.wildcard && { "edge-wildcard": edge.names.wildcardDataVolume }),
    ...(monitored?.role === "server" && { alertmanager }),
    ...(monitored?.role === "server" && monitored.services.includes("grafana") && { grafana }),
  };
}

/** Whether a host has services that keep something. */
export function hasSnapshots(fleet: Fleet, host: Pick<Host, "name">): boolean {
  return Object.keys(keptVolumes(fleet, host)).length > 0;
}
