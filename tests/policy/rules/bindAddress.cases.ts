import { rule } from "../../../policy/rules/bindAddress";
import { labels, type ResourceCases, tenantLabels, unknown } from "../support/cases";

export const cases: ResourceCases = {
  rule: rule,
  passes: {
    "no port": {},
    loopback: { ports: [{ internal: 80, external: 8080, ip: "127.0.0.1" }] },
    "the edge on every address": {
      labels: labels({ environment: "dev", host: "local", service: "edge" }),
      ports: [
        { internal: 8080, external: 80, ip: "0.0.0.0" },
        { internal: 8443, external: 443, ip: "0.0.0.0", protocol: "udp" },
      ],
    },
    IPv6: { ports: [{ internal: 80, ip: "::1" }] },
  },
  fails: {
    "another port of the edge": [
      {
        labels: labels({ environment: "dev", host: "local", service: "edge" }),
        ports: [{ internal: 2019, external: 2019, ip: "0.0.0.0" }],
      },
      "port 2019",
    ],
    "443 of a tenant": [
      { labels: tenantLabels("nginx"), ports: [{ internal: 8080, external: 443, ip: "" }] },
      "port 8080",
    ],
    "no address": [{ ports: [{ internal: 80, external: 8080 }] }, "port 80"],
    "every address": [{ ports: [{ internal: 81, external: 8080, ip: "0.0.0.0" }] }, "port 81"],
    "every IPv6 address": [{ ports: [{ internal: 82, external: 8080, ip: "::" }] }, "port 82"],
  },
  unknown: { ports: [{ internal: 80, ip: unknown }] },
  unknownIs: "reported",
};
