/** What can be said of Grafana's files without Grafana. */
import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { parse } from "yaml";
import { configPath, files } from "../../monitoring/contract";

interface DataSources {
  readonly apiVersion: number;
  readonly datasources: readonly { readonly uid: string; readonly editable: boolean }[];
}
interface Providers {
  readonly apiVersion: number;
  readonly providers: readonly { readonly allowUiUpdates: boolean; readonly options: { readonly path: string } }[];
}

/** Sentences on what is wrong with the files that Grafana is given, by path; none when they fit each other. */
export function grafanaFaults(rendered: Readonly<Record<string, string>>): string[] {
  const sources = parse(rendered[files.grafana.dataSources] ?? "{}") as Partial<DataSources>;
  const { apiVersion, providers = [] } = parse(rendered[files.grafana.dashboardProvider] ?? "{}") as Partial<Providers>;
  const dashboards = Object.entries(rendered).filter(([path]) => path.startsWith(`${files.grafana.dashboards}/`));
  const parsed = dashboards.map(([path, text]) => ({ path, dashboard: JSON.parse(text) as Dashboard }));
  const uids = parsed.map(({ dashboard }) => dashboard.uid);
  const home = /default_home_dashboard_path = (.*)/.exec(rendered[files.grafana.config] ?? "")?.[1] ?? "none";
  return [
    ...(sources.apiVersion === 1 && apiVersion === 1 ? [] : ["a provisioning file has no apiVersion 1"]),
    ...(providers.some(({ options }) => options.path === configPath(files.grafana.dashboards))
      ? []
      : ["no provider reads the folder of the dashboards"]),
    ...(providers.some(({ allowUiUpdates }) => allowUiUpdates) ? ["dashboards can be changed"] : []),
    ...(sources.datasources?.some(({ editable }) => editable) ? ["data sources can be changed"] : []),
    ...(parsed.some(({ path }) => home === configPath(path))
      ? []
      : [`the home dashboard ${home} isn't among the files`]),
    ...(new Set(uids).size === uids.length ? [] : ["two dashboards have one uid"]),
    ...parsed.flatMap(({ path, dashboard }) => dashboardFaults(path, dashboard, sources)),
  ];
}

function dashboardFaults(path: string, dashboard: Dashboard, { datasources = [] }: Partial<DataSources>): string[] {
  const known = datasources.map(({ uid }) => uid);
  const used = JSON.stringify(dashboard).matchAll(/"datasource":\{"type":"[^"]*","uid":"([^"]*)"/g);
  const unknown = [...new Set([...used].map(([, uid]) => uid!))].filter((uid) => !known.includes(uid));
  return [
    ...(dashboard.editable === false ? [] : [`${path} can be changed`]),
    ...((dashboard.panels ?? []).length > 0 ? [] : [`${path} has no panel`]),
    ...unknown.map((uid) => `${path} asks a data source ${uid} that isn't provisioned`),
  ];
}
