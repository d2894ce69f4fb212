import { stringify } from "yaml";
import { configPath, dashboardUids, files, loginUser, scrapeSeconds } from "./contract";
import { renderDashboards } from "./dashboards";
import { alertmanagerSource, prometheusSource } from "./dashboards/sources";

/** What Grafana's configuration is made of. */
export interface GrafanaSettings {
  readonly environment: string;
  /** Address of Prometheus as Grafana reaches it, such as `http://10.200.250.2:9090`. */
  readonly prometheusUrl: string;
  readonly alertmanagerUrl: string;
  /** Address that people open Grafana by, such as `http://127.0.0.1:30002`. */
  readonly rootUrl: string;
}

/**
 * Everything that Grafana is given, by path below its configuration folder: its own configuration, its data sources and
 * the dashboards, all read-only. Nothing in it is secret: the password, which is one for Grafana's own admin and for the
 * data sources, is read from `login-password`. Letters and digits only, since Grafana expands `$` in it.
 */
export function renderGrafana(settings: GrafanaSettings): Record<string, string> {
  const dashboards = Object.entries(renderDashboards(settings));
  return {
    ...renderGrafanaProvisioning(settings),
    ...Object.fromEntries(dashboards.map(([file, content]) => [`${files.grafana.dashboards}/${file}`, content])),
  };
}

/** Grafana's own configuration and what it is provisioned with, without the dashboards. */
function renderGrafanaProvisioning(settings: GrafanaSettings): Record<string, string> {
  return {
    [files.grafana.config]: grafanaIni(settings),
    [files.grafana.dataSources]: stringify(dataSources(settings)),
    [files.grafana.dashboardProvider]: stringify(dashboardProvider(settings)),
  };
}

const passwordFromFile = `$__file{${configPath(files.grafana.password)}}`;

/** Grafana expands `$NAME` in every value of a provisioning file; `$$` is a dollar sign. */
export function escapeProvisioned(value: string): string {
  return value.replaceAll("$", "$$$$");
}

function grafanaIni({ rootUrl }: GrafanaSettings): string {
  const sections: Record<string, Record<string, string | boolean>> = {
    paths: { provisioning: configPath(files.grafana.provisioning) },
    server: { root_url: rootUrl },
    // $__file is read by Grafana itself, so that the password is in no environment and no argument.
    security: { admin_user: loginUser, admin_password: passwordFromFile, disable_gravatar: true },
    users: { allow_sign_up: false, default_theme: "system" },
    "auth.anonymous": { enabled: false },
    // Alerts are Prometheus' and Alertmanager's.
    unified_alerting: { enabled: false },
    dashboards: { default_home_dashboard_path: configPath(`${files.grafana.dashboards}/${dashboardUids.fleet}.json`) },
    // Nothing is fetched from or reported to the outside.
    analytics: { reporting_enabled: false, check_for_updates: false, check_for_plugin_updates: false },
    // From version 13 on the Prometheus plugin is a file of the image that Grafana replaces by a newer download, which a
    // read-only root turns into its loss (grafana/grafana issue 131490, entigolabs/entigo-infralib pull request 1737).
    plugins: { preinstall_disabled: true, plugin_admin_enabled: false },
    news: { news_feed_enabled: false },
    snapshots: { external_enabled: false },
    log: { mode: "console" },
  };
  return Object.entries(sections)
    .map(([section, values]) =>
      [`[${section}]`, ...Object.entries(values).map(([key, value]) => `${key} = ${String(value)}`), ""].join("\n"),
    )
    .join("\n");
}

function dataSources({ prometheusUrl, alertmanagerUrl }: GrafanaSettings): object {
  const login = (url: string): object => ({
    url: escapeProvisioned(url),
    basicAuth: true,
    basicAuthUser: escapeProvisioned(loginUser),
    secureJsonData: { basicAuthPassword: passwordFromFile },
  });
  const common = { orgId: 1, access: "proxy", editable: false };
  return {
    apiVersion: 1,
    // One that is provisioned no longer goes.
    prune: true,
    datasources: [
      {
        name: "Prometheus",
        ...prometheusSource,
        ...common,
        ...login(prometheusUrl),
        isDefault: true,
        jsonData: { httpMethod: "POST", timeInterval: `${scrapeSeconds}s`, manageAlerts: false },
      },
      {
        name: "Alertmanager",
        ...alertmanagerSource,
        ...common,
        ...login(alertmanagerUrl),
        jsonData: { implementation: "prometheus", handleGrafanaManagedAlerts: false },
      },
    ],
  };
}

function dashboardProvider({ environment }: GrafanaSettings): object {
  return {
    apiVersion: 1,
    providers: [
      {
        name: "odoo-fleet",
        orgId: 1,
        type: "file",
        folder: escapeProvisioned(`odoo-fleet ${environment}`),
        folderUid: "odoo-fleet",
        disableDeletion: true,
        allowUiUpdates: false,
        updateIntervalSeconds: 60,
        options: { path: configPath(files.grafana.dashboards), foldersFromFilesStructure: false },
      },
    ],
  };
}
