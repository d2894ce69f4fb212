import { rule } from "../../../policy/rules/noPrivilegedPort";
import { tenantLabels, unknown, type ResourceCases } from "../support/cases";

export const cases: ResourceCases = {
  rule: rule,
  passes: {
    "no port": {},
    "a high port": { ports: [{ internal: 80, external: 20010 }] },
    "the edge": {
      ports: [
        { internal: 80, external: 80 },
        { internal: 443, external: 443 },
      ],
      labels: tenantLabels("edge"),
    },
  },
  fails: {
    "a web server": [{ ports: [{ internal: 80, external: 80 }], labels: tenantLabels("nginx") }, "host port 80"],
    "the edge on another": [{ ports: [{ internal: 25, external: 25 }], labels: tenantLabels("edge") }, "host port 25"],
  },
  unknown: { ports: [{ internal: 80, external: unknown }] },
  unknownIs: "reported",
};
