import { rule } from "../../../policy/rules/noHostPid";
import { unknown, type ResourceCases } from "../support/cases";

export const cases: ResourceCases = {
  rule: rule,
  passes: { "nothing said": {}, "its own": { pidMode: "" } },
  fails: {
    "the host's": [{ pidMode: "host" }, "the host's process namespace"],
    "another container's": [{ pidMode: "container:abc" }, "another container's process namespace"],
  },
  unknown: { pidMode: unknown },
  unknownIs: "reported",
};
