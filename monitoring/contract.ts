import type { SharedService } from "../fleet/monitoringTypes";
import { configFolder } from "../fleet/security";

export {
  containerHealthy,
  declaredMetrics,
  keptByHost,
  latencyBuckets,
  metrics,
  oomMetric,
  recordedMetrics,
  scheduleUntil,
  scrapeMetrics,
  shipperFigures,
  tenantMetrics,
  tenantsSeen,
  toldFigures,
} from "./metrics";

/**
 * What the parts of monitoring agree on: jobs, labels, names of metrics, ports, and where files are. Rules, dashboards,
 * scrape configuration and the containers are all written from these words, so that none can mean another thing.
 */

/** Scrape jobs, by the label `job`. */
export const jobs = {
  prometheus: "prometheus",
  alertmanager: "alertmanager",
  grafana: "grafana",
  /** node-exporter: the host itself. */
  node: "node",
  cadvisor: "cadvisor",
  /** One target for each thing that is probed over HTTP; `service` says what: `odoo`, `nginx`, `gateway`. */
  blackbox: "blackbox",
  /** The prober's own figures. */
  blackboxExporter: "blackbox-exporter",
  /** One target for each tenant's database. */
  postgres: "postgres",
  /** The exporter's own figures. */
  postgresExporter: "postgres-exporter",
  /** Requests of all tenants of a host, from Nginx's access log. */
  nginxlog: "nginxlog",
} as const;

/**
 * What tells figures of a tenant's database and backups in a query: the exporter that asks it, or, of one in a stack of its own, the
 * host's, which has them from the tenant's helper.
 */
export const ofDatabase = `job=~"${jobs.postgres}|${jobs.node}"`;

/** One of `jobs`. */
export type Job = (typeof jobs)[keyof typeof jobs];

/**
 * Labels that every target has, and `tenant` where it has one. On what cAdvisor says of a container, `tenant` and
 * `service` are the container's.
 */
export const targetLabels = ["environment", "host", "service", "tenant"] as const;

/** The labels of the fleet that cAdvisor shows of each container (`--whitelisted_container_labels`). */
export const containerLabels = [
  "odoo-fleet.environment",
  "odoo-fleet.host",
  "odoo-fleet.tenant",
  "odoo-fleet.service",
  "odoo-fleet.stack-id",
] as const;

/** A label of a container as cAdvisor names it: `odoo-fleet.tenant` becomes `container_label_odoo_fleet_tenant`. */
export function cadvisorLabel(label: string): string {
  return `container_label_${label.replaceAll(/[^A-Za-z0-9_]/g, "_")}`;
}

/** Ports inside the containers, as the official images have them. */
export const servicePorts: Readonly<Record<SharedService, number>> = {
  prometheus: 9090,
  alertmanager: 9093,
  grafana: 3000,
  "node-exporter": 9100,
  cadvisor: 8080,
  "blackbox-exporter": 9115,
  "postgres-exporter": 9187,
  "nginxlog-exporter": 4040,
  gateway: 8443,
  "engine-proxy": 2375,
};

/**
 * Where the node exporter's container says at which names tenants in stacks of their own are served, as Prometheus's HTTP service
 * discovery reads it: port, and path.
 */
export const namesPage = { port: 9101, path: "/names.json" } as const;

/** UDP port on which the reader of access logs takes syslog messages of Nginx. */
export const syslogPort = 5514;

/** Tag of those messages; others are ignored. */
export const syslogTag = "nginx";

/**
 * What Nginx sends of a request, as JSON, by `access_log syslog:server=ADDRESS:5514,tag=nginx,nohostname FORMAT`: nothing
 * that says who asked for what. The names of the fields are the exporter's.
 */
export const nginxLogFields = { status: "$status", request_time: "$request_time" } as const;

/** The login of the pages that are published on the loopback address; the password is generated. */
export const loginUser = "admin";

/** The login with which another host's Prometheus comes in through a gateway. */
export const gatewayUser = "prometheus";

/** Path of an exporter behind the gateway: `/cadvisor/metrics`. */
export function gatewayPath(service: SharedService, path: string): string {
  return `/${service}${path}`;
}

/** Role with which the exporter asks a tenant's database. */
export const monitoringRole = "monitoring";

/** Auth module of a tenant in the PostgreSQL exporter's configuration. */
export function authModule(tenant: string): string {
  return tenant;
}

/** Modules of the blackbox exporter. */
export const probeModules = {
  /** Odoo says within 5 s that its own database can serve its users. */
  odoo: "odoo",
  /** Any page answers 200 within 5 s. */
  http: "http",
  /** The same by HTTPS, whoever signed the certificate: how long it is good for is what is asked. */
  edge: "edge",
} as const;

/**
 * Files in the configuration folder of each container (`/etc/odoo-fleet`). All names are flat but Grafana's, which looks for
 * folders of these names. Those named `secret` are never
 * rendered without their secrets, and never written by `make monitoring`.
 */
export const files = {
  prometheus: {
    config: "prometheus.yml",
    /** Matched by `rule_files: [rules-*.yml]`. */
    declaredRules: "rules-declared.yml",
    recordingRules: "rules-recording.yml",
    alertRules: "rules-alerts.yml",
    web: "web.yml",
    /** Secret: the login's password, with which Prometheus asks itself and Alertmanager. */
    password: "login-password",
    /** Secret: what the gateways of other hosts ask for. */
    gatewayPassword: "gateway-password",
    /** The authority that signed the gateways' certificates. */
    gatewayCa: "gateway-ca.pem",
  },
  alertmanager: {
    config: "alertmanager.yml",
    /** Matched by `templates: [mail-*.tmpl]`. */
    mailTemplate: "mail-notification.tmpl",
    web: "web.yml",
    /** Secrets. */
    mailPassword: "mail-password",
    heartbeatUrl: "heartbeat-url",
  },
  grafana: {
    /** `GF_PATHS_CONFIG`. */
    config: "grafana.ini",
    /** `paths.provisioning` of grafana.ini. */
    provisioning: "provisioning",
    dataSources: "provisioning/datasources/odoo-fleet.yaml",
    dashboardProvider: "provisioning/dashboards/odoo-fleet.yaml",
    /** Folder of the dashboards, `UID.json` each. */
    dashboards: "dashboards",
    /** Secret: the password of Grafana's own admin, and of the data source. */
    password: "login-password",
  },
  "blackbox-exporter": { config: "blackbox.yml" },
  "postgres-exporter": {
    /** Secret: holds the tenants' passwords. */
    config: "postgres_exporter.yml",
    queries: "queries.yml",
  },
  "nginxlog-exporter": { config: "nginxlog.yml" },
} as const;

/** Path of a file inside its container. */
export function configPath(file: string): string {
  return `${configFolder}/${file}`;
}

/** Unique ids of the dashboards, which alerts link to. Variables: `host`, `tenant`. */
export const dashboardUids = {
  fleet: "odoo-fleet-overview",
  host: "odoo-fleet-host",
  tenant: "odoo-fleet-tenant",
  containers: "odoo-fleet-containers",
  monitoring: "odoo-fleet-monitoring",
} as const;

/** One of `dashboardUids`'s keys. */
export type DashboardName = keyof typeof dashboardUids;

/** Seconds between two scrapes, and between two evaluations of a rule. */
export const scrapeSeconds = 15;

/** Seconds that a target may take to answer. */
export const scrapeTimeoutSeconds = 10;

/**
 * Seconds within which all alerts of one event are there, or gone: each is scraped and evaluated at moments of its own, and
 * needs one of both at least.
 */
export const settleSeconds = 3 * scrapeSeconds;
