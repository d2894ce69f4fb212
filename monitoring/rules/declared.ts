import { isCopied } from "../../fleet/copied";
import { estimateHost } from "../../fleet/estimate";
import { edgeNames, shipperNames, snapshotsNames, snapshotsRepository } from "../../fleet/names";
import { offsiteWithinSeconds } from "../../fleet/offsite";
import {
  edgeEngineProxyService,
  edgeService,
  edgeWildcardService,
  shipperService,
  snapshotsService,
} from "../../fleet/security";
import { hasSnapshots, snapshotEverySeconds } from "../../fleet/snapshots";
import type { ServerHost } from "../../fleet/monitoringTypes";
import { tenantsOn } from "../../fleet/tenantsOn";
import type { Host } from "../../fleet/types";
import { hostsWatchedBy, monitoringOf, type WatchedFleet } from "../../fleet/watched";
import { declaredMetrics } from "../contract";
import { declaredSeries } from "../declaredTenant";
import { objective } from "./objective";
import { type RecordingRule, renderGroups } from "./render";

const bytesPerMiB = 1024 * 1024;

/**
 * Renders `rules-declared.yml`: the declaration as series with constant labels, of the hosts that `watcher` watches. Alerts and
 * dashboards join what is measured with it, so that what is missing is seen as well as what is too much.
 */
export function renderDeclaredRules(fleet: WatchedFleet, watcher: ServerHost): string {
  const hosts = hostsWatchedBy(watcher, fleet);
  const environment = { environment: fleet.environment };
  return renderGroups([
    {
      name: "declared",
      rules: [
        constant(declaredMetrics.objective, objective, environment),
        ...hosts.flatMap((host) => [
          ...hostRules(fleet, host, { ...environment, host: host.name }),
          ...tenantsOn(fleet, host).flatMap((tenant) =>
            declaredSeries(tenant, fleet.offsite !== undefined).map(({ metric, value, labels }) =>
              constant(metric, value, { ...environment, host: host.name, ...labels }),
            ),
          ),
        ]),
      ],
    },
  ]);
}

function constant(record: string, value: number, labels: Readonly<Record<string, string>>): RecordingRule {
  return { record, expr: `vector(${value})`, labels };
}

function hostRules(fleet: WatchedFleet, host: Host, labels: Readonly<Record<string, string>>): RecordingRule[] {
  const { services, names } = monitoringOf(fleet, host.name);
  const { memoryMiB, cpus, slots } = estimateHost(fleet, host);
  return [
    ...(memoryMiB.limit === undefined
      ? []
      : [constant(declaredMetrics.hostMemoryLimit, memoryMiB.limit * bytesPerMiB, labels)]),
    ...(cpus.limit === undefined ? [] : [constant(declaredMetrics.hostCpuLimit, cpus.limit, labels)]),
    constant(declaredMetrics.hostSlotsLeft, slots.left, labels),
    ...(hasSnapshots(fleet, host) ? snapshotRules(fleet, host, labels) : []),
    ...Object.entries(fleet.plans).flatMap(([plan, size]) => [
      constant(declaredMetrics.planMemory, size.memoryMiB * bytesPerMiB, { ...labels, plan }),
      constant(declaredMetrics.planCpu, size.cpus, { ...labels, plan }),
    ]),
    ...[
      ...services.map((service) => ({ service, name: names.containers[service] })),
      ...(fleet.edge
        ? [
            { service: edgeService, name: edgeNames(fleet.environment).container },
            { service: edgeEngineProxyService, name: edgeNames(fleet.environment).engineProxy },
          ]
        : []),
      ...(fleet.edge?.wildcard ? [{ service: edgeWildcardService, name: edgeNames(fleet.environment).wildcard }] : []),
      ...(isCopied(fleet, host) ? [{ service: shipperService, name: shipperNames(fleet.environment).container }] : []),
    ].map((container) => constant(declaredMetrics.containerDeclared, 1, { ...labels, ...container })),
  ];
}

/** Of what takes snapshots of what the host's services keep. It goes by a name of its own among those whose backups are copied. */
function snapshotRules(fleet: WatchedFleet, host: Host, labels: Readonly<Record<string, string>>): RecordingRule[] {
  const { container } = snapshotsNames(fleet.environment);
  return [
    constant(declaredMetrics.snapshotsEvery, snapshotEverySeconds, labels),
    constant(declaredMetrics.containerDeclared, 1, { ...labels, service: snapshotsService, name: container }),
    ...(fleet.offsite
      ? [
          constant(declaredMetrics.offsiteWithin, offsiteWithinSeconds, {
            ...labels,
            tenant: snapshotsRepository(host.name),
          }),
        ]
      : []),
  ];
}
