import { labelPrefix } from "../fleet/labels";
import { offsiteWithinSeconds } from "../fleet/offsite";
import type { Portal } from "../fleet/portalTypes";
import { portalWebService, shipperService, wokenServices } from "../fleet/security";
import { promised } from "../fleet/sizing";
import type { Tenant } from "../fleet/types";
import { declaredMetrics } from "./contract";

/** Something that is declared, as a series without the labels of its environment and host. */
export interface DeclaredSeries {
  readonly metric: string;
  readonly value: number;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Label of a volume without data, by which the monitoring of a host is told what is declared of a tenant in a stack of its own, or of the portal: its
 * series in Prometheus's text format. The host's exporter asks the engine for all of them, so nothing that watches is applied when one comes or goes.
 */
export const declaredLabel = `${labelPrefix}.declared`;

/** All services of a tenant that are containers. */
const services = ["postgres", "odoo", "nginx", "backup", "files"] as const;

/**
 * What is declared of a tenant.
 *
 * @param isCopied whether its backups are copied to the target.
 * @param shipper name of the container of its own that copies them, which runs while the tenant is suspended too. Default: the host's does.
 */
export function declaredSeries(tenant: Tenant, isCopied: boolean, shipper?: string): DeclaredSeries[] {
  const own = { tenant: tenant.name };
  const series = (metric: string, value: number, labels: Readonly<Record<string, string>> = {}): DeclaredSeries => ({
    ...{ metric, value },
    labels: { ...own, ...labels },
  });
  const container = (metric: string, service: (typeof services)[number]): DeclaredSeries =>
    series(metric, 1, { service, name: tenant.names[service] });
  const ownShipper =
    shipper === undefined
      ? []
      : [series(declaredMetrics.containerDeclared, 1, { service: shipperService, name: shipper })];
  const info = series(declaredMetrics.tenantInfo, 1, {
    plan: tenant.plan,
    state: tenant.state,
    odoo_version: tenant.odooVersion,
    postgres_version: tenant.postgresVersion.toString(),
  });
  if (tenant.state === "suspended") {
    // Its web server says that it is. What a visit starts runs or doesn't.
    const wakeable = tenant.wake ? wokenServices : [];
    return [
      info,
      container(declaredMetrics.containerDeclared, "nginx"),
      ...ownShipper,
      ...wakeable.map((service) => container(declaredMetrics.containerWakeable, service)),
    ];
  }
  if (tenant.state !== "running") {
    return [info];
  }
  const { memoryMiB, cpus } = promised(tenant.sizing);
  const plan = { plan: tenant.plan };
  return [
    info,
    ...endsAt(tenant).map((at) => series(declaredMetrics.tenantEnds, at.getTime() / 1000)),
    series(declaredMetrics.tenantMemoryLimit, memoryMiB * 1024 * 1024, plan),
    series(declaredMetrics.tenantCpuLimit, Number(cpus.toFixed(3)), plan),
    // The threaded server has one process.
    series(declaredMetrics.tenantWorkers, Math.max(1, tenant.sizing.odoo.workers), plan),
    series(declaredMetrics.requestSeconds, tenant.sizing.odoo.limitTimeReal, plan),
    ...(["database", "files"] as const).map((kind) =>
      series(declaredMetrics.backupEvery, tenant.backup.everySeconds, { kind }),
    ),
    series(declaredMetrics.drillEvery, tenant.backup.drillSeconds),
    ...(isCopied ? [series(declaredMetrics.offsiteWithin, offsiteWithinSeconds)] : []),
    ...services.map((service) => container(declaredMetrics.containerDeclared, service)),
    ...ownShipper,
    // Not those that nothing proves yet, which the edge doesn't serve.
    ...(tenant.edge?.names ?? []).map((hostname) => series(declaredMetrics.edgeName, 1, { hostname })),
  ];
}

/** When a tenant's time is over, or its trial, whichever comes first; empty: neither ends. */
function endsAt({ lifecycle }: Pick<Tenant, "lifecycle">): Date[] {
  return [lifecycle?.lifecycle.expiresAt, lifecycle?.lifecycle.trial]
    .filter((end) => end !== undefined)
    .sort((one, other) => one.getTime() - other.getTime())
    .slice(0, 1);
}

/**
 * What is declared of the portal, which no exporter of databases reaches. Its name stands where a tenant's does, as in its labels.
 *
 * @param isCopied whether its backups are copied to the target. Default: they aren't.
 */
export function declaredOfPortal({ name, names, backup }: Portal, isCopied = false): DeclaredSeries[] {
  const tenant = { tenant: name };
  return [
    { metric: declaredMetrics.backupEvery, value: backup.everySeconds, labels: { ...tenant, kind: "database" } },
    { metric: declaredMetrics.drillEvery, value: backup.drillSeconds, labels: tenant },
    ...(isCopied ? [{ metric: declaredMetrics.offsiteWithin, value: offsiteWithinSeconds, labels: tenant }] : []),
    ...([portalWebService, "postgres", "backup"] as const).map((service) => ({
      ...{ metric: declaredMetrics.containerDeclared, value: 1 },
      labels: { ...tenant, service, name: names[service] },
    })),
  ];
}

/** Series in Prometheus's text format, a line each. */
export function declaredText(all: readonly DeclaredSeries[]): string {
  return all
    .map(({ metric, value, labels }) => {
      const named = Object.entries(labels).map(([name, text]) => `${name}="${text}"`);
      return `${metric}{${named.join(",")}} ${value}\n`;
    })
    .join("");
}
