import { hostNamed } from "../fleet/hostNamed";
import type { MonitoringHost, ServerHost, SharedService } from "../fleet/monitoringTypes";
import { monitoringOf, type WatchedFleet } from "../fleet/watched";
import { renderAlertmanagerConfig } from "./config/alertmanager";
import { renderBlackboxConfig } from "./config/blackbox";
import { renderNginxlogConfig } from "./config/nginxlog";
import { renderPostgresQueries } from "./config/postgresExporter";
import { renderPrometheusConfig } from "./config/prometheus";
import { files, servicePorts } from "./contract";
import { renderGrafana } from "./grafana";
import { renderMailTemplate } from "./mail/template";
import { renderDeclaredRules } from "./rules/declared";
import { renderRecordingRules } from "./rules/recording";
import { renderAlertRules } from "./rules/render";

/** Files of a service, by name: everything but those that are or hold secrets. */
export type ServiceFiles = Readonly<Record<string, string>>;

/**
 * The files of each service that runs on a host, without secrets. A pure function of the declaration: what is wrong with
 * it is found before any resource exists.
 */
export function renderHostFiles(fleet: WatchedFleet, host: string): Partial<Record<SharedService, ServiceFiles>> {
  const monitored = monitoringOf(fleet, host);
  const all: Partial<Record<SharedService, () => ServiceFiles>> = {
    ...(monitored.role === "server" ? { prometheus: () => prometheusFiles(fleet, monitored) } : {}),
    alertmanager: () => ({
      [files.alertmanager.config]: renderAlertmanagerConfig(fleet),
      [files.alertmanager.mailTemplate]: renderMailTemplate(fleet.monitoring.language),
    }),
    grafana: () => grafanaFiles(fleet, monitored),
    "blackbox-exporter": () => ({ [files["blackbox-exporter"].config]: renderBlackboxConfig() }),
    "postgres-exporter": () => ({ [files["postgres-exporter"].queries]: renderPostgresQueries() }),
    "nginxlog-exporter": () => ({
      [files["nginxlog-exporter"].config]: renderNginxlogConfig(fleet, hostNamed(fleet, host)),
    }),
  };
  return Object.fromEntries(
    monitored.services.flatMap((service) => (all[service] === undefined ? [] : [[service, all[service]()]])),
  );
}

function prometheusFiles(fleet: WatchedFleet, watcher: ServerHost): ServiceFiles {
  return {
    [files.prometheus.config]: renderPrometheusConfig(fleet, watcher),
    [files.prometheus.declaredRules]: renderDeclaredRules(fleet, watcher),
    [files.prometheus.recordingRules]: renderRecordingRules(),
    [files.prometheus.alertRules]: renderAlertRules(fleet.monitoring, watcher),
  };
}

function grafanaFiles({ environment }: WatchedFleet, { addresses, ports }: MonitoringHost): ServiceFiles {
  const url = (service: SharedService): string => `http://${addresses.services[service]}:${servicePorts[service]}`;
  return renderGrafana({
    environment,
    prometheusUrl: url("prometheus"),
    alertmanagerUrl: url("alertmanager"),
    rootUrl: `http://127.0.0.1:${ports.grafana}`,
  });
}
