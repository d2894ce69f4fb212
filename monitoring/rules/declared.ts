import { estimateHost } from "../../fleet/estimate";
import { edgeNames, shipperNames } from "../../fleet/names";
import { offsiteWithinSeconds } from "../../fleet/offsite";
import { edgeEngineProxyService, edgeService, shipperService, wokenServices } from "../../fleet/security";
import type { ServerHost } from "../../fleet/monitoringTypes";
import { promised } from "../../fleet/sizing";
import { tenantsOn } from "../../fleet/tenantsOn";
import type { Host, SuspendedTenant, Tenant } from "../../fleet/types";
import { hostsWatchedBy, monitoringOf, type WatchedFleet } from "../../fleet/watched";
import { declaredMetrics } from "../contract";
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
            tenantRules(tenant, { ...environment, host: host.name, tenant: tenant.name }, fleet.offsite !== undefined),
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
      ...(ships(fleet, host) ? [{ service: shipperService, name: shipperNames(fleet.environment).container }] : []),
    ].map((container) => constant(declaredMetrics.containerDeclared, 1, { ...labels, ...container })),
  ];
}

/** Whether something copies the host's backups: see `createFleet`. */
function ships(fleet: WatchedFleet, host: Host): boolean {
  return (
    fleet.offsite !== undefined &&
    tenantsOn(fleet, host).some(({ state, copyOf }) => state !== "unfilled" && copyOf === undefined)
  );
}

/** Those of a suspended tenant's containers that run after a visit, and don't before. */
function wakeable({ wake, names }: SuspendedTenant, labels: Readonly<Record<string, string>>): RecordingRule[] {
  return wake === undefined
    ? []
    : wokenServices.map((service) =>
        constant(declaredMetrics.containerWakeable, 1, { ...labels, service, name: names[service] }),
      );
}

function tenantRules(tenant: Tenant, labels: Readonly<Record<string, string>>, isCopied: boolean): RecordingRule[] {
  const info = constant(declaredMetrics.tenantInfo, 1, {
    ...labels,
    plan: tenant.plan,
    state: tenant.state,
    odoo_version: tenant.odooVersion,
    postgres_version: tenant.postgresVersion.toString(),
  });
  const declared = (service: "postgres" | "odoo" | "nginx" | "backup" | "files"): RecordingRule =>
    constant(declaredMetrics.containerDeclared, 1, { ...labels, service, name: tenant.names[service] });
  if (tenant.state !== "running") {
    // It says of a suspended tenant that it is.
    return tenant.state === "suspended" ? [info, declared("nginx"), ...wakeable(tenant, labels)] : [info];
  }
  const { memoryMiB, cpus } = promised(tenant.sizing);
  const withPlan = { ...labels, plan: tenant.plan };
  return [
    info,
    constant(declaredMetrics.tenantMemoryLimit, memoryMiB * bytesPerMiB, withPlan),
    constant(declaredMetrics.tenantCpuLimit, Number(cpus.toFixed(3)), withPlan),
    // The threaded server has one process.
    constant(declaredMetrics.tenantWorkers, Math.max(1, tenant.sizing.odoo.workers), withPlan),
    ...(["database", "files"] as const).map((kind) =>
      constant(declaredMetrics.backupEvery, tenant.backup.everySeconds, { ...labels, kind }),
    ),
    constant(declaredMetrics.drillEvery, tenant.backup.drillSeconds, labels),
    ...(isCopied ? [constant(declaredMetrics.offsiteWithin, offsiteWithinSeconds, labels)] : []),
    ...(["postgres", "odoo", "nginx", "backup", "files"] as const).map(declared),
  ];
}
