import { rule } from "../../../policy/rules/noLeakingCommand";
import { unknown, type ResourceCases } from "../support/cases";

export const cases: ResourceCases = {
  rule: rule,
  passes: { quiet: { create: "true", logging: "none", addPreviousOutputInEnv: false } },
  fails: {
    "nothing said": [{ create: "true" }, "is logged"],
    "its output in the environment": [{ create: "true", logging: "none" }, "previous output"],
    "errors logged": [{ create: "true", logging: "stderr", addPreviousOutputInEnv: false }, "is logged"],
  },
  unknown: { create: "true", logging: unknown, addPreviousOutputInEnv: false },
  unknownIs: "reported",
};
