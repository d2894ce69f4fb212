import { rule } from "../../../policy/rules/bindAddress";
import { unknown, type ResourceCases } from "../support/cases";

export const cases: ResourceCases = {
  rule: rule,
  passes: {
    "no port": {},
    loopback: { ports: [{ internal: 80, external: 8080, ip: "127.0.0.1" }] },
    IPv6: { ports: [{ internal: 80, ip: "::1" }] },
  },
  fails: {
    "no address": [{ ports: [{ internal: 80, external: 8080 }] }, "port 80"],
    "every address": [{ ports: [{ internal: 81, external: 8080, ip: "0.0.0.0" }] }, "port 81"],
    "every IPv6 address": [{ ports: [{ internal: 82, external: 8080, ip: "::" }] }, "port 82"],
  },
  unknown: { ports: [{ internal: 80, ip: unknown }] },
  unknownIs: "reported",
};
