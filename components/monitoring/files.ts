import * as pulumi from "@pulumi/pulumi";
import { stringify } from "yaml";
import type { MonitoringSecrets } from "../../fleet/monitoringSecrets";
import type { ServerHost, SharedService } from "../../fleet/monitoringTypes";
import type { Host } from "../../fleet/types";
import { alertmanagerArguments } from "../../monitoring/config/alertmanager";
import { renderPostgresExporterConfig } from "../../monitoring/config/postgresExporter";
import { prometheusArguments } from "../../monitoring/config/prometheus";
import { renderWebConfig } from "../../monitoring/config/web";
import { files, loginUser } from "../../monitoring/contract";
import { renderHostFiles, type ServiceFiles } from "../../monitoring/files";
import type { WatchedFleet } from "../../fleet/watched";
import { derived } from "../container/derived";
import type { WatchedTenant } from "../tenant/tenantStack";
import type { MonitoringServerArgs } from "./server";
import type { ExportersArgs } from "./exporters";
import type { GatewaySecrets } from "./gateway";
import { clientFile, configFile } from "./sharedService";

/** The secrets in the files of Prometheus, Alertmanager and Grafana. */
export interface ServerSecrets extends MonitoringSecrets {
  /** Of the login `admin`. */
  readonly password: pulumi.Output<string>;
  /** The same, hashed by bcrypt. */
  readonly passwordHash: pulumi.Output<string>;
  /** How Prometheus reaches other hosts; undefined where it watches its own host only. */
  readonly gateways?: GatewaySecrets;
}

type Files = Readonly<Record<string, pulumi.Input<string>>>;

/** The exporters' files. */
export function exporterFiles(
  fleet: WatchedFleet,
  host: Host,
  tenants: readonly WatchedTenant[],
): ExportersArgs["files"] {
  const rendered = renderedFiles(fleet, host.name);
  const passwords = pulumi.all(Object.fromEntries(tenants.map((one) => [one.tenant.name, one.monitoringPassword])));
  const logins = derived(passwords, (all) => renderPostgresExporterConfig(fleet, host, all));
  return {
    "blackbox-exporter": rendered("blackbox-exporter"),
    "postgres-exporter": {
      ...rendered("postgres-exporter"),
      [files["postgres-exporter"].config]: pulumi.secret(logins),
    },
    "nginxlog-exporter": rendered("nginxlog-exporter"),
  };
}

/** Arguments of Prometheus and Alertmanager. */
export function serverCommands(fleet: WatchedFleet, monitored: ServerHost): MonitoringServerArgs["commands"] {
  return { prometheus: prometheusArguments(fleet, monitored), alertmanager: alertmanagerArguments(monitored) };
}

/** The files of Prometheus, Alertmanager and Grafana. */
export function serverFiles(
  fleet: WatchedFleet,
  monitored: ServerHost,
  { password, passwordHash, gateways, mailPassword, heartbeatUrl }: ServerSecrets,
): MonitoringServerArgs["files"] {
  const rendered = renderedFiles(fleet, monitored.host);
  const pages: Files = {
    // The same file of either.
    [files.prometheus.web]: pulumi.secret(derived(passwordHash, renderWebConfig)),
    [files.prometheus.password]: password,
    [clientFile]: stringify({
      basic_auth: { username: loginUser, password_file: configFile(files.prometheus.password) },
    }),
  };
  return {
    prometheus: { ...rendered("prometheus"), ...pages, ...gatewayFiles(gateways) },
    alertmanager: {
      ...rendered("alertmanager"),
      ...pages,
      ...secretFile(files.alertmanager.mailPassword, mailPassword),
      ...secretFile(files.alertmanager.heartbeatUrl, heartbeatUrl),
    },
    grafana: { ...rendered("grafana"), [files.grafana.password]: password },
  };
}

function renderedFiles(fleet: WatchedFleet, host: string): (service: SharedService) => ServiceFiles {
  const all = renderHostFiles(fleet, host);
  return (service) => all[service] ?? {};
}

function gatewayFiles(gateways: GatewaySecrets | undefined): Files {
  return gateways === undefined
    ? {}
    : {
        [files.prometheus.gatewayPassword]: gateways.password,
        // Everybody may see whom Prometheus trusts.
        [files.prometheus.gatewayCa]: pulumi.unsecret(derived(gateways.authority, ({ certificate }) => certificate)),
      };
}

/** A secret of the configuration, which is encrypted there and becomes so in the state. */
function secretFile(name: string, content: string | undefined): Files {
  return content === undefined ? {} : { [name]: pulumi.secret(content) };
}
