import { rule } from "../../../policy/rules/gracefulStop";
import { tenantLabels, unknown, type ResourceCases } from "../support/cases";

export const cases: ResourceCases = {
  rule: rule,
  passes: {
    "a minute": { labels: tenantLabels("postgres"), destroyGraceSeconds: 60, stopTimeout: 60 },
    "a web server": { labels: tenantLabels("nginx") },
    "never started": { labels: tenantLabels("postgres"), start: false, mustRun: false },
  },
  fails: {
    "nothing said": [{ labels: tenantLabels("postgres") }, "killed 0 s"],
    "too short": [{ labels: tenantLabels("odoo"), destroyGraceSeconds: 60, stopTimeout: 10 }, "kills it 10 s"],
  },
  unknown: { labels: tenantLabels("postgres"), destroyGraceSeconds: 60, stopTimeout: unknown },
  unknownIs: "reported",
};
