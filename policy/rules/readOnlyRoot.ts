import { sharedServices } from "../../fleet/monitoringTypes";
import { type Container, fleetLabel, neverRuns } from "../lib/containers";
import { cis, names, type ResourceRule, types } from "../lib/rule";

/**
 * The root file system is read-only.
 *
 * Advisory, and mandatory (`read-only-root-required`) for Nginx and exporters.
 *
 * Severity: medium. References: CIS 5.13, OWASP 8. https://www.cisecurity.org/benchmark/docker
 */
export const rule: ResourceRule<Container, { readonly services: readonly string[] }> = {
  kind: "resource",
  number: 16,
  name: "read-only-root",
  title: "The root file system is read-only",
  level: "advisory",
  severity: "medium",
  references: ["CIS 5.13", "OWASP 8"],
  url: cis,
  types: [types.container],
  properties: ["readOnly"],
  why: "An intruder can't change programs or install new ones.",
  fix: "Set `readOnly: true`, with `tmpfs` and volumes where the service writes.",
  settings: {
    services: names(
      ["nginx", "edge", "edge-wildcard", ...sharedServices.filter((service) => service !== "grafana")],
      "Services for which the rule is mandatory: they write nothing but temporary files.",
    ),
  },
  check: (container) => (neverRuns(container) || container.readOnly ? [] : ["the root file system can be written"]),
  mandatoryFor: {
    where: "Nginx and exporters",
    applies: (container, { services }) => services.includes(fleetLabel(container, "service") ?? ""),
  },
};
