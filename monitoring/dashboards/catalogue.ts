/** What every dashboard is called and how it is reached: alerts, e-mails and other dashboards link by it. */
export interface DashboardEntry {
  /** Stable: part of its address. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** Labels that it can be narrowed down to, each a variable of the same name. */
  readonly variables: readonly ("host" | "tenant")[];
}

/** The dashboards, in the order of their links. */
export const catalogue = {
  overview: {
    uid: "odoo-fleet-overview",
    title: "Fleet",
    description: "All tenants and hosts: what is wrong now, who is served how well, and how much room is left.",
    variables: [],
  },
  host: {
    uid: "odoo-fleet-host",
    title: "Host",
    description: "One host: processors, memory, disks, network, and the tenants that share them.",
    variables: ["host"],
  },
  tenant: {
    uid: "odoo-fleet-tenant",
    title: "Tenant",
    description: "One tenant: availability, latency, errors, workers, database, disk and its share of the host's cost.",
    variables: ["tenant"],
  },
  containers: {
    uid: "odoo-fleet-containers",
    title: "Containers",
    description: "Every container: declared or not, since when, and how near it is to its limits.",
    variables: ["host", "tenant"],
  },
  monitoring: {
    uid: "odoo-fleet-monitoring",
    title: "Monitoring",
    description: "What watches the fleet, watched: targets, scrapes, series, rules and notifications.",
    variables: [],
  },
} as const satisfies Record<string, DashboardEntry>;

/** A dashboard's key. */
export type DashboardKey = keyof typeof catalogue;

/**
 * Path of a dashboard below Grafana's address.
 *
 * @param choices value by variable. A value may be a template of its own, Grafana's or Alertmanager's.
 */
export function dashboardPath(key: DashboardKey, choices: Readonly<Record<string, string>> = {}): string {
  const query = Object.entries(choices).map(([name, value]) => `var-${name}=${value}`);
  return [`/d/${catalogue[key].uid}`, ...(query.length > 0 ? [query.join("&")] : [])].join("?");
}
