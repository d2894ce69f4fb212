import { rule } from "../../../policy/rules/noHostUserns";
import { unknown, type ResourceCases } from "../support/cases";

export const cases: ResourceCases = {
  rule: rule,
  passes: { "nothing said": {}, "its own": { usernsMode: "" } },
  fails: {
    "the host's": [{ usernsMode: "host" }, "the host's user namespace"],
  },
  unknown: { usernsMode: unknown },
  unknownIs: "reported",
};
