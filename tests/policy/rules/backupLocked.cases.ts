import { rule } from "../../../policy/rules/backupLocked";
import { labels, tenantLabels, unknown, type ResourceCases } from "../support/cases";

const shipper = (lock?: string): Record<string, unknown> => ({
  labels: labels({
    environment: "dev",
    host: "local",
    service: "shipper",
    ...(lock === undefined ? {} : { "backup-lock": lock }),
  }),
});

export const cases: ResourceCases = {
  rule: rule,
  passes: {
    "a locked bucket": shipper("35d"),
    "a reasoned exception": shipper("none: a snapshot each night that this login can't reach"),
    "another service": { labels: tenantLabels("odoo") },
    "one that never runs": { ...shipper(), start: false, mustRun: false },
  },
  fails: {
    "nothing said": [shipper(), "nothing says that the target of the copies is locked"],
    "no days": [shipper("0d"), "nothing says"],
    "no reason": [shipper("none: -"), "nothing says"],
  },
  unknown: shipper(unknown),
  unknownIs: "reported",
};
