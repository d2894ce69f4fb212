import { rule } from "../../../policy/rules/noPlainHttp";
import { type Props, type ResourceCases, tenantLabels, unknown } from "../support/cases";

const forEdge = { internal: 8081, external: 20011, ip: "10.200.250.65" };
const nginx = (...ports: object[]): Props => ({ ports, labels: tenantLabels("nginx") });

export const cases: ResourceCases = {
  rule: rule,
  passes: {
    "for the edge alone": nginx(forEdge),
    "no edge": nginx({ internal: 8080, external: 20010, ip: "10.20.0.11" }),
    "on the host's own address alone": nginx({ internal: 8080, external: 20010, ip: "127.0.0.1" }, forEdge),
    "another service": { ports: [forEdge, { internal: 80, external: 8000 }], labels: tenantLabels("edge") },
  },
  fails: {
    "on a network of the host": [nginx({ internal: 8080, external: 20010, ip: "10.20.0.11" }, forEdge), "port 8080"],
    "on every network": [nginx(forEdge, { internal: 8080, external: 20010 }), "port 8080"],
  },
  unknown: nginx(forEdge, { internal: 8080, external: 20010, ip: unknown }),
  unknownIs: "reported",
};
