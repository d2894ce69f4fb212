/** Where Grafana is, of those that a worker told of. */
interface Monitor {
  /** On which it runs. */
  readonly host: string;
  /** Its address; null: there is none. */
  readonly dashboards: string | null;
}

/** A dashboard that can be opened. */
export interface Dashboard {
  /** On which it is, at that host's own loopback address. */
  readonly host: string;
  readonly address: string;
}

/** Paths of the fleet's dashboards, as alerts link to them, too. */
export const dashboardPaths = {
  host: (host: string): string => `/d/odoo-fleet-host?var-host=${host}`,
  tenant: (tenant: string): string => `/d/odoo-fleet-tenant?var-tenant=${tenant}`,
} as const;

/** A dashboard at the Grafana of a host, or at the first where that has none; undefined: there is none at all. */
export function dashboardAt(monitors: readonly Monitor[], host: string | null, path: string): Dashboard | undefined {
  const there = monitors.filter(({ dashboards }) => dashboards !== null);
  const found = there.find((one) => one.host === host) ?? there[0];
  return found && { host: found.host, address: new URL(path, found.dashboards!).href };
}
