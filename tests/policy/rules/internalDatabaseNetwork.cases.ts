import { types } from "../../../policy/lib/rule";
import { rule } from "../../../policy/rules/internalDatabaseNetwork";
import { container, unknown, type StackCases, type StackResource } from "../support/cases";

const network = (props: object): StackResource => ({
  name: "net",
  type: types.network,
  props: { name: "net", ...props },
});

export const cases: StackCases = {
  rule: rule,
  passes: {
    "an internal network": [
      network({ internal: true }),
      container("db", "postgres", { networksAdvanced: [{ name: "net" }] }),
    ],
    "a front network of Odoo": [network({}), container("odoo", "odoo", { networksAdvanced: [{ name: "net" }] })],
  },
  fails: {
    "an open network": [
      [network({ internal: false }), container("db", "postgres", { networksAdvanced: [{ name: "net" }] })],
      "net",
      "of the database db",
    ],
    "an open network whose id isn't known yet": [
      [
        network({}),
        {
          ...container("db", "postgres", { networksAdvanced: [{ name: unknown }] }),
          dependsOn: { networksAdvanced: ["net"] },
        },
      ],
      "net",
      "not internal",
    ],
  },
  unknown: [network({ internal: unknown }), container("db", "postgres", { networksAdvanced: [{ name: "net" }] })],
  unknownIs: "reported",
};
