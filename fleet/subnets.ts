import type { EdgeHost } from "./edgeTypes";
import { sharedServices, type SharedAddresses } from "./monitoringTypes";
import { slotCount } from "./slots";
import type { PublishedNetwork, TenantAddresses, TenantSubnets } from "./types";

/** Network of all tenants of a host unless it says otherwise. */
export const defaultSubnetBase = "10.200.0.0/16";

/** Addresses of a slot: a /26, of which the first /27 is the internal network and the second the front one. */
const slotSize = 64;
const networkSize = 32;

/** Addresses of a copy's two networks in the place of the front one. */
const halfSize = 16;

/**
 * Subnets of a slot. They are stated, since an engine's default pools are used up after about 31 networks.
 *
 * @param subnetBase the host's /16, e.g. `10.200.0.0/16`.
 * @param isCopy whether it is a copy of another tenant, whose Odoo has no way out.
 */
export function tenantSubnets(subnetBase: string, slot: number, isCopy = false): TenantSubnets {
  const internal = slot * slotSize;
  return {
    internal: `${addressIn(subnetBase, internal)}/27`,
    front: `${addressIn(subnetBase, internal + networkSize)}/${isCopy ? 28 : 27}`,
  };
}

/** The second half of a copy's front range. */
export function publishedNetwork(subnetBase: string, slot: number): PublishedNetwork {
  const first = slot * slotSize + networkSize + halfSize;
  return {
    subnet: `${addressIn(subnetBase, first)}/28`,
    gateway: addressIn(subnetBase, first + 1),
    nginx: addressIn(subnetBase, first + 2),
  };
}

/** Fixed addresses of a slot. The first address of a subnet is the network itself, the second the engine's. */
export function tenantAddresses(subnetBase: string, slot: number): TenantAddresses {
  const internal = slot * slotSize;
  const front = internal + networkSize;
  return {
    internalGateway: addressIn(subnetBase, internal + 1),
    frontGateway: addressIn(subnetBase, front + 1),
    odooInternal: addressIn(subnetBase, internal + 2),
    postgresInternal: addressIn(subnetBase, internal + 3),
    postgresExporterInternal: addressIn(subnetBase, internal + 4),
    odooFront: addressIn(subnetBase, front + 2),
    nginxFront: addressIn(subnetBase, front + 3),
    blackboxExporterFront: addressIn(subnetBase, front + 4),
    nginxlogExporterFront: addressIn(subnetBase, front + 5),
  };
}

/**
 * Where the ranges of a host's own networks begin: a /26 each behind the last slot's, so that no tenant can have a part of one,
 * in this order for ever.
 */
const sharedFirst = {
  monitoring: slotCount * slotSize,
  edge: (slotCount + 1) * slotSize,
  shipper: (slotCount + 2) * slotSize,
  wildcard: (slotCount + 3) * slotSize,
};

/** The monitoring network of a host. */
export function sharedSubnet(subnetBase: string): string {
  return `${addressIn(subnetBase, sharedFirst.monitoring)}/26`;
}

/** The network of what copies a host's backups to the target. It has one container. */
export function shipperSubnet(subnetBase: string): { readonly subnet: string; readonly gateway: string } {
  const first = sharedFirst.shipper;
  return { subnet: `${addressIn(subnetBase, first)}/29`, gateway: addressIn(subnetBase, first + 1) };
}

/** The network of what orders the edge's wildcard certificate. It has one container. */
export function wildcardSubnet(subnetBase: string): { readonly subnet: string; readonly gateway: string } {
  const first = sharedFirst.wildcard;
  return { subnet: `${addressIn(subnetBase, first)}/29`, gateway: addressIn(subnetBase, first + 1) };
}

/**
 * The network of what copies the backups of tenants in stacks of their own: a /22 at the end of the host's range, with an address for each slot and
 * for those that were left.
 */
export function copiesSubnet(subnetBase: string): { readonly subnet: string; readonly gateway: string } {
  const first = 252 * 256;
  return { subnet: `${addressIn(subnetBase, first)}/22`, gateway: addressIn(subnetBase, first + 1) };
}

/** Fixed addresses on the monitoring network; the first two are the network's own and the engine's. */
export function sharedAddresses(subnetBase: string): SharedAddresses {
  const first = sharedFirst.monitoring;
  return {
    engine: addressIn(subnetBase, first + 1),
    services: Object.fromEntries(
      sharedServices.map((service, index) => [service, addressIn(subnetBase, first + 2 + index)]),
    ) as SharedAddresses["services"],
  };
}

/** The edge's network on a host. */
export function edgeSubnet(subnetBase: string): string {
  return `${addressIn(subnetBase, sharedFirst.edge)}/26`;
}

/** Fixed addresses on the edge's network. */
export function edgeAddresses(subnetBase: string): EdgeHost["addresses"] {
  const first = sharedFirst.edge;
  return {
    engine: addressIn(subnetBase, first + 1),
    edge: addressIn(subnetBase, first + 2),
    blackboxExporter: addressIn(subnetBase, first + 3),
    engineProxy: addressIn(subnetBase, first + 4),
  };
}

/**
 * What is wrong with a host's subnetBase; undefined when nothing is. It has to be a private /16 (RFC 1918), and not
 * `172.17.0.0/16`, which the engine's own default bridge has.
 */
export function subnetBaseFault(subnetBase: string): string | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.0\.0\/16$/.exec(subnetBase);
  const [first, second] = match ? [Number(match[1]), Number(match[2])] : [NaN, NaN];
  const isPrivate =
    (first === 10 && second <= 255) ||
    (first === 172 && second >= 16 && second <= 31) ||
    (first === 192 && second === 168);
  if (!isPrivate) {
    return "a private IPv4 network of size /16, such as 10.200.0.0/16";
  }
  return first === 172 && second === 17
    ? "another network than 172.17.0.0/16, which is the engine's default bridge"
    : undefined;
}

function addressIn(subnetBase: string, offset: number): string {
  const [first, second] = subnetBase.split(".");
  return `${first}.${second}.${Math.floor(offset / 256)}.${offset % 256}`;
}
