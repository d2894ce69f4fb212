import { types } from "../../../policy/lib/rule";
import { rule } from "../../../policy/rules/copyClosed";
import { container, labels, tenantLabels, unknown, type StackCases, type StackResource } from "../support/cases";

const network = (props: object): StackResource => ({
  name: "net",
  type: types.network,
  props: { name: "net", ...props },
});
const copied = (service: string, name = "net"): StackResource =>
  container(service, service, {
    labels: [...tenantLabels(service), ...labels({ "copy-of": "globex" })],
    networksAdvanced: [{ name }],
  });

export const cases: StackCases = {
  rule: rule,
  passes: {
    "a copy's Odoo on an internal network": [network({ internal: true }), copied("odoo")],
    "a copy's Nginx where its port is published": [network({}), copied("nginx")],
    "a customer's Odoo on an open network": [
      network({}),
      container("odoo", "odoo", { networksAdvanced: [{ name: "net" }] }),
    ],
  },
  fails: {
    "a copy's Odoo on an open network": [[network({}), copied("odoo")], "odoo", "gets out by the network net"],
    "one whose id isn't known yet": [
      [network({}), { ...copied("odoo", unknown), dependsOn: { networksAdvanced: ["net"] } }],
      "odoo",
      "is of a copy",
    ],
  },
  unknown: [network({ internal: unknown }), copied("odoo")],
  unknownIs: "reported",
};
