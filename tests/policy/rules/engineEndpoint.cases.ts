import { rule } from "../../../policy/rules/engineEndpoint";
import { unknown, type ResourceCases } from "../support/cases";

export const cases: ResourceCases = {
  rule: rule,
  passes: {
    "the default": {},
    "a socket": { host: "unix:///var/run/docker.sock" },
    SSH: { host: "ssh://ops@odoo-1" },
    TLS: { host: "tcp://odoo-1:2376", certPath: "/certs" },
  },
  fails: {
    "plain TCP": [{ host: "tcp://odoo-1:2375" }, "plain TCP"],
    "half of TLS": [{ host: "tcp://odoo-1:2376", caMaterial: "x" }, "plain TCP"],
  },
  unknown: { host: unknown },
  unknownIs: "reported",
};
