import type * as docker from "@pulumi/docker";
import type { ExporterService, MonitoringHost } from "../../fleet/monitoringTypes";
import type { Host, TenantAddresses } from "../../fleet/types";
import { containerLabels, files, servicePorts } from "../../monitoring/contract";
import { engineProxyContainer, engineProxyFiles, type EngineQuestion } from "../container/engineProxy";
import { askByCurl } from "../container/healthcheck";
import { namesServer, tenantQuestions, tenantWatch } from "./tenantWatch";
import { oomEventsFilter, oomEventsPath, oomFolder, oomWatch } from "./oomWatch";
import { askPage, configFile, ownAddress } from "./sharedService";

/** How an exporter runs: plain values, of which the component makes resources, and tests containers of their own. */
export interface ExporterSpec {
  /** User that it runs as. Default: nobody. */
  readonly user?: string;
  /** Arguments, of the image's entry point or of `entrypoints`. */
  readonly command: string[];
  /** What runs instead of the image's entry point. */
  readonly entrypoints?: string[];
  /** Files of its own that hold nothing of a fleet's declaration, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Folders and files of the host, read-only. */
  readonly mounts?: readonly { readonly hostPath: string; readonly containerPath: string }[];
  readonly tmpfs?: Readonly<Record<string, string>>;
  readonly stopSignal?: string;
  readonly healthcheck: docker.types.input.ContainerHealthcheck;
  /** The network of each tenant that it joins, and its address there. */
  readonly joins?: { readonly network: "internal" | "front"; readonly address: keyof TenantAddresses };
}

/** Where the host's own root is inside the node exporter's container. */
const hostRoot = "/host";

/** What the engine knows of its images: cAdvisor looks a container's layers up there. Nothing of a tenant is in it. */
const imageStore = "/var/lib/docker/image";

/** The groups of figures that no rule and no panel uses; each costs housekeeping (cAdvisor's `--disable_metrics`). */
const unusedGroups = [
  ...["advtcp", "cpu_topology", "disk", "hugetlb", "memory_numa", "percpu"],
  ...["referenced_memory", "resctrl", "sched", "tcp", "udp"],
];

/**
 * What the PostgreSQL exporter asks by default and nothing here uses; those on tables bring thousands of series of a database
 * of Odoo. Only names that both 0.17 and 0.20 know.
 */
const unusedQuestions = [
  ...["locks", "replication", "roles", "stat_bgwriter", "stat_user_tables", "statio_user_tables", "wal"],
];

/** What the node exporter collects. */
const hostCollectors = ["cpu", "filesystem", "loadavg", "meminfo", "stat", "textfile", "timex", "uname", "vmstat"];

/** What a host's exporters are made from. */
export interface ExporterSettings {
  readonly environment: string;
  readonly monitored: MonitoringHost;
  readonly host: Pick<Host, "docker">;
  /** Folders in which others leave figures for the node exporter. Default: none. */
  readonly figures?: readonly string[];
}

/** All of a host. */
export function exporterSpecs(settings: ExporterSettings): Readonly<Record<ExporterService, ExporterSpec>> {
  const { monitored, figures = [] } = settings;
  return {
    "node-exporter": nodeExporter(monitored, figures),
    "engine-proxy": engineProxy(settings),
    cadvisor: cadvisor(monitored),
    "blackbox-exporter": blackboxExporter(monitored),
    "postgres-exporter": postgresExporter(monitored),
    "nginxlog-exporter": nginxlogExporter(monitored),
  };
}

function nodeExporter(monitored: MonitoringHost, figures: readonly string[]): ExporterSpec {
  const engine = ownAddress(monitored, "engine-proxy");
  const beside = [oomWatch(engine), tenantWatch(engine), namesServer(monitored.addresses.services["node-exporter"])];
  return {
    mounts: [{ hostPath: "/", containerPath: hostRoot }],
    tmpfs: { [oomFolder]: "mode=1777,size=8m" },
    // What follows the engine runs beside the exporter, which reads what it writes.
    entrypoints: ["sh", "-c", `${beside.map((script) => `(${script}) & `).join("")}exec "$0" "$@"`],
    command: [
      "/bin/node_exporter",
      `--path.rootfs=${hostRoot}`,
      `--path.procfs=${hostRoot}/proc`,
      `--path.sysfs=${hostRoot}/sys`,
      `--web.listen-address=${ownAddress(monitored, "node-exporter")}`,
      // Only what rules and panels use: the others read files of the host that are none of monitoring's business.
      "--collector.disable-defaults",
      ...hostCollectors.map((collector) => `--collector.${collector}`),
      "--collector.filesystem.mount-timeout=5s",
      `--collector.textfile.directory=${oomFolder}`,
      ...figures.map((folder) => `--collector.textfile.directory=${folder}`),
    ],
    healthcheck: askPage(monitored, "node-exporter"),
  };
}

