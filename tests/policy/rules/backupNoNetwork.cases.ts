import { rule } from "../../../policy/rules/backupNoNetwork";
import { tenantLabels, unknown, type ResourceCases } from "../support/cases";

const backup = { labels: tenantLabels("backup") };

export const cases: ResourceCases = {
  rule: rule,
  passes: {
    "none at all": { ...backup, networkMode: "none" },
    "another service": { labels: tenantLabels("odoo"), networksAdvanced: [{ name: "net" }] },
  },
  fails: {
    "nothing said": [backup, "has a network"],
    "the database's network": [
      { ...backup, networkMode: "bridge", networksAdvanced: [{ name: "net" }] },
      "has a network",
    ],
    "one beside none": [
      { labels: tenantLabels("files"), networkMode: "none", networksAdvanced: [{ name: "net" }] },
      "has a network",
    ],
  },
  unknown: { ...backup, networkMode: unknown },
  unknownIs: "reported",
};
