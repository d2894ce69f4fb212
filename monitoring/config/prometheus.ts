import { stringify } from "yaml";
import type { MonitoringHost, ServerHost } from "../../fleet/monitoringTypes";
import { tenantsOn } from "../../fleet/tenantsOn";
import type { Host } from "../../fleet/types";
import { urlHost } from "../../fleet/urlHost";
import { hostsWatchedBy, monitoringOf, type WatchedFleet } from "../../fleet/watched";
import {
  configPath,
  files,
  gatewayPath,
  gatewayUser,
  type Job,
  jobs,
  loginUser,
  namesPage,
  scrapeSeconds,
  scrapeTimeoutSeconds,
  servicePorts,
} from "../contract";
import { duration } from "../duration";
import { edgeTarget, type Target, targetsOn } from "../targets";
import { relabelConfigs } from "./relabel";

/**
 * Samples that one scrape may bring, by what a tenant or a container has at most: a wall before what nobody expects, and no
 * narrower, since a scrape that is over it is lost. A tenant is bounded by 490 of them; fewer than 300 are usual.
 */
const sampleLimits = {
  /** Processors have eight series each. */
  node: 2000,
  /** What is declared of a tenant in a stack of its own, which of its containers are healthy, and what its helper tells: 30. */
  perOwnStack: 40,
  /** About 20, and some more for each disk and each network. */
  perContainer: 40,
  /** Five classes of status, each with a counter and a histogram of 8 buckets, sum and count: 55. */
  perTenantInLog: 60,
  /** About 60; each kind of wait of a connection adds two. */
  postgres: 200,
  /** Ten. */
  blackbox: 15,
  other: 1000,
} as const;

/** Containers of a tenant. */
const containersOfTenant = 5;

/**
 * Tenants in stacks of their own that a host may have beside those of this stack, which doesn't know them: more than a host of
 * 128 GiB holds.
 */
const mostOwnStacks = 200;

