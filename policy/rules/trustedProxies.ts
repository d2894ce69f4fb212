import { isEverybodys } from "../../fleet/networks";
import type { Container } from "../lib/containers";
import { providerDocs, type ResourceRule, types } from "../lib/rule";

/** Caddy's configuration, as far as this rule reads it. */
interface CaddyConfig {
  readonly apps?: {
    readonly http?: {
      readonly servers?: Readonly<
        Record<string, { readonly trusted_proxies?: { readonly ranges?: readonly string[] } }>
      >;
    };
  };
}

/**
 * The edge trusts no network that is everybody's.
 *
 * It is judged by what is uploaded as `caddy.json`, which is what the edge goes by.
 *
 * Severity: high. References: none. https://www.pulumi.com/registry/packages/docker/api-docs/
 */
export const rule: ResourceRule<Container> = {
  kind: "resource",
  number: 42,
  name: "trusted-proxies",
  title: "The edge trusts no network of everybody's",
  level: "mandatory",
  severity: "high",
  references: [],
  url: providerDocs,
  types: [types.container],
  properties: ["uploads"],
  why: "Whoever is in a network that is trusted says himself which client he is: limits of passwords and logs go by that.",
  fix: "Name the networks of the proxies alone (`edge.trustedProxies`): of IPv4 none wider than /8, of IPv6 none wider than /16.",
  check: (container) =>
    (container.uploads ?? [])
      .filter(({ file }) => file.endsWith("/caddy.json"))
      .flatMap(({ content }) => trusted(content ?? ""))
      .filter(isEverybodys)
      .map((network) => `the edge trusts ${network}`),
};

function trusted(conf: string): string[] {
  const { apps } = parsed(conf);
  return Object.values(apps?.http?.servers ?? {}).flatMap((server) => server.trusted_proxies?.ranges ?? []);
}

/** What isn't JSON is no configuration that Caddy takes. */
function parsed(conf: string): CaddyConfig {
  try {
    return (JSON.parse(conf) ?? {}) as CaddyConfig;
  } catch {
    return {};
  }
}
