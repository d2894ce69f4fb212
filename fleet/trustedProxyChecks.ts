import { type ConfigProblem, showValue } from "./errors";
import type { ResolvedHost } from "./hostChecks";
import { isEverybodys, networksOverlap } from "./networks";
import { type ConfigPath, formatPath, removeCommand } from "./paths";

/**
 * Reports networks that are no proxy's: whoever is in one writes himself which client he is, and a domain that leads there counts as one that leads here.
 */
export function checkTrustedProxies(
  networks: readonly string[],
  hosts: ReadonlyMap<string, ResolvedHost>,
  problems: ConfigProblem[],
): void {
  networks.forEach((network, index) => {
    const path: ConfigPath = ["edge", "trustedProxies", index];
    const report = (expected: string): number =>
      problems.push({ path: formatPath(path), value: showValue(network), expected, wayOut: removeCommand(path) });
    if (isEverybodys(network)) {
      report(
        "the networks of a proxy, of IPv4 none wider than /8 and of IPv6 none wider than /16: everybody in one could give himself out as any client",
      );
      return;
    }
    for (const { host } of hosts.values()) {
      if (networksOverlap(network, host.subnetBase)) {
        report(
          `a network apart from ${host.subnetBase}, which is the tenants' of host ${host.name}: a tenant could give itself out as any client`,
        );
      }
    }
  });
}
