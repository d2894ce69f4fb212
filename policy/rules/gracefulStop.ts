import { statefulServices, stopGraceSeconds } from "../../fleet/security";
import { type Container, fleetLabel, neverRuns } from "../lib/containers";
import { names, providerDocs, type ResourceRule, types } from "../lib/rule";

/**
 * Services that hold data are given time to stop.
 *
 * Severity: high. References: none. https://www.pulumi.com/registry/packages/docker/api-docs/
 */
export const rule: ResourceRule<Container, { readonly services: readonly string[] }> = {
  kind: "resource",
  number: 29,
  name: "graceful-stop",
  title: "Services that hold data are given time to stop",
  level: "mandatory",
  severity: "high",
  references: [],
  url: providerDocs,
  types: [types.container],
  properties: ["destroyGraceSeconds", "stopTimeout"],
  why: "The provider's default is 0: every replacement would kill the database while it writes.",
  fix: "Set `destroyGraceSeconds` and `stopTimeout` to 60 or more.",
  settings: {
    services: names([...statefulServices, "prometheus", "grafana"], "Services that hold data."),
  },
  check: (container, { services }) => {
    if (neverRuns(container) || !services.includes(fleetLabel(container, "service") ?? "")) {
      return [];
    }
    const { destroyGraceSeconds = 0, stopTimeout = 0 } = container;
    return [
      ...(destroyGraceSeconds < stopGraceSeconds
        ? [`it is killed ${destroyGraceSeconds} s after it is told to end`]
        : []),
      ...(stopTimeout < stopGraceSeconds ? [`the engine kills it ${stopTimeout} s after it is told to stop`] : []),
    ];
  },
};
