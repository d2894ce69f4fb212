import type { SharedService } from "../fleet/monitoringTypes";
import { edgeUrl } from "../fleet/edgeChecks";
import {
  disputedPath,
  edgePorts,
  nginxHealthPath,
  nginxPort,
  odooReadyPath,
  portalWorkerPath,
  postgresPort,
} from "../fleet/ports";
import type { Portal } from "../fleet/portalTypes";
import { runningOf, tenantsOn } from "../fleet/tenantsOn";
import type { Fleet, Host, Tenant } from "../fleet/types";
import { authModule, type Job, jobs, probeModules } from "./contract";

/** Something that Prometheus scrapes, as seen from its own host. */
export interface Target {
  readonly job: Job;
  /** The exporter that answers. */
  readonly exporter: SharedService;
  readonly path: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Query of the request. */
  readonly params?: Readonly<Record<string, string>>;
}

/** Jobs by the exporter that is a target by itself. */
const ownJobs = {
  prometheus: jobs.prometheus,
  alertmanager: jobs.alertmanager,
  grafana: jobs.grafana,
  "node-exporter": jobs.node,
  cadvisor: jobs.cadvisor,
  "blackbox-exporter": jobs.blackboxExporter,
  "postgres-exporter": jobs.postgresExporter,
  "nginxlog-exporter": jobs.nginxlog,
} as const satisfies Partial<Record<SharedService, Job>>;

/**
 * Everything that is to be scraped on a host: its own exporters, and through them its running tenants. A pure function of
 * the declaration, so that a new tenant is watched at once, and one that has left leaves nothing behind.
 */
export function targetsOn(fleet: Fleet, host: Host): Target[] {
  const common = { environment: fleet.environment, host: host.name };
  const services = fleet.monitoring?.hosts[host.name]?.services ?? [];
  const own = services.flatMap((service): Target[] => {
    // Both have no figures of their own. Without the proxy cAdvisor sees no container, and without the gateway no exporter of
    // its host answers: each is an alert.
    return service === "engine-proxy" || service === "gateway"
      ? []
      : [{ job: ownJobs[service], exporter: service, path: "/metrics", labels: { ...common, service } }];
  });
  const running = runningOf(tenantsOn(fleet, host));
  return [
    ...own,
    ...ownEdgeTargets(fleet, host, common),
    ...(fleet.portal?.host === host.name ? portalTargets(fleet, fleet.portal, common) : []),
    ...running.flatMap((tenant) => [...tenantTargets(tenant, common), ...edgeTargets(fleet, tenant, common)]),
  ];
}

/** What the edge of a host says of itself: whether it has failed to wake a tenant, and whether two tenants claim one name. */
function ownEdgeTargets({ edge }: Fleet, host: Host, common: Readonly<Record<string, string>>): Target[] {
  const own = edge?.hosts[host.name];
  if (own === undefined) {
    return [];
  }
  const page = `http://${own.addresses.edge}:${edgePorts.waker}`;
  return Object.entries({ waker: `${page}/`, names: `${page}${disputedPath}` }).map(([service, target]) => ({
    job: jobs.blackbox,
    exporter: "blackbox-exporter",
    path: "/probe",
    labels: { ...common, service, instance: target },
    params: { module: probeModules.http, target },
  }));
}

/** The portal's name, and whether somebody works for it, which its web process says. */
function portalTargets(fleet: Fleet, portal: Portal, common: Readonly<Record<string, string>>): Target[] {
  const worker = edgeTargets(fleet, portal, common, portalWorkerPath);
  return [
    ...edgeTargets(fleet, portal, common, "/"),
    ...worker.map((target) => ({ ...target, labels: { ...target.labels, service: "portal-worker" } })),
  ];
}

/** Each name of a tenant, or the portal's, as the edge of its host serves it. @param path see `edgeTarget`. */
function edgeTargets(
  { edge }: Fleet,
  tenant: Pick<Tenant, "name" | "host" | "edge">,
  common: Readonly<Record<string, string>>,
  path?: string,
): Target[] {
  const own = { ...common, tenant: tenant.name };
  return (tenant.edge?.names ?? []).flatMap((name) => edgeTarget(edge, tenant.host, own, name, path) ?? []);
}

/**
 * A name as the edge of a host serves it; undefined where there is none.
 *
 * @param name also what stands for one that is still to be filled in.
 * @param path what is asked for, which answers without anything behind it.
 */
export function edgeTarget(
  edge: Fleet["edge"],
  host: string,
  labels: Readonly<Record<string, string>>,
  name: string,
  path = nginxHealthPath,
): Target | undefined {
  const own = edge?.hosts[host];
  if (edge === undefined || own === undefined) {
    return undefined;
  }
  return {
    job: jobs.blackbox,
    exporter: "blackbox-exporter",
    path: "/probe",
    labels: { ...labels, service: "edge", instance: edgeUrl(edge, name), certificates: edge.certificates.kind },
    params: {
      module: probeModules.edge,
      target: `https://${own.addresses.edge}:${edgePorts.https}${path}`,
      // The name of the handshake and of the request.
      hostname: name,
    },
  };
}

function tenantTargets(tenant: Tenant, common: Readonly<Record<string, string>>): Target[] {
  const nginx = `http://${tenant.addresses.nginxFront}:${nginxPort}`;
  const database = `${tenant.addresses.postgresInternal}:${postgresPort}/${tenant.database}`;
  const probe = (service: string, module: string, url: string): Target => ({
    job: jobs.blackbox,
    exporter: "blackbox-exporter",
    path: "/probe",
    labels: { ...common, tenant: tenant.name, service, instance: url },
    params: { module, target: url },
  });
  return [
    // Through Nginx, as a customer comes, and about the tenant's own database.
    probe("odoo", probeModules.odoo, `${nginx}${odooReadyPath}`),
    probe("nginx", probeModules.http, `${nginx}${nginxHealthPath}`),
    {
      job: jobs.postgres,
      exporter: "postgres-exporter",
      path: "/probe",
      labels: { ...common, tenant: tenant.name, service: "postgres", instance: database },
      params: { target: database, auth_module: authModule(tenant.name) },
    },
  ];
}
