import { rule } from "../../../policy/rules/cpuLimit";
import { unknown, type ResourceCases } from "../support/cases";

export const cases: ResourceCases = {
  rule: rule,
  passes: {
    quota: { cpuQuota: 50_000 },
    cpus: { cpus: "0.5" },
    shares: { cpuShares: 512 },
    "never started": { start: false, mustRun: false },
  },
  fails: {
    "nothing said": [{}, "CPU is not limited"],
    zero: [{ cpus: "0" }, "CPU is not limited"],
    "no quota": [{ cpuQuota: 0 }, "CPU is not limited"],
  },
  unknown: { cpus: unknown },
  unknownIs: "reported",
};
