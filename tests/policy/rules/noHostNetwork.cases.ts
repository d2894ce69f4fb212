import { rule } from "../../../policy/rules/noHostNetwork";
import { unknown, type ResourceCases } from "../support/cases";

export const cases: ResourceCases = {
  rule: rule,
  passes: { "nothing said": {}, "its own": { networkMode: "bridge" } },
  fails: {
    "the host's": [{ networkMode: "host" }, "the host's network"],
    "another container's": [{ networkMode: "container:abc" }, "another container's network"],
  },
  unknown: { networkMode: unknown },
  unknownIs: "reported",
};
