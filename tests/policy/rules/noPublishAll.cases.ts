import { rule } from "../../../policy/rules/noPublishAll";
import { unknown, type ResourceCases } from "../support/cases";

export const cases: ResourceCases = {
  rule: rule,
  passes: { "nothing said": {}, "said no": { publishAllPorts: false } },
  fails: { all: [{ publishAllPorts: true }, "all ports"] },
  unknown: { publishAllPorts: unknown },
  unknownIs: "reported",
};
