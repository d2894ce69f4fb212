import { rule } from "../../../policy/rules/uniqueHostPort";
import { container, unknown, type StackCases, type StackResource } from "../support/cases";

const published = (name: string, ports: object[], provider?: Record<string, unknown>): StackResource => ({
  ...container(name, "nginx", { ports: ports.map((port) => ({ internal: 80, ...port })) }),
  provider,
});

export const cases: StackCases = {
  rule: rule,
  passes: {
    "two ports": [
      published("a", [{ external: 1, ip: "127.0.0.1" }]),
      published("b", [{ external: 2, ip: "127.0.0.1" }]),
    ],
    "two addresses": [
      published("a", [{ external: 1, ip: "10.0.0.1" }]),
      published("b", [{ external: 1, ip: "10.0.0.2" }]),
    ],
    "two protocols": [published("a", [{ external: 1 }]), published("b", [{ external: 1, protocol: "udp" }])],
    "two hosts": [
      published("a", [{ external: 1 }], { host: "ssh://a" }),
      published("b", [{ external: 1 }], { host: "ssh://b" }),
    ],
  },
  fails: {
    "twice the same": [
      [published("a", [{ external: 1, ip: "10.0.0.1" }]), published("b", [{ external: 1, ip: "10.0.0.1" }])],
      "b",
      "collides with that of a",
    ],
    "a wildcard and one address": [
      [published("a", [{ external: 1, ip: "0.0.0.0" }]), published("b", [{ external: 1, ip: "10.0.0.1" }])],
      "b",
      "collides",
    ],
    "every IPv6 address": [
      [published("a", [{ external: 1, ip: "10.0.0.1" }]), published("b", [{ external: 1, ip: "::" }])],
      "b",
      "collides",
    ],
  },
  unknown: [published("a", [{ external: unknown }]), published("b", [{ external: 1 }])],
  unknownIs: "reported",
};