/**
 * What is asked of the engine: by cAdvisor what it needs to name containers (what the engine is, and what containers there are),
 * by the node exporter what was killed for want of memory, and what there is of tenants in stacks of their own.
 */
export function engineQuestions({
  environment,
  monitored: { addresses, host },
}: Pick<ExporterSettings, "environment" | "monitored">): EngineQuestion[] {
  const { cadvisor, "node-exporter": nodeExporter, "engine-proxy": itself } = addresses.services;
  return [
    {
      location: '~ "^/(v1\\.[0-9]+/)?(_ping|version|info|containers/json|containers/[0-9a-f]{64}/json)$"',
      // Also the proxy's own container, which has the socket: an operator looks from there what cAdvisor is told.
      allow: [cadvisor, itself],
    },
    {
      location: `= ${oomEventsPath}`,
      allow: [nodeExporter],
      asks: { path: "/events", query: `since=$arg_since&until=$arg_until&filters=${oomEventsFilter()}` },
      isStream: true,
    },
    ...tenantQuestions(environment, host, nodeExporter),
  ];
}

function engineProxy(settings: ExporterSettings): ExporterSpec {
  const { monitored, host } = settings;
  const place = { address: monitored.addresses.services["engine-proxy"], port: servicePorts["engine-proxy"] };
  return {
    files: engineProxyFiles({ ...place, questions: engineQuestions(settings) }),
    ...engineProxyContainer(host, place),
  };
}

function cadvisor(monitored: MonitoringHost): ExporterSpec {
  const engine = ownAddress(monitored, "engine-proxy");
  return {
    // What the engine keeps is root's, and only root may read it. It has no capabilities.
    user: "root",
    mounts: [
      { hostPath: "/sys", containerPath: "/sys" },
      // Traffic is counted where a process of the container is. With this folder there, cAdvisor takes it for the whole host.
      { hostPath: "/proc", containerPath: "/rootfs/proc" },
      { hostPath: imageStore, containerPath: `/rootfs${imageStore}` },
    ],
    // It asks for the engine once, when it starts, and would never see a container if the proxy started later.
    entrypoints: ["sh", "-c", `until wget -q -O /dev/null http://${engine}/_ping; do sleep 1; done; exec "$0" "$@"`],
    command: [
      ...["/usr/bin/cadvisor", "-logtostderr"],
      `--listen_ip=${monitored.addresses.services.cadvisor}`,
      `--port=${servicePorts.cadvisor}`,
      `--docker=tcp://${engine}`,
      "--docker_only=true",
      "--housekeeping_interval=15s",
      "--store_container_labels=false",
      `--whitelisted_container_labels=${containerLabels.join(",")}`,
      `--disable_metrics=${unusedGroups.join(",")}`,
    ],
    healthcheck: askPage(monitored, "cadvisor", "/healthz"),
  };
}

function blackboxExporter(monitored: MonitoringHost): ExporterSpec {
  return {
    joins: { network: "front", address: "blackboxExporterFront" },
    command: [
      `--config.file=${configFile(files["blackbox-exporter"].config)}`,
      `--web.listen-address=${ownAddress(monitored, "blackbox-exporter")}`,
      "--log.level=warn",
    ],
    healthcheck: askPage(monitored, "blackbox-exporter", "/-/healthy"),
  };
}

function postgresExporter(monitored: MonitoringHost): ExporterSpec {
  return {
    joins: { network: "internal", address: "postgresExporterInternal" },
    command: [
      `--config.file=${configFile(files["postgres-exporter"].config)}`,
      `--extend.query-path=${configFile(files["postgres-exporter"].queries)}`,
      `--web.listen-address=${ownAddress(monitored, "postgres-exporter")}`,
      ...unusedQuestions.map((collector) => `--no-collector.${collector}`),
      "--log.level=warn",
    ],
    healthcheck: askPage(monitored, "postgres-exporter"),
  };
}

function nginxlogExporter(monitored: MonitoringHost): ExporterSpec {
  return {
    user: "nginx",
    joins: { network: "front", address: "nginxlogExporterFront" },
    command: ["-config-file", configFile(files["nginxlog-exporter"].config)],
    healthcheck: askByCurl(`http://${ownAddress(monitored, "nginxlog-exporter")}/metrics`),
  };
}
