import * as pulumi from "@pulumi/pulumi";
import type { SharedService } from "../../fleet/monitoringTypes";
import { sharedLimits } from "../../fleet/sharedLimits";
import type { Host, Limits } from "../../fleet/types";
import { containerLabels, files, servicePorts } from "../../monitoring/contract";
import { proxiedSocket, proxyHealthPath, renderEngineProxyConf } from "../render/engineProxyConf";
import type { WatchedTenant } from "../tenantStack";
import type { SharedImages } from "./images";
import {
  askPage,
  configFile,
  healthcheck,
  ownAddress,
  type SharedHost,
  SharedServiceContainer,
  type SharedServiceArgs,
} from "./sharedService";

export interface ExportersArgs extends SharedHost {
  readonly host: Host;
  readonly images: SharedImages;
  /** The running tenants of the host. */
  readonly tenants: readonly WatchedTenant[];
  /** Configuration of the exporters that have one, by file. */
  readonly files: Readonly<
    Record<
      "blackbox-exporter" | "postgres-exporter" | "nginxlog-exporter",
      Readonly<Record<string, pulumi.Input<string>>>
    >
  >;
}

/** Where the host's own root is inside the node exporter's container. */
const hostRoot = "/host";

/** What the engine knows of its images: cAdvisor looks a container's layers up there. Nothing of a tenant is in it. */
const imageStore = "/var/lib/docker/image";

/** The groups of figures that no rule and no panel uses; each costs housekeeping (cAdvisor's `--disable_metrics`). */
export const unusedGroups = [
  ...["advtcp", "cpu_topology", "disk", "hugetlb", "memory_numa", "percpu"],
  ...["referenced_memory", "resctrl", "sched", "tcp", "udp"],
];

/**
 * What the PostgreSQL exporter asks by default and nothing here uses; those on tables bring thousands of series of a database
 * of Odoo. Only names that both 0.17 and 0.20 know.
 */
export const unusedQuestions = [
  ...["locks", "replication", "roles", "stat_bgwriter", "stat_user_tables", "statio_user_tables", "wal"],
];

/** What the node exporter collects. */
export const hostCollectors = ["cpu", "filesystem", "loadavg", "meminfo", "stat", "timex", "uname", "vmstat"];

/** What looks at a host, its containers, and its tenants' databases and web servers. */
export class Exporters extends pulumi.ComponentResource {
  constructor(name: string, args: ExportersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo-fleet:index:Exporters", name, {}, opts);
    const service = (
      which: SharedService,
      image: pulumi.Input<string>,
      rest: Pick<SharedServiceArgs, "container"> & Partial<SharedServiceArgs>,
    ): SharedServiceContainer =>
      new SharedServiceContainer(
        `${name}-${which}`,
        { ...shared(args), service: which, image, limits: limitsOf(which, args), ...rest },
        { parent: this },
      );
    service("node-exporter", args.images.nodeExporter, nodeExporter(args));
    service("engine-proxy", args.images.nginx, engineProxy(args));
    service("cadvisor", args.images.cadvisor, cadvisor(args));
    service("blackbox-exporter", args.images.blackboxExporter, blackboxExporter(args));
    service("postgres-exporter", args.images.postgresExporter, postgresExporter(args));
    service("nginxlog-exporter", args.images.nginxlogExporter, nginxlogExporter(args));
    this.registerOutputs({});
  }
}

type Specifics = Pick<SharedServiceArgs, "container"> & Partial<SharedServiceArgs>;

function shared({ monitored, context, network }: ExportersArgs): SharedHost {
  return { monitored, context, network };
}

function limitsOf(service: SharedService, { tenants }: ExportersArgs): Limits {
  return sharedLimits(service, tenants.length);
}

function nodeExporter({ monitored }: ExportersArgs): Specifics {
  return {
    volumes: [{ hostPath: "/", containerPath: hostRoot, readOnly: true }],
    container: {
      command: [
        `--path.rootfs=${hostRoot}`,
        `--path.procfs=${hostRoot}/proc`,
        `--path.sysfs=${hostRoot}/sys`,
        `--web.listen-address=${ownAddress(monitored, "node-exporter")}`,
        // Only what rules and panels use: the others read files of the host that are none of monitoring's business.
        "--collector.disable-defaults",
        ...hostCollectors.map((collector) => `--collector.${collector}`),
        "--collector.filesystem.mount-timeout=5s",
      ],
      healthcheck: askPage(monitored, "node-exporter"),
    },
  };
}

