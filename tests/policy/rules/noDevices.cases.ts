import { rule } from "../../../policy/rules/noDevices";
import { unknown, type ResourceCases } from "../support/cases";

export const cases: ResourceCases = {
  rule: rule,
  passes: { none: {}, "an empty list": { devices: [], deviceRequests: [] } },
  fails: {
    "a disk": [{ devices: [{ hostPath: "/dev/sda" }] }, "/dev/sda"],
    "a request": [{ deviceRequests: [{ driver: "nvidia" }] }, "requested"],
    "all GPUs": [{ gpus: "all" }, "requested"],
    "a rule": [{ deviceCgroupRules: ["c 1:3 mr"] }, "rules"],
  },
  unknown: { devices: unknown },
  unknownIs: "reported",
};
