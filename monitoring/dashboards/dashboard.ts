import * as sdk from "@grafana/grafana-foundation-sdk/dashboard";
import { declaredMetrics, type DashboardName, dashboardUids } from "../contract";
import { catalogue, type DashboardEntry, dashboardPath } from "./catalogue";
import type { PanelDraft } from "./panels";
import { prometheusSource } from "./sources";

/** A headed part of a dashboard. */
export interface Section {
  readonly title: string;
  readonly panels: readonly PanelDraft[];
}

/** Where the choices of a variable come from: the fleet's own declaration, so that they are there before any figure is. */
const variableQueries = {
  host: `label_values(${declaredMetrics.hostSlotsLeft}, host)`,
  tenant: `label_values(${declaredMetrics.tenantInfo}, tenant)`,
} as const;

/** Tag of all dashboards of the fleet. */
const tag = "odoo-fleet";

/**
 * Puts a dashboard together. Panels are numbered in their order. This is the model that every Grafana since version 9
 * reads from a file; the SDK's newer one needs version 12.
 */
export function buildDashboard(name: DashboardName, environment: string, sections: readonly Section[]): sdk.Dashboard {
  const entry = catalogue[name];
  const builder = new sdk.DashboardBuilder(`${entry.title} (${environment})`)
    .uid(dashboardUids[name])
    .description(entry.description)
    .tags([tag, environment])
    .readonly()
    .refresh("30s")
    .time({ from: "now-6h", to: "now" })
    .timezone("browser")
    .tooltip(sdk.DashboardCursorSync.Crosshair)
    .variables(entry.variables.map((name) => variable(name, entry)))
    .links((Object.keys(catalogue) as DashboardName[]).filter((other) => other !== name).map(linkTo));
  let number = 0;
  for (const { title, panels } of sections) {
    builder.withRow(new sdk.RowBuilder(title).id(++number));
    for (const panel of panels) {
      builder.withPanel(panel.id(++number));
    }
  }
  return builder.build();
}

function linkTo(name: DashboardName): sdk.DashboardLinkBuilder {
  const { title, description } = catalogue[name];
  return new sdk.DashboardLinkBuilder(title)
    .type(sdk.DashboardLinkType.Link)
    .icon("dashboard")
    .tooltip(description)
    .url(dashboardPath(name))
    .includeVars(true)
    .keepTime(true);
}

/**
 * A choice among the values of a label. A dashboard of one thing asks for one; one that can be narrowed down takes
 * several, and all to begin with. "All" is `.*`, which also matches what has no such label: shared services have no tenant.
 */
function variable(name: "host" | "tenant", { variables }: DashboardEntry): sdk.QueryVariableBuilder {
  const title = name === "host" ? "Host" : "Tenant";
  const query = variableQueries[name];
  const builder = new sdk.QueryVariableBuilder(name)
    .label(title)
    .datasource(prometheusSource)
    .query({ query, refId: "A" })
    .definition(query)
    .refresh(sdk.VariableRefresh.OnDashboardLoad)
    .sort(sdk.VariableSort.NaturalAsc)
    .multi(variables.length > 1)
    .includeAll(variables.length > 1);
  return variables.length > 1 ? builder.allValue(".*").current({ text: "All", value: "$__all" }) : builder;
}