function engineProxy({ monitored, host }: ExportersArgs): Specifics {
  const socket = host.docker?.startsWith("unix://") ? new URL(host.docker).pathname : proxiedSocket;
  const address = monitored.addresses.services["engine-proxy"];
  const port = servicePorts["engine-proxy"];
  const client = monitored.addresses.services.cadvisor;
  return {
    // The owner of the socket. It has no capabilities.
    user: "root",
    files: { "nginx.conf": renderEngineProxyConf({ address, port, client }) },
    volumes: [{ hostPath: socket, containerPath: proxiedSocket, readOnly: true }],
    container: {
      entrypoints: ["nginx"],
      command: ["-c", configFile("nginx.conf"), "-g", "daemon off;"],
      stopSignal: "SIGQUIT",
      tmpfs: { "/tmp": "mode=1777,size=8m" },
      healthcheck: askByCurl(`http://${address}:${port}${proxyHealthPath}`),
    },
  };
}

function cadvisor({ monitored }: ExportersArgs): Specifics {
  const engine = ownAddress(monitored, "engine-proxy");
  return {
    // What the engine keeps is root's, and only root may read it. It has no capabilities.
    user: "root",
    volumes: [
      { hostPath: "/sys", containerPath: "/sys", readOnly: true },
      // Traffic is counted where a process of the container is. With this folder there, cAdvisor takes it for the whole host.
      { hostPath: "/proc", containerPath: "/rootfs/proc", readOnly: true },
      { hostPath: imageStore, containerPath: `/rootfs${imageStore}`, readOnly: true },
    ],
    container: {
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
    },
  };
}

function blackboxExporter({ monitored, tenants, files: { "blackbox-exporter": own } }: ExportersArgs): Specifics {
  return {
    files: own,
    tenantNetworks: tenants.map(({ tenant, frontNetwork }) => ({
      name: frontNetwork,
      ipv4Address: tenant.addresses.blackboxExporterFront,
    })),
    container: {
      command: [
        `--config.file=${configFile(files["blackbox-exporter"].config)}`,
        `--web.listen-address=${ownAddress(monitored, "blackbox-exporter")}`,
        "--log.level=warn",
      ],
      healthcheck: askPage(monitored, "blackbox-exporter", "/-/healthy"),
    },
  };
}

function postgresExporter({ monitored, tenants, files: { "postgres-exporter": own } }: ExportersArgs): Specifics {
  return {
    files: own,
    tenantNetworks: tenants.map(({ tenant, internalNetwork }) => ({
      name: internalNetwork,
      ipv4Address: tenant.addresses.postgresExporterInternal,
    })),
    container: {
      command: [
        `--config.file=${configFile(files["postgres-exporter"].config)}`,
        `--extend.query-path=${configFile(files["postgres-exporter"].queries)}`,
        `--web.listen-address=${ownAddress(monitored, "postgres-exporter")}`,
        ...unusedQuestions.map((collector) => `--no-collector.${collector}`),
        "--log.level=warn",
      ],
      healthcheck: askPage(monitored, "postgres-exporter"),
    },
  };
}

function nginxlogExporter({ monitored, tenants, files: { "nginxlog-exporter": own } }: ExportersArgs): Specifics {
  return {
    user: "nginx",
    files: own,
    tenantNetworks: tenants.map(({ tenant, frontNetwork }) => ({
      name: frontNetwork,
      ipv4Address: tenant.addresses.nginxlogExporterFront,
    })),
    container: {
      command: ["-config-file", configFile(files["nginxlog-exporter"].config)],
      healthcheck: askByCurl(`http://${ownAddress(monitored, "nginxlog-exporter")}/metrics`),
    },
  };
}

/** Asks by the `curl` of Nginx's image. */
export function askByCurl(url: string, ...options: string[]): ReturnType<typeof healthcheck> {
  return healthcheck("curl", "--fail", "--silent", "--output", "/dev/null", ...options, url);
}
