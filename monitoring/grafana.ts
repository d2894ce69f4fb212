import { stringify } from "yaml";
import { catalogue } from "./dashboards/catalogue";
import { alertmanagerSource, prometheusSource } from "./dashboards/sources";

/** A login to a data source. The password stays in a file that only Grafana reads. */
export interface GrafanaSource {
  /** Address as Grafana reaches it, such as `http://10.200.250.2:9090`. */
  readonly url: string;
  readonly user: string;
  /** Path of the file with the password, in Grafana's container. Letters and digits only: Grafana expands `$` in it. */
  readonly passwordFile: string;
}

/** What Grafana's configuration is made of. Paths are those in its container. */
export interface GrafanaSettings {
  readonly environment: string;
  readonly prometheus: GrafanaSource;
  readonly alertmanager: GrafanaSource;
  /** Seconds between two scrapes: no rate is taken over less than four of them. */
  readonly scrapeSeconds: number;
  /** Folder that the rendered files are put into. */
  readonly folder: string;
  /** File with the password of the user `admin`. */
  readonly adminPasswordFile: string;
  /** Address that people open it by, such as `http://127.0.0.1:30002`. */
  readonly rootUrl: string;
}

/**
 * Grafana's own configuration and what it is provisioned with, by path below `folder`. Nothing in them is secret:
 * passwords are read from files. All dashboards and data sources are read-only.
 */
export function renderGrafanaProvisioning(settings: GrafanaSettings): Record<string, string> {
  return {
    "grafana.ini": grafanaIni(settings),
    "provisioning/datasources/odoo-fleet.yaml": stringify(dataSources(settings)),
    "provisioning/dashboards/odoo-fleet.yaml": stringify(dashboardProvider(settings)),
  };
}

/** Folder of the dashboards' JSON files below `folder`. */
export const dashboardsFolder = "dashboards";

/** Grafana expands `$NAME` in every value of a provisioning file; `$$` is a dollar sign. */
export function escapeProvisioned(value: string): string {
  return value.replaceAll("$", "$$$$");
}

function grafanaIni({ folder, adminPasswordFile, rootUrl }: GrafanaSettings): string {
  const sections: Record<string, Record<string, string | boolean>> = {
    paths: { provisioning: `${folder}/provisioning` },
    server: { root_url: rootUrl },
    // $__file is read by Grafana itself, so that the password is in no environment and no argument.
    security: { admin_user: "admin", admin_password: `$__file{${adminPasswordFile}}`, disable_gravatar: true },
    users: { allow_sign_up: false, default_theme: "system" },
    "auth.anonymous": { enabled: false },
    // Alerts are Prometheus' and Alertmanager's.
    unified_alerting: { enabled: false },
    dashboards: { default_home_dashboard_path: `${folder}/${dashboardsFolder}/${catalogue.overview.uid}.json` },
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

function dataSources({ prometheus, alertmanager, scrapeSeconds }: GrafanaSettings): object {
  const login = ({ url, user, passwordFile }: GrafanaSource): object => ({
    url: escapeProvisioned(url),
    basicAuth: true,
    basicAuthUser: escapeProvisioned(user),
    secureJsonData: { basicAuthPassword: `$__file{${passwordFile}}` },
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
        ...login(prometheus),
        isDefault: true,
        jsonData: { httpMethod: "POST", timeInterval: `${scrapeSeconds}s`, manageAlerts: false },
      },
      {
        name: "Alertmanager",
        ...alertmanagerSource,
        ...common,
        ...login(alertmanager),
        jsonData: { implementation: "prometheus", handleGrafanaManagedAlerts: false },
      },
    ],
  };
}

function dashboardProvider({ environment, folder }: GrafanaSettings): object {
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
        options: { path: escapeProvisioned(`${folder}/${dashboardsFolder}`), foldersFromFilesStructure: false },
      },
    ],
  };
}
