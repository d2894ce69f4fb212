import type { SharedPorts } from "./monitoringTypes";
import { slotCount } from "./slots";
import type { TenantPorts } from "./types";

/** Ports that a slot owns. The first two are Nginx's; the others are for later services of the tenant. */
export const portsPerSlot = 10;

/** Port that Nginx listens on in its container: an unprivileged one, since it never runs as root. */
export const nginxPort = 8080;

/** Port that Nginx listens on for the host's edge, which it takes the client's address from. */
export const nginxEdgePort = 8081;

/** Port that the portal's web process listens on in its container. */
export const portalWebPort = 8080;

/** Ports inside the edge's container: unprivileged ones, since Caddy never runs as root. */
export const edgePorts = { http: 8080, https: 8443, waker: 8082 } as const;

/** Path at which the edge says, beside what it says of its waker, whether two tenants claim one name. */
export const disputedPath = "/names";

/** Header by which a tenant's Nginx knows the edge: with a secret that no other tenant has. */
export const edgeHeader = "X-Odoo-Fleet-Edge";

/** What a tenant's Odoo answers to its host's edge alone: when its next scheduled action is due, in seconds since 1970; nothing where there is none. */
export const nextActionPath = "/odoo-fleet/next-action";

/** Header of the answers of a tenant's Nginx, to whoever asks, while its Odoo sleeps and a visit may wake it. */
export const sleepHeader = "X-Odoo-Fleet-Sleeps";

/** Path that Nginx answers without Odoo; the container's healthcheck and monitoring ask it. */
export const nginxHealthPath = "/odoo-fleet/health";

/**
 * Path at which Odoo says whether its own database can serve its users: `images/odoo/server` answers it. The container's
 * healthcheck and monitoring ask it.
 */
export const odooReadyPath = "/odoo-fleet/ready";

/** Port that PostgreSQL listens on in its container. */
export const postgresPort = 5432;

/** First port of slot 0 unless a host says otherwise. */
export const defaultPortBase = 20000;

/** Linux hands out ports from here on to outgoing connections (`net.ipv4.ip_local_port_range`): a published one could be taken. */
export const ephemeralPortStart = 32768;

/** Ports behind those of the slots, for what the tenants of a host share. */
export const sharedPortCount = 10;

/** Largest portBase whose last shared port is below the ephemeral range. */
export const maxPortBase = ephemeralPortStart - slotCount * portsPerSlot - sharedPortCount;

/** Ports of a slot: a pure function of the host's portBase and the slot. */
export function tenantPorts(portBase: number, slot: number): TenantPorts {
  const first = portBase + slot * portsPerSlot;
  return { http: first, edge: first + 1 };
}

/** Ports of what a host's tenants share: the ten behind the last slot's, so that no tenant can have one of them. */
export function sharedPorts(portBase: number): SharedPorts {
  const first = portBase + slotCount * portsPerSlot;
  return { prometheus: first, alertmanager: first + 1, grafana: first + 2, gateway: first + 3 };
}

/** Where the portal's web process says whether a worker is there. */
export const portalWorkerPath = "/api/worker";
