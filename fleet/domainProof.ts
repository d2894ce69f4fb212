import { createHash } from "node:crypto";

/** Name and value of the TXT record by which whoever has a domain agrees that a tenant is served at it. */
export interface DomainProof {
  readonly name: string;
  readonly value: string;
}

/**
 * The record that proves a domain. It isn't secret: only who has the domain can publish it, and it names one tenant of one fleet, so that
 * it proves nothing for another one.
 *
 * @param fleetDomain `edge.domain`.
 */
export function domainProof(fleetDomain: string, environment: string, tenant: string, domain: string): DomainProof {
  const digest = createHash("sha256").update([fleetDomain, environment, tenant, domain].join(" ")).digest("hex");
  return { name: `_odoo-fleet.${domain}`, value: `odoo-fleet=${digest.slice(0, 32)}` };
}
