import { rule } from "../../../policy/rules/healthcheck";
import { unknown, type ResourceCases } from "../support/cases";

export const cases: ResourceCases = {
  rule: rule,
  passes: {
    "a check": { healthcheck: { tests: ["CMD", "true"] } },
    "a job": { mustRun: false, restart: "no" },
  },
  fails: {
    "nothing said": [{}, "no healthcheck"],
    "turned off": [{ healthcheck: { tests: ["NONE"] } }, "turned off"],
    empty: [{ healthcheck: { tests: [] } }, "no healthcheck"],
  },
  unknown: { healthcheck: unknown },
  unknownIs: "reported",
};
