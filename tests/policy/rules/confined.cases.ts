import { rule } from "../../../policy/rules/confined";
import { unknown, type ResourceCases } from "../support/cases";

export const cases: ResourceCases = {
  rule: rule,
  passes: {
    "nothing said": {},
    "a profile of its own": { securityOpts: ["seccomp=/etc/profile.json", "apparmor:own"] },
  },
  fails: {
    "seccomp off": [{ securityOpts: ["seccomp=unconfined"] }, "seccomp"],
    "seccomp off, older form": [{ securityOpts: ["seccomp:unconfined"] }, "seccomp"],
    "AppArmor off": [{ securityOpts: ["apparmor=unconfined"] }, "apparmor"],
    "labels off": [{ securityOpts: ["label:disable"] }, "label"],
    "system paths open": [{ securityOpts: ["systempaths=unconfined"] }, "systempaths"],
  },
  unknown: { securityOpts: unknown },
  unknownIs: "reported",
};
