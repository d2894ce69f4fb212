import { Resolver } from "node:dns/promises";
import { checkDomain } from "../../fleet/checkDomain";
import { domainProof } from "../../fleet/domainProof";
import type { StackOwner } from "../../fleet/layout";
import type { Fleet } from "../../fleet/types";
import { domainTold } from "../domainTold";
import { readFleet } from "./readFleet";

/**
 * Customers' domains that are served as proven, and that DNS doesn't show as theirs any more, or leads elsewhere: a line each. Of one that can't be asked
 * for nothing is known, and nothing is said.
 *
 * @param only the tenant whose are looked for; undefined: all.
 */
export async function lostDomains(fleet: Fleet, resolver: Resolver, only?: string): Promise<string[]> {
  const { edge, environment, tenants } = fleet;
  if (edge?.certificates.kind !== "acme") {
    return [];
  }
  const { domain: fleetDomain, trustedProxies } = edge;
  const asked = Object.values(tenants)
    .filter(({ name }) => only === undefined || name === only)
    .flatMap(({ name: tenant, edge: served }) =>
      (served?.domains ?? [])
        .filter((domain) => !served!.unproven.includes(domain))
        .map(async (domain) => {
          const own = `${tenant}.${fleetDomain}`;
          const proof = domainProof(fleetDomain, environment, tenant, domain);
          const state = await checkDomain(resolver, { domain, proof, own, trustedProxies });
          const isFine = state.kind === "proven" || state.kind === "unanswered";
          return isFine ? [] : [`${tenant}: ${domainTold(domain, state, true, own)}`];
        }),
    );
  return (await Promise.all(asked)).flat();
}

/** After an `up`, warns of customers' domains that shouldn't be served any more. */
export async function warnOfDomains(configFile: string, { environment, tenant }: StackOwner): Promise<void> {
  const fleet = readFleet(configFile, environment);
  const lost = fleet ? await lostDomains(fleet, new Resolver({ timeout: 3000, tries: 2 }), tenant) : [];
  for (const line of lost) {
    console.error(`odoo-fleet: warning: ${line}; make domains says what is to be done`);
  }
}
