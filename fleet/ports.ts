import { slotCount } from "./slots";
import type { TenantPorts } from "./types";

/** Ports that a slot owns. The first is Nginx's; the others are for later services of the tenant. */
export const portsPerSlot = 10;

/** First port of slot 0 unless a host says otherwise. */
export const defaultPortBase = 20000;

/** Linux hands out ports from here on to outgoing connections (`net.ipv4.ip_local_port_range`): a published one could be taken. */
export const ephemeralPortStart = 32768;

/** Largest portBase whose last slot ends below the ephemeral range. */
export const maxPortBase = ephemeralPortStart - slotCount * portsPerSlot;

/** Ports of a slot: a pure function of the host's portBase and the slot. */
export function tenantPorts(portBase: number, slot: number): TenantPorts {
  return { http: portBase + slot * portsPerSlot };
}
