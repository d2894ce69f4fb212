/** The resolved model of what watches a fleet: see `types.ts`. */

/** Images of the monitoring services; they run as they are. References with tag, and digest where pinned. */
export interface MonitoringImages {
  readonly prometheus: string;
  readonly alertmanager: string;
  /** Null: not available, and its container is left out. */
  readonly grafana: string | null;
  readonly nodeExporter: string;
  readonly cadvisor: string;
  readonly blackboxExporter: string;
  readonly postgresExporter: string;
  /** The program is taken out of it, since it has no tool for a healthcheck. */
  readonly nginxlogExporter: string;
}

/**
 * Services that the tenants of a host share, by the name that their label `service` has. Their order gives them their
 * addresses: new ones go to the end.
 */
export const sharedServices = [
  "prometheus",
  "alertmanager",
  "grafana",
  "node-exporter",
  "cadvisor",
  "blackbox-exporter",
  "postgres-exporter",
  "nginxlog-exporter",
  "gateway",
  /** Lets cAdvisor read from the engine, and do nothing else there. */
  "engine-proxy",
] as const;

/** One of `sharedServices`. */
export type SharedService = (typeof sharedServices)[number];

/** The services that collect figures on a host, and the proxy that cAdvisor reads the engine through. Each host has all. */
export const exporterServices = [
  "node-exporter",
  "engine-proxy",
  "cadvisor",
  "blackbox-exporter",
  "postgres-exporter",
  "nginxlog-exporter",
] as const satisfies readonly SharedService[];

/** One of `exporterServices`. */
export type ExporterService = (typeof exporterServices)[number];

/** The services that keep figures, alerts and dashboards: what is published on the loopback address. */
export type ServerService = "prometheus" | "alertmanager" | "grafana";

/** Ports of the shared services that are published. */
export interface SharedPorts {
  readonly prometheus: number;
  readonly alertmanager: number;
  readonly grafana: number;
  /** Where the Prometheus of another host reaches this one's exporters: TLS, with a login. */
  readonly gateway: number;
}

/** Fixed addresses on a host's monitoring network. */
export interface SharedAddresses {
  /** The engine's own. */
  readonly engine: string;
  readonly services: Readonly<Record<SharedService, string>>;
}

/** Names of the shared Docker objects, unique per engine. */
export interface SharedNames {
  readonly network: string;
  readonly containers: Readonly<Record<SharedService, string>>;
  /** Configuration and secrets of each container. */
  readonly configVolumes: Readonly<Record<SharedService, string>>;
  /** What the containers that keep something keep it in. */
  readonly dataVolumes: Readonly<Record<ServerService, string>>;
}

/** `central`: one Prometheus watches all hosts. `perHost`: each host has one of its own. */
export const monitoringModes = ["central", "perHost"] as const;

/** One of `monitoringModes`. */
export type MonitoringMode = (typeof monitoringModes)[number];

/** Languages that notifications can be in. */
export const mailLanguages = ["en", "fr"] as const;

/** One of `mailLanguages`. */
export type MailLanguage = (typeof mailLanguages)[number];

/** How the fleet is monitored. Holds no secret: those are in `FleetSecrets`. */
export type Monitoring = CentralMonitoring | PerHostMonitoring;

/** One Prometheus, on one of the hosts, for all of them. */
export interface CentralMonitoring extends MonitoringSettings {
  readonly mode: "central";
  /** Hosts by name, all of the fleet's; one has the server, the others a gateway. */
  readonly hosts: Readonly<Record<string, MonitoringHost>>;
}

/** A Prometheus on each host, for that host alone. */
export interface PerHostMonitoring extends MonitoringSettings {
  readonly mode: "perHost";
  /** Hosts by name, all of the fleet's. */
  readonly hosts: Readonly<Record<string, ServerHost>>;
}

/** What is declared of monitoring, wherever it runs. */
export interface MonitoringSettings {
  /** How long figures are kept, in Prometheus's own notation; the first limit that is reached counts. */
  readonly retention: { readonly time: string; readonly size: string };
  /** Where notifications go by mail; undefined: they are only on Alertmanager's page. */
  readonly mail?: MailSettings;
  /** Language of alerts and mails. */
  readonly language: MailLanguage;
  /** Whether an outside service is told all the time that alerting works. */
  readonly hasHeartbeat: boolean;
  /** What every wait of alerts and notifications is multiplied by: 1, but in tests. */
  readonly pace: number;
  /** Where the runbooks are published, without a slash at the end; undefined: mails name their files in the project. */
  readonly runbooks?: string;
}

/** A mail server, and who gets mail. */
export interface MailSettings {
  /** `host:port`. */
  readonly smtp: string;
  readonly from: string;
  readonly to: readonly string[];
  /** Login; undefined: the server asks for none. Its password is in `MonitoringSecrets`. */
  readonly username?: string;
  /** Whether a server that offers no TLS is refused. */
  readonly requireTls: boolean;
}

/** The monitoring services of one host. */
export type MonitoringHost = ServerHost | GatewayHost;

/** A host with Prometheus, Alertmanager and Grafana. */
export interface ServerHost extends MonitoringPlace {
  readonly role: "server";
  /** Names of the hosts whose exporters its Prometheus scrapes, itself among them. */
  readonly watches: readonly string[];
}

/** A host whose exporters the Prometheus of another host scrapes, through a gateway. */
export interface GatewayHost extends MonitoringPlace {
  readonly role: "gateway";
}

/** What the monitoring of every host has. */
export interface MonitoringPlace {
  readonly host: string;
  /** Services that run on this host. */
  readonly services: readonly SharedService[];
  readonly ports: SharedPorts;
  /** The monitoring network. */
  readonly subnet: string;
  readonly addresses: SharedAddresses;
  readonly names: SharedNames;
}
