import { rule } from "../../../policy/rules/labels";
import { labels, tenantLabels, unknown, type ResourceCases } from "../support/cases";

export const cases: ResourceCases = {
  rule: rule,
  passes: {
    "a tenant's": { labels: tenantLabels("odoo") },
    "a shared service's": { labels: labels({ environment: "dev", host: "local", service: "prometheus" }) },
    "what carries its files": { labels: labels({ environment: "dev", host: "local", service: "prometheus-config" }) },
    "another label isn't known yet": {
      labels: [...tenantLabels("odoo"), { label: "odoo-fleet.config-hash", value: unknown }],
    },
  },
  fails: {
    none: [{}, "odoo-fleet.environment is missing"],
    "what carries a shared service's files has no host": [
      { labels: labels({ environment: "dev", service: "prometheus-config" }) },
      "odoo-fleet.host is missing",
    ],
    "no tenant": [
      { labels: labels({ environment: "dev", host: "local", service: "odoo" }) },
      "odoo-fleet.tenant is missing",
    ],
  },
  unknown: { labels: unknown },
  unknownIs: "reported",
};
