import { rule } from "../../../policy/rules/processLimits";
import { unknown, type ResourceCases } from "../support/cases";

export const cases: ResourceCases = {
  rule: rule,
  passes: {
    both: {
      ulimits: [
        { name: "nofile", soft: 1, hard: 1 },
        { name: "nproc", soft: 1, hard: 1 },
      ],
    },
    "never started": { start: false, mustRun: false },
  },
  fails: {
    "nothing said": [{}, "nofile is not limited"],
    "one of two": [{ ulimits: [{ name: "nofile", soft: 1, hard: 1 }] }, "nproc is not limited"],
  },
  unknown: { ulimits: unknown },
  unknownIs: "reported",
};
