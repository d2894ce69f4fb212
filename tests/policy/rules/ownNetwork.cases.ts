import { rule } from "../../../policy/rules/ownNetwork";
import { unknown, type ResourceCases } from "../support/cases";

export const cases: ResourceCases = {
  rule: rule,
  passes: {
    "a network whose id isn't known yet": { networksAdvanced: [{ name: unknown }], networkMode: "bridge" },
    "none at all": { networkMode: "none" },
  },
  fails: { "nothing said": [{}, "default bridge"], "the bridge": [{ networkMode: "bridge" }, "default bridge"] },
  unknown: { networkMode: unknown },
  unknownIs: "reported",
};
