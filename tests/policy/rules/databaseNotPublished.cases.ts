import { rule } from "../../../policy/rules/databaseNotPublished";
import { tenantLabels, unknown, type ResourceCases } from "../support/cases";

export const cases: ResourceCases = {
  rule: rule,
  passes: {
    "no port": { labels: tenantLabels("postgres") },
    "a web server": { labels: tenantLabels("nginx"), ports: [{ internal: 80, external: 8080 }] },
  },
  fails: {
    "a port": [
      { labels: tenantLabels("postgres"), ports: [{ internal: 5432, external: 5432, ip: "127.0.0.1" }] },
      "published",
    ],
    "all ports": [{ labels: tenantLabels("postgres"), publishAllPorts: true }, "published"],
  },
  unknown: { labels: tenantLabels("postgres"), ports: unknown },
  unknownIs: "reported",
};
