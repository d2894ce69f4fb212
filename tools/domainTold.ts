import type { Resolver } from "node:dns/promises";
import { checkDomain, type DomainState } from "../fleet/checkDomain";
import { type DomainProof, domainProof } from "../fleet/domainProof";
import type { Fleet, Tenant } from "../fleet/types";

/** What DNS says of a tenant's domain, with what it was asked for. */
export interface AskedOfTenant {
  readonly state: DomainState;
  readonly proof: DomainProof;
  /** The tenant's name below the fleet's own domain. */
  readonly own: string;
}

/** Asks DNS for a tenant's domain, in a fleet with an edge. */
export async function askForDomain(
  { edge, environment }: Fleet,
  { name }: Tenant,
  domain: string,
  resolver: Resolver,
): Promise<AskedOfTenant> {
  const { domain: fleetDomain, trustedProxies } = edge!;
  const own = `${name}.${fleetDomain}`;
  const proof = domainProof(fleetDomain, environment, name, domain);
  return { own, proof, state: await checkDomain(resolver, { domain, proof, own, trustedProxies }) };
}

/** What a person reads of a domain, and what is to be done about it. */
export function domainTold(domain: string, state: DomainState, wasProven: boolean, own: string): string {
  switch (state.kind) {
    case "proven":
      return `${domain} is proven${wasProven ? "" : "; it is served after make up"}`;
    case "unproven":
      return `${domain} isn't proven${wasProven ? " any more: it is still served" : ""}`;
    case "elsewhere":
      return state.addresses.length === 0
        ? `${domain} leads nowhere`
        : `${domain} leads to ${state.addresses.join(", ")}, and not where ${own} does`;
    case "unanswered":
      return `${domain} can't be asked for: ${state.reason}`;
  }
}
