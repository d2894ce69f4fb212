import { rule } from "../../../policy/rules/logRotation";
import { unknown, type ResourceCases } from "../support/cases";

export const cases: ResourceCases = {
  rule: rule,
  passes: {
    "json-file": { logDriver: "json-file", logOpts: { "max-size": "10m", "max-file": "3" } },
    local: { logDriver: "local" },
    journald: { logDriver: "journald" },
  },
  fails: {
    "nothing said": [{}, "no max-size and no max-file"],
    half: [{ logDriver: "json-file", logOpts: { "max-size": "10m" } }, "no max-file"],
    none: [{ logDriver: "none" }, "thrown away"],
  },
  unknown: { logDriver: unknown },
  unknownIs: "reported",
};
