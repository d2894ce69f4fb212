import type { Resolver } from "node:dns/promises";
import type { DomainProof } from "./domainProof";
import { addressesIn } from "./networks";

/** What DNS says of a customer's domain. */
export type DomainState =
  | { readonly kind: "proven" }
  /** The TXT record isn't there, or says something else. */
  | { readonly kind: "unproven" }
  /** Addresses that aren't those of the tenant's own name; none: it leads nowhere. */
  | { readonly kind: "elsewhere"; readonly addresses: readonly string[] }
  /** The question itself failed: nothing is known. */
  | { readonly kind: "unanswered"; readonly reason: string };

/** What a domain is asked for. */
export interface AskedDomain {
  readonly domain: string;
  readonly proof: DomainProof;
  /** The tenant's name below the fleet's own domain, which leads to its host. */
  readonly own: string;
  /** Networks of proxies in front of the edge: a domain may lead to one. */
  readonly trustedProxies: readonly string[];
}

/** What a resolver says where there is no such record, which is an answer. */
const absent = ["ENODATA", "ENOTFOUND"];

async function records<T>(ask: Promise<T[]>): Promise<T[]> {
  return ask.catch((error: NodeJS.ErrnoException) => {
    if (absent.includes(error.code ?? "")) {
      return [];
    }
    throw error;
  });
}

async function addressesOf(resolver: Resolver, name: string): Promise<string[]> {
  const all = await Promise.all([records(resolver.resolve4(name)), records(resolver.resolve6(name))]);
  return all.flat();
}

/** Asks DNS whether a domain is the customer's, and whether all of its addresses lead to the tenant's host. */
export async function checkDomain(
  resolver: Resolver,
  { domain, proof, own, trustedProxies }: AskedDomain,
): Promise<DomainState> {
  try {
    const [texts, addresses, expected] = await Promise.all([
      records(resolver.resolveTxt(proof.name)),
      addressesOf(resolver, domain),
      addressesOf(resolver, own),
    ]);
    if (!texts.some((parts) => parts.join("") === proof.value)) {
      return { kind: "unproven" };
    }
    const proxies = addressesIn(trustedProxies);
    const elsewhere = addresses.filter((address) => !expected.includes(address) && !proxies.has(address));
    return addresses.length === 0 || elsewhere.length > 0
      ? { kind: "elsewhere", addresses: elsewhere }
      : { kind: "proven" };
  } catch (error) {
    return { kind: "unanswered", reason: (error as Error).message };
  }
}
