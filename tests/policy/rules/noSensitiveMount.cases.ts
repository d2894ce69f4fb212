import { rule } from "../../../policy/rules/noSensitiveMount";
import { unknown, type ResourceCases } from "../support/cases";

export const cases: ResourceCases = {
  rule: rule,
  passes: {
    "no mount": {},
    "a folder of its own": { volumes: [{ hostPath: "/srv/odoo-fleet/backup", containerPath: "/backup" }] },
    "a volume whose name isn't known yet": { volumes: [{ volumeName: unknown, containerPath: "/data" }] },
  },
  fails: {
    "the root": [{ volumes: [{ hostPath: "/", containerPath: "/host", readOnly: true }] }, "the host's / is"],
    "a file in /etc": [{ volumes: [{ hostPath: "/etc/shadow", containerPath: "/s" }] }, "/etc/shadow"],
    "a path that goes around": [
      { mounts: [{ type: "bind", source: "/srv/x/../../etc/", target: "/s" }] },
      "the host's /etc is",
    ],
    "the engine's folder": [
      { mounts: [{ type: "bind", source: "/var/lib/docker/volumes", target: "/s" }] },
      "/var/lib/docker",
    ],
    Windows: [{ volumes: [{ hostPath: "C:\\Windows\\System32", containerPath: "C:\\s" }] }, "c:/windows"],
  },
  unknown: { mounts: [{ type: "bind", source: unknown, target: "/s" }] },
  unknownIs: "reported",
};
