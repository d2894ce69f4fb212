import { rule } from "../../../policy/rules/noSharedPropagation";
import { unknown, type ResourceCases } from "../support/cases";

export const cases: ResourceCases = {
  rule: rule,
  passes: {
    "no mount": {},
    private: { mounts: [{ type: "bind", source: "/srv/a", target: "/a", bindOptions: { propagation: "rprivate" } }] },
  },
  fails: {
    shared: [
      { mounts: [{ type: "bind", source: "/srv/a", target: "/a", bindOptions: { propagation: "shared" } }] },
      "/a is shared",
    ],
    rshared: [
      { mounts: [{ type: "bind", source: "/srv/a", target: "/b", bindOptions: { propagation: "rshared" } }] },
      "/b is shared",
    ],
  },
  unknown: { mounts: [{ type: "bind", source: "/srv/a", target: "/a", bindOptions: { propagation: unknown } }] },
  unknownIs: "reported",
};
