import { type DashboardName, dashboardUids } from "../contract";

/** What every dashboard is called and how it is reached: alerts, e-mails and other dashboards link by it. */
export interface DashboardEntry {
  readonly title: string;
  readonly description: string;
  /** Labels that it can be narrowed down to, each a variable of the same name. */
  readonly variables: readonly ("host" | "tenant")[];
}

/** The dashboards, in the order of their links. */
export const catalogue: Readonly<Record<DashboardName, DashboardEntry>> = {
  fleet: {
    title: "Fleet",
    description: "All tenants and hosts: what is wrong now, who is served how well, and how much capacity is left.",
    variables: [],
  },
  host: {
    title: "Host",
    description:
      "One host: processors, memory, disks, network, the tenants that share them, and their names and certificates.",
    variables: ["host"],
  },
  tenant: {
    title: "Tenant",
    description: "One tenant: availability, latency, errors, workers, database, disk and its share of the host's cost.",
    variables: ["tenant"],
  },
  containers: {
    title: "Containers",
    description: "Every container: declared or not, since when, and how near it is to its limits.",
    variables: ["host", "tenant"],
  },
  monitoring: {
    title: "Monitoring",
    description: "What watches the fleet, watched: targets, scrapes, series, rules and notifications.",
    variables: [],
  },
};

/**
 * Path of a dashboard below Grafana's address.
 *
 * @param choices value by variable. A value may be a template of its own, Grafana's or Alertmanager's.
 */
export function dashboardPath(name: DashboardName, choices: Readonly<Record<string, string>> = {}): string {
  const query = Object.entries(choices).map(([variable, value]) => `var-${variable}=${value}`);
  return [`/d/${dashboardUids[name]}`, ...(query.length > 0 ? [query.join("&")] : [])].join("?");
}
