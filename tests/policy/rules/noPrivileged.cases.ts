import { rule } from "../../../policy/rules/noPrivileged";
import { unknown, type ResourceCases } from "../support/cases";

export const cases: ResourceCases = {
  rule: rule,
  passes: { "nothing said": {}, "said no": { privileged: false } },
  fails: { "a privileged container": [{ privileged: true }, "privileged"] },
  unknown: { privileged: unknown },
  unknownIs: "reported",
};
