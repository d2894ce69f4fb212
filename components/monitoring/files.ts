import * as pulumi from "@pulumi/pulumi";
import { stringify } from "yaml";
import type { MonitoringSecrets } from "../../fleet/monitoringSecrets";
import type { Fleet, Host, MonitoringHost } from "../../fleet/types";
import {
  authModule,
  files,
  loginUser,
  monitoringRole,
  servicePorts,
  syslogPort,
  latencyBuckets,
} from "../../monitoring/contract";
import type { WatchedTenant } from "../tenantStack";
import { type CentreArgs, clientFile } from "./centre";
import type { ExportersArgs } from "./exporters";
import type { GatewaySecrets } from "./gateway";
import { configFile } from "./sharedService";

/** What the files of Prometheus, Alertmanager and Grafana hold that nobody else may know. */
export interface CentreSecrets extends MonitoringSecrets {
  /** Of the login `admin`. */
  readonly password: pulumi.Output<string>;
  /** The same, hashed by bcrypt. */
  readonly passwordHash: pulumi.Output<string>;
  readonly gateways?: GatewaySecrets;
}

/** The exporters' files. */
export function exporterFiles(fleet: Fleet, host: Host, tenants: readonly WatchedTenant[]): ExportersArgs["files"] {
  const { addresses } = fleet.monitoring!.hosts[host.name]!;
  const passwords = pulumi.all(Object.fromEntries(tenants.map((one) => [one.tenant.name, one.monitoringPassword])));
  return {
    "blackbox-exporter": {
      [files["blackbox-exporter"].config]: stringify({
        modules: { odoo: { prober: "http" }, http: { prober: "http" } },
      }),
    },
    "postgres-exporter": {
      [files["postgres-exporter"].config]: pulumi.secret(
        passwords.apply((all) =>
          stringify({
            auth_modules: Object.fromEntries(
              Object.entries(all).map(([name, password]) => [
                authModule(name),
                { type: "userpass", userpass: { username: monitoringRole, password }, options: { sslmode: "disable" } },
              ]),
            ),
          }),
        ),
      ),
      [files["postgres-exporter"].queries]: "{}\n",
    },
    "nginxlog-exporter": {
      [files["nginxlog-exporter"].config]: stringify({
        listen: { address: addresses.services["nginxlog-exporter"], port: servicePorts["nginxlog-exporter"] },
        namespaces: [
          {
            name: "nginx",
            parser: "json",
            histogram_buckets: latencyBuckets,
            source: { syslog: { listen_address: `udp://0.0.0.0:${syslogPort}`, format: "rfc3164", tags: ["nginx"] } },
            relabel_configs: [{ target_label: "tenant", from: "tenant" }],
          },
        ],
      }),
    },
  };
}

/** Arguments of Prometheus and Alertmanager. */
export function centreCommands(_fleet: Fleet, _monitored: MonitoringHost): CentreArgs["commands"] {
  return {
    prometheus: [
      `--config.file=${configFile(files.prometheus.config)}`,
      "--storage.tsdb.path=/prometheus",
      `--web.config.file=${configFile(files.prometheus.web)}`,
    ],
    alertmanager: [
      `--config.file=${configFile(files.alertmanager.config)}`,
      "--storage.path=/alertmanager",
      "--cluster.listen-address=",
      `--web.config.file=${configFile(files.alertmanager.web)}`,
    ],
  };
}

/** The files of Prometheus, Alertmanager and Grafana. */
export function centreFiles(_fleet: Fleet, _monitored: MonitoringHost, secrets: CentreSecrets): CentreArgs["files"] {
  const web = secrets.passwordHash.apply((hash) => stringify({ basic_auth_users: { [loginUser]: hash } }));
  const client = stringify({
    basic_auth: { username: loginUser, password_file: configFile(files.prometheus.password) },
  });
  const login = { [files.prometheus.password]: secrets.password, [clientFile]: client };
  return {
    prometheus: { [files.prometheus.config]: "{}\n", [files.prometheus.web]: pulumi.secret(web), ...login },
    alertmanager: {
      [files.alertmanager.config]: stringify({ route: { receiver: "x" }, receivers: [{ name: "x" }] }),
      [files.alertmanager.web]: pulumi.secret(web),
      ...login,
    },
    grafana: {},
  };
}
