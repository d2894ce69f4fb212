import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import type { Fleet } from "../../fleet/types";
import { type DashboardName, dashboardUids } from "../contract";
import { containersSections } from "./containers";
import { buildDashboard, type Section } from "./dashboard";
import { fleetSections } from "./fleet";
import { hostSections } from "./host";
import { monitoringSections } from "./monitoring";
import { tenantSections } from "./tenant";

const contents: Readonly<Record<DashboardName, () => Section[]>> = {
  fleet: fleetSections,
  host: hostSections,
  tenant: tenantSections,
  containers: containersSections,
  monitoring: monitoringSections,
};

/** A fleet's dashboards. */
export function dashboards({ environment }: Pick<Fleet, "environment">): Record<DashboardName, Dashboard> {
  const entries = Object.entries(contents) as [DashboardName, () => Section[]][];
  return Object.fromEntries(
    entries.map(([name, sections]) => [name, buildDashboard(name, environment, sections())]),
  ) as Record<DashboardName, Dashboard>;
}

/** The dashboards as files for Grafana: JSON by file name. */
export function renderDashboards(fleet: Pick<Fleet, "environment">): Record<string, string> {
  return Object.fromEntries(
    Object.entries(dashboards(fleet)).map(([name, dashboard]) => [
      `${dashboardUids[name as DashboardName]}.json`,
      `${JSON.stringify(dashboard, null, 2)}\n`,
    ]),
  );
}
