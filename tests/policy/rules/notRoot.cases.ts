import { rule } from "../../../policy/rules/notRoot";
import { unknown, type ResourceCases } from "../support/cases";

export const cases: ResourceCases = {
  rule: rule,
  passes: { "a name": { user: "odoo" }, "a number": { user: "999:999" } },
  fails: {
    "nothing said": [{}, "not stated"],
    root: [{ user: "root" }, "runs as root"],
    "root by number, with a group": [{ user: "0:0" }, "runs as root"],
  },
  unknown: { user: unknown },
  unknownIs: "reported",
};
