import type { Edge } from "../../fleet/edgeTypes";
import type { Host, Tenant } from "../../fleet/types";

/** A tenant behind an edge that changes its host. */
export interface MovedName {
  /** The fleet's; undefined: its tenants have no edge. */
  readonly edge?: Edge | undefined;
  readonly tenant: Pick<Tenant, "name" | "edge">;
  /** Where it is moved to. */
  readonly target: Pick<Host, "name" | "publicAddress">;
}

/** What the DNS records of a tenant have to say, and where its certificates come from then: a sentence each; empty without an edge. */
export function toldOfEdge({ edge, tenant, target }: MovedName): {
  readonly before: string[];
  readonly after: string[];
} {
  if (edge === undefined || tenant.edge === undefined) {
    return { before: [], after: [] };
  }
  const names = [...new Set([...tenant.edge.names, ...tenant.edge.domains])].join(", ");
  const { publicAddress } = target;
  // The host has many, or says none.
  const place =
    publicAddress === "0.0.0.0" ? `an address of host ${target.name}` : `host ${target.name}, ${publicAddress}`;
  const ordered = certificates(edge, tenant.name, target.name);
  return {
    before: [
      `once it is moved, DNS has to lead ${names} to ${place}, by records of their own where a record for all names leads elsewhere: shorten their ` +
        "TTL before. Until a visitor's DNS knows it, he reaches the former host, which doesn't serve them any more",
      ...ordered,
    ],
    after: [`let DNS lead ${names} to ${place} now`, ...ordered],
  };
}

function certificates({ certificates: { kind }, domain, wildcard }: Edge, tenant: string, host: string): string[] {
  if (kind === "internal") {
    return [`host ${host} has an authority of its own: make trust trusts it`];
  }
  const anew =
    `certificates aren't moved: host ${host} orders them anew when DNS leads there, within a quarter of an hour. ` +
    "An authority signs for the same names so many times in a week: Let's Encrypt five";
  const own = `${tenant}.${domain} has the wildcard certificate of host ${host}. Of a customer's domains, `;
  return [wildcard === undefined ? anew : own + anew];
}