/** Targets with the same labels, in Prometheus's own words. */
interface StaticConfig {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** How another host's gateway is spoken to, likewise. */
interface GatewayAccess {
  readonly scheme: string;
  readonly tls_config: object;
  readonly basic_auth: object;
}

/**
 * Renders `prometheus.yml` of a host that watches others: where the exporters are, which of their figures are kept, and where
 * alerts go. Passwords are in files beside it.
 */
export function renderPrometheusConfig(fleet: WatchedFleet, watcher: ServerHost): string {
  const hosts = hostsWatchedBy(watcher, fleet);
  return stringify(
    {
      global: {
        scrape_interval: duration(scrapeSeconds),
        scrape_timeout: duration(scrapeTimeoutSeconds),
        evaluation_interval: duration(scrapeSeconds),
        external_labels: { environment: fleet.environment },
      },
      rule_files: ["rules-*.yml"],
      alerting: {
        alertmanagers: [
          {
            basic_auth: login(),
            static_configs: [{ targets: [`${watcher.addresses.services.alertmanager}:${servicePorts.alertmanager}`] }],
          },
        ],
      },
      scrape_configs: hosts.flatMap((host) => [
        ...scrapeConfigs(fleet, watcher, host),
        ...namesScrapeConfig(fleet, watcher, host),
      ]),
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}

/** Arguments of Prometheus, for the official image's entry point. */
export function prometheusArguments(fleet: WatchedFleet, watcher: ServerHost): string[] {
  const { retention } = fleet.monitoring;
  return [
    `--config.file=${configPath(files.prometheus.config)}`,
    "--storage.tsdb.path=/prometheus",
    `--storage.tsdb.retention.time=${retention.time}`,
    `--storage.tsdb.retention.size=${retention.size}`,
    `--web.config.file=${configPath(files.prometheus.web)}`,
    `--web.external-url=http://127.0.0.1:${watcher.ports.prometheus}/`,
  ];
}

function login(): { username: string; password_file: string } {
  return { username: loginUser, password_file: configPath(files.prometheus.password) };
}

/** One for each job. The exporters of another host are behind its gateway, under names of their own but the same label `job`. */
function scrapeConfigs(fleet: WatchedFleet, watcher: ServerHost, host: Host): object[] {
  const targets = targetsOn(fleet, host);
  const isRemote = host.name !== watcher.host;
  return [...new Set(targets.map(({ job }) => job))].map((job) => ({
    job_name: isRemote ? `${job}@${host.name}` : job,
    sample_limit: sampleLimit(fleet, host, job),
    ...(isRemote ? gatewayAccess(host) : {}),
    ...(!isRemote && (job === jobs.prometheus || job === jobs.alertmanager) ? { basic_auth: login() } : {}),
    // Its samples carry the time at which it took them; without this, a container that is gone lingers for 5 minutes.
    ...(job === jobs.cadvisor ? { track_timestamps_staleness: true } : {}),
    static_configs: targets
      .filter((target) => target.job === job)
      .map((target) => staticConfig(monitoringOf(fleet, host.name), host, target, isRemote)),
    metric_relabel_configs: relabelConfigs(job, fleet.environment),
  }));
}

/**
 * The names at which the edge of a host serves tenants in stacks of their own, which the host's exporter knows. They are probed as those of
 * this stack's tenants are, and their figures have the same labels.
 */
function namesScrapeConfig(fleet: WatchedFleet, watcher: ServerHost, host: Host): object[] {
  const isRemote = host.name !== watcher.host;
  const monitored = monitoringOf(fleet, host.name);
  // The page has a name where targets have their address.
  const found = edgeTarget(fleet.edge, host.name, { environment: fleet.environment, host: host.name }, "$1");
  if (found === undefined) {
    return [];
  }
  const { targets, labels } = staticConfig(monitored, host, found, isRemote);
  const { scheme, ...access } = gatewayAccess(host);
  const page = isRemote
    ? `${scheme}://${targets[0]}${gatewayPath("node-exporter", namesPage.path)}`
    : `http://${monitored.addresses.services["node-exporter"]}:${namesPage.port}${namesPage.path}`;
  return [
    {
      job_name: isRemote ? `names@${host.name}` : "names",
      sample_limit: sampleLimit(fleet, host, found.job),
      ...(isRemote ? { scheme, ...access } : {}),
      http_sd_configs: [{ url: page, refresh_interval: duration(scrapeSeconds), ...(isRemote ? access : {}) }],
      relabel_configs: Object.entries({ ...labels, __address__: targets[0]! }).map(([label, replacement]) => ({
        source_labels: ["__address__"],
        target_label: label,
        replacement,
      })),
      metric_relabel_configs: relabelConfigs(found.job, fleet.environment),
    },
  ];
}

function staticConfig(monitored: MonitoringHost, host: Host, target: Target, isRemote: boolean): StaticConfig {
  const { exporter, path, params, labels, job } = target;
  return {
    targets: [
      isRemote
        ? `${urlHost(host.address)}:${monitored.ports.gateway}`
        : `${monitored.addresses.services[exporter]}:${servicePorts[exporter]}`,
    ],
    labels: {
      job,
      // Of a target that says nothing else: its address, and not the gateway's that it is reached by.
      instance: `${monitored.addresses.services[exporter]}:${servicePorts[exporter]}`,
      ...labels,
      __metrics_path__: isRemote ? gatewayPath(exporter, path) : path,
      ...Object.fromEntries(Object.entries(params ?? {}).map(([key, value]) => [`__param_${key}`, value])),
    },
  };
}

function gatewayAccess(host: Host): GatewayAccess {
  return {
    scheme: "https",
    // The certificate is made out for the host's name in the fleet, whatever address it is reached by.
    tls_config: { ca_file: configPath(files.prometheus.gatewayCa), server_name: host.name, min_version: "TLS12" },
    basic_auth: { username: gatewayUser, password_file: configPath(files.prometheus.gatewayPassword) },
  };
}

function sampleLimit(fleet: WatchedFleet, host: Host, job: Job): number {
  const tenants = tenantsOn(fleet, host).length;
  const shared = monitoringOf(fleet, host.name).services.length;
  switch (job) {
    case jobs.node:
      return sampleLimits.node + sampleLimits.perOwnStack * mostOwnStacks;
    case jobs.cadvisor:
      return sampleLimits.perContainer * (containersOfTenant * (tenants + mostOwnStacks) + shared);
    case jobs.nginxlog:
      return sampleLimits.perTenantInLog * (tenants + 1);
    case jobs.postgres:
      return sampleLimits.postgres;
    case jobs.blackbox:
      return sampleLimits.blackbox;
    default:
      return sampleLimits.other;
  }
}
