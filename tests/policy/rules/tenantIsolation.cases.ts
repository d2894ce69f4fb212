import { types } from "../../../policy/lib/rule";
import { rule } from "../../../policy/rules/tenantIsolation";
import { container, unknown, type StackCases, type StackResource } from "../support/cases";

const volume: StackResource = { name: "data", type: types.volume, props: { name: "data" } };
const network: StackResource = { name: "net", type: types.network, props: { name: "net" } };
const volumes = [{ volumeName: "data", containerPath: "/d" }];
const networksAdvanced = [{ name: "net" }];
const shared: StackResource = { name: "prometheus", type: types.container, props: { image: "i", networksAdvanced } };

export const cases: StackCases = {
  rule: rule,
  passes: {
    "one tenant": [
      volume,
      network,
      container("a", "odoo", { volumes, networksAdvanced }),
      container("b", "nginx", { volumes, networksAdvanced }),
    ],
    "a volume that both can only read": [
      volume,
      container("a", "backup", { volumes: [{ ...volumes[0], readOnly: true }] }),
      container("b", "backup", { volumes: [{ ...volumes[0], readOnly: true }] }, "globex"),
    ],
    "with a shared service": [network, container("a", "odoo", { networksAdvanced }), shared],
  },
  fails: {
    "a volume of two": [
      [volume, container("a", "odoo", { volumes }), container("b", "odoo", { volumes }, "globex")],
      "data",
      "acme and globex",
    ],
    "a volume that one reads and the other writes": [
      [
        volume,
        container("a", "odoo", { volumes }),
        container("b", "backup", { volumes: [{ ...volumes[0], readOnly: true }] }, "globex"),
      ],
      "data",
      "acme and globex",
    ],
    "a network of two": [
      [network, container("a", "odoo", { networksAdvanced }), container("b", "odoo", { networksAdvanced }, "globex")],
      "net",
      "acme and globex",
    ],
    "a network whose id isn't known yet": [
      [
        network,
        {
          ...container("a", "odoo", { networksAdvanced: [{ name: unknown }] }),
          dependsOn: { networksAdvanced: ["net"] },
        },
        {
          ...container("b", "odoo", { networksAdvanced: [{ name: unknown }] }, "globex"),
          dependsOn: { networksAdvanced: ["net"] },
        },
      ],
      "net",
      "joins tenants",
    ],
  },
  unknown: [volume, container("a", "odoo", { volumes: [{ volumeName: unknown, containerPath: "/d" }] })],
  unknownIs: "not needed",
};
