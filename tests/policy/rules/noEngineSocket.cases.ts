import { rule } from "../../../policy/rules/noEngineSocket";
import { unknown, type ResourceCases } from "../support/cases";

export const cases: ResourceCases = {
  rule: rule,
  passes: {
    "no mount": {},
    "a volume": { volumes: [{ volumeName: "data", containerPath: "/var/run/docker.sock.d" }] },
    "another socket": { volumes: [{ hostPath: "/srv/app/app.sock", containerPath: "/app.sock" }] },
  },
  fails: {
    "the socket": [{ volumes: [{ hostPath: "/var/run/docker.sock", containerPath: "/s" }] }, "/var/run/docker.sock"],
    "read-only": [
      { volumes: [{ hostPath: "/run/docker.sock", containerPath: "/s", readOnly: true }] },
      "/run/docker.sock",
    ],
    "a path that goes around": [
      { volumes: [{ hostPath: "/srv/../var//run/./docker.sock", containerPath: "/s" }] },
      "/var/run/docker.sock",
    ],
    "a mount": [
      { mounts: [{ type: "bind", source: "/run/containerd/containerd.sock", target: "/s" }] },
      "containerd.sock",
    ],
    "a path as name": [{ volumes: [{ volumeName: "/var/run/docker.sock", containerPath: "/s" }] }, "docker.sock"],
    "a named pipe": [
      { mounts: [{ type: "npipe", source: "\\\\.\\pipe\\docker_engine", target: "\\\\.\\pipe\\docker_engine" }] },
      "docker_engine",
    ],
  },
  unknown: { volumes: [{ hostPath: unknown, containerPath: "/s" }] },
  unknownIs: "reported",
};
