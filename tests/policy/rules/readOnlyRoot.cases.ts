import { rule } from "../../../policy/rules/readOnlyRoot";
import { tenantLabels, unknown, type ResourceCases } from "../support/cases";

export const cases: ResourceCases = {
  rule: rule,
  passes: { "read-only": { readOnly: true }, "never started": { start: false, mustRun: false } },
  fails: {
    "nothing said": [{}, "can be written"],
    "of a suspended tenant": [{ start: false, mustRun: false, restart: "unless-stopped" }, "can be written"],
    "a database": [{ readOnly: false, labels: tenantLabels("postgres") }, "can be written"],
  },
  unknown: { readOnly: unknown },
  unknownIs: "reported",
  strict: [{ labels: tenantLabels("nginx") }],
};
