import { fleetLabel } from "../lib/containers";
import { owasp, type StackRule, types } from "../lib/rule";
import { attachmentsIn, containersOf } from "../lib/stack";

/** The service of a copy that people reach, and that has to be on a network with a way in. */
const reached = "nginx";

/**
 * Nothing of a copy gets out.
 *
 * Severity: high. References: OWASP 5. https://cheatsheetseries.owasp.org/cheatsheets/Docker_Security_Cheat_Sheet.html
 */
export const rule: StackRule = {
  kind: "stack",
  number: 40,
  name: "copy-closed",
  title: "Nothing of a copy gets out",
  level: "mandatory",
  severity: "high",
  references: ["OWASP 5"],
  url: owasp,
  types: [types.network, types.container],
  properties: ["internal", "networksAdvanced"],
  why: "A copy has a customer's data and modules: what it sends reaches real people and real systems.",
  fix: "Set `internal: true` on the networks of what carries the label `odoo-fleet.copy-of`; its Nginx alone may join another one.",
  check: (resources) => {
    const { networksOf } = attachmentsIn(resources);
    return containersOf(resources)
      .filter(({ props, service }) => fleetLabel(props, "copy-of") !== undefined && service !== reached)
      .flatMap((container) => networksOf(container).map((network) => ({ container, network })))
      .filter(({ network }) => !(network.props as { internal?: boolean }).internal)
      .map(({ container, network }) => ({
        resource: container.resource,
        fault: `${container.resource.name} is of a copy, and gets out by the network ${network.name}`,
      }));
  },
};
