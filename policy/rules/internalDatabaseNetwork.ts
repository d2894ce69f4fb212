import { databaseServices } from "../../fleet/security";
import { owasp, type StackRule, types } from "../lib/rule";
import { attachmentsIn, containersOf } from "../lib/stack";

/**
 * A database's networks are internal.
 *
 * Severity: high. References: OWASP 5. https://cheatsheetseries.owasp.org/cheatsheets/Docker_Security_Cheat_Sheet.html
 */
export const rule: StackRule = {
  kind: "stack",
  number: 23,
  name: "internal-database-network",
  title: "A database's networks are internal",
  level: "mandatory",
  severity: "high",
  references: ["OWASP 5"],
  url: owasp,
  types: [types.network, types.container],
  properties: ["internal", "networksAdvanced"],
  why: "A database with outgoing access lets a compromised process send a customer's data anywhere.",
  fix: "Set `internal: true` on the network, and let the database join no other.",
  check: (resources) => {
    const { networksOf } = attachmentsIn(resources);
    return containersOf(resources)
      .filter(({ service }) => databaseServices.includes(service ?? ""))
      .flatMap((container) => networksOf(container).map((network) => ({ container, network })))
      .filter(({ network }) => !(network.props as { internal?: boolean }).internal)
      .map(({ container, network }) => ({
        resource: network,
        fault: `network ${network.name} of the database ${container.resource.name} is not internal`,
      }));
  },
};
