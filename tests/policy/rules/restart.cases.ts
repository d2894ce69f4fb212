import { rule } from "../../../policy/rules/restart";
import { unknown, type ResourceCases } from "../support/cases";

export const cases: ResourceCases = {
  rule: rule,
  passes: {
    "unless stopped": { restart: "unless-stopped" },
    always: { restart: "always" },
    "a job": { mustRun: false, restart: "no" },
    "of a suspended tenant": { start: false, mustRun: false, restart: "unless-stopped" },
  },
  fails: {
    "nothing said": [{}, "not restarted"],
    no: [{ restart: "no" }, "not restarted"],
    "on failure": [{ restart: "on-failure" }, "not restarted"],
  },
  unknown: { restart: unknown },
  unknownIs: "reported",
};
