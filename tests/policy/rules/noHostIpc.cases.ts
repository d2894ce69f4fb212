import { rule } from "../../../policy/rules/noHostIpc";
import { unknown, type ResourceCases } from "../support/cases";

export const cases: ResourceCases = {
  rule: rule,
  passes: { "nothing said": {}, "its own": { ipcMode: "private" } },
  fails: {
    "the host's": [{ ipcMode: "host" }, "the host's IPC namespace"],
    "another container's": [{ ipcMode: "container:abc" }, "another container's IPC namespace"],
  },
  unknown: { ipcMode: unknown },
  unknownIs: "reported",
};
