import type { Container } from "../lib/containers";
import { cis, names, type ResourceRule, types } from "../lib/rule";

/**
 * All capabilities are dropped, and few are added back.
 *
 * Severity: high. References: CIS 5.4, OWASP 3. https://www.cisecurity.org/benchmark/docker
 */
export const rule: ResourceRule<Container, { readonly allowed: readonly string[] }> = {
  kind: "resource",
  number: 2,
  name: "capabilities-dropped",
  title: "All capabilities are dropped, and few are added back",
  level: "mandatory",
  severity: "high",
  references: ["CIS 5.4", "OWASP 3"],
  url: cis,
  types: [types.container],
  properties: ["capabilities"],
  why: "Docker's default capabilities let a compromised service do more than it needs to.",
  fix: 'Set `capabilities` to `{ drops: ["ALL"] }`, and add back only what the service needs and the setting `allowed` names.',
  settings: {
    // What the official images' entry points need to prepare their folders and change their user.
    allowed: names(
      ["CHOWN", "DAC_OVERRIDE", "FOWNER", "NET_BIND_SERVICE", "SETGID", "SETUID"],
      "Capabilities that may be added back, with or without CAP_.",
    ),
  },
  check: ({ capabilities }, { allowed }) => {
    const permitted = new Set(allowed.map(plain));
    const added = (capabilities?.adds ?? []).map(plain).filter((one) => !permitted.has(one));
    return [
      ...((capabilities?.drops ?? []).map(plain).includes("ALL") ? [] : ["capabilities aren't all dropped"]),
      ...(added.length > 0 ? [`capabilities are added that aren't allowed: ${added.join(", ")}`] : []),
    ];
  },
};

/** Docker takes names in any case, with and without their prefix. */
function plain(capability: string): string {
  return capability.toUpperCase().replace(/^CAP_/, "");
}
