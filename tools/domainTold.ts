import type { DomainState } from "../fleet/checkDomain";

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
