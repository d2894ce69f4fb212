import { Resolver } from "node:dns/promises";
import type { StackOwner } from "../../fleet/layout";
import type { Fleet } from "../../fleet/types";
import { askForDomain, domainTold } from "../domainTold";
import { readFleet } from "./readFleet";

/**
 * Customers' domains that are served as proven, and that DNS doesn't show as theirs any more, or leads elsewhere: a line each. Of one that can't be asked
 * for nothing is known, and nothing is said.
 *
 * @param among names of the tenants whose are looked for. Default: all.
 */
export async function lostDomains(
  fleet: Fleet,
  resolver: Resolver = new Resolver({ timeout: 3000, tries: 2 }),
  among: readonly string[] = Object.keys(fleet.tenants),
): Promise<string[]> {
  if (fleet.edge?.certificates.kind !== "acme") {
    return [];
  }
  const asked = Object.values(fleet.tenants)
    .filter(({ name }) => among.includes(name))
    .flatMap((tenant) => {
      const { domains = [], unproven = [] } = tenant.edge ?? {};
      return domains
        .filter((domain) => !unproven.includes(domain))
        .map(async (domain) => {
          const { state, own } = await askForDomain(fleet, tenant, domain, resolver);
          const isFine = state.kind === "proven" || state.kind === "unanswered";
          return isFine ? [] : [`${tenant.name}: ${domainTold(domain, state, true, own)}`];
        });
    });
  return (await Promise.all(asked)).flat();
}

/** After an `up`, warns of customers' domains that shouldn't be served any more. */
export async function warnOfDomains(configFile: string, { environment, tenant }: StackOwner): Promise<void> {
  const fleet = readFleet(configFile, environment);
  const lost = fleet ? await lostDomains(fleet, undefined, tenant === undefined ? undefined : [tenant]) : [];
  for (const line of lost) {
    console.error(`odoo-fleet: warning: ${line}; make domains says what is to be done`);
  }
}
