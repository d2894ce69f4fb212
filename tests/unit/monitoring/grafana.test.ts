import { parse } from "yaml";
import { files } from "../../../monitoring/contract";
import { renderDashboards } from "../../../monitoring/dashboards";
import { escapeProvisioned, renderGrafana } from "../../../monitoring/grafana";

const settings = {
  environment: "dev",
  prometheusUrl: "http://10.200.250.2:9090",
  alertmanagerUrl: "http://10.200.250.3:9093",
  rootUrl: "http://127.0.0.1:30002",
};
const rendered = renderGrafana(settings);

/** A provisioning file as Grafana understands it, but for `$__file`, which stays. */
function provisioned(file: string): { apiVersion: number } & Record<string, Record<string, unknown>[]> {
  const expanded = rendered[file]!.replaceAll("$__file{", "\0")
    .replaceAll(/\$(?!\$)\w*/g, "")
    .replaceAll("\0", "$__file{");
  return parse(expanded.replaceAll("$$", "$")) as never;
}

test("the files are where Grafana looks for them, and the dashboards are among them", () => {
  expect(Object.keys(rendered)).toEqual([
    "grafana.ini",
    "provisioning/datasources/odoo-fleet.yaml",
    "provisioning/dashboards/odoo-fleet.yaml",
    ...Object.keys(renderDashboards(settings)).map((file) => `dashboards/${file}`),
  ]);
});

test("data sources are read-only, with a login whose password stays in its file", () => {
  const { apiVersion, prune, datasources } = provisioned(files.grafana.dataSources);
  expect({ apiVersion, prune }).toEqual({ apiVersion: 1, prune: true });
  const basicAuthPassword = "$__file{/etc/odoo-fleet/login-password}";
  const login = { basicAuth: true, basicAuthUser: "admin", secureJsonData: { basicAuthPassword } };
  const common = { editable: false, access: "proxy", orgId: 1, ...login };
  expect(datasources).toEqual([
    {
      name: "Prometheus",
      type: "prometheus",
      uid: "odoo-fleet-prometheus",
      url: settings.prometheusUrl,
      isDefault: true,
      jsonData: { httpMethod: "POST", timeInterval: "15s", manageAlerts: false },
      ...common,
    },
    {
      name: "Alertmanager",
      type: "alertmanager",
      uid: "odoo-fleet-alertmanager",
      url: settings.alertmanagerUrl,
      jsonData: { implementation: "prometheus", handleGrafanaManagedAlerts: false },
      ...common,
    },
  ]);
});

test("dashboards are provisioned read-only, from the folder that they are put into", () => {
  const { apiVersion, providers } = provisioned(files.grafana.dashboardProvider);
  expect(apiVersion).toBe(1);
  expect(providers).toEqual([
    expect.objectContaining({
      type: "file",
      folder: "odoo-fleet dev",
      disableDeletion: true,
      allowUiUpdates: false,
      options: { path: "/etc/odoo-fleet/dashboards", foldersFromFilesStructure: false },
    }),
  ]);
});

test("a dollar sign survives provisioning", () => {
  const folder = "a $HOME of $$ and ${x}";
  const escaped = escapeProvisioned(folder);
  expect(escaped).toBe("a $$HOME of $$$$ and $${x}");
  // What Grafana does: variables between doubled signs, then the doubled signs.
  const understood = escaped
    .split("$$")
    .map((part) => part.replaceAll(/\$\{?\w+\}?/g, ""))
    .join("$");
  expect(understood).toBe(folder);
});

test("grafana.ini has its password from a file, opens the fleet's dashboard, and asks nothing of the outside", () => {
  const sections = ini(rendered[files.grafana.config]!);
  expect(sections).toMatchObject({
    security: { admin_user: "admin", admin_password: "$__file{/etc/odoo-fleet/login-password}" },
    server: { root_url: settings.rootUrl },
    users: { allow_sign_up: "false" },
    "auth.anonymous": { enabled: "false" },
    analytics: { reporting_enabled: "false", check_for_updates: "false", check_for_plugin_updates: "false" },
    plugins: { preinstall_disabled: "true" },
  });
  const home = sections["dashboards"]!["default_home_dashboard_path"]!;
  expect(Object.keys(rendered)).toContain(home.replace("/etc/odoo-fleet/", ""));
});

function ini(text: string): Record<string, Record<string, string>> {
  const sections: Record<string, Record<string, string>> = {};
  let current = "";
  for (const line of text.split("\n").filter((each) => each !== "")) {
    const [, section] = /^\[(.+)\]$/.exec(line) ?? [];
    const [, key, value] = /^(\w+) = (.*)$/.exec(line) ?? [];
    if (section !== undefined) {
      sections[(current = section)] = {};
    } else if (key !== undefined) {
      sections[current]![key] = value!;
    } else {
      throw new Error(`no ini: ${line}`);
    }
  }
  return sections;
}
