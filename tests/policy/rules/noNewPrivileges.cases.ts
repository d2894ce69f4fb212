import { rule } from "../../../policy/rules/noNewPrivileges";
import { unknown, type ResourceCases } from "../support/cases";

export const cases: ResourceCases = {
  rule: rule,
  passes: {
    "with a colon": { securityOpts: ["no-new-privileges:true"] },
    "with an equals sign": { securityOpts: ["no-new-privileges=true"] },
    "without a value": { securityOpts: ["no-new-privileges"] },
  },
  fails: {
    "nothing said": [{}, "is not on"],
    "turned off": [{ securityOpts: ["no-new-privileges:false"] }, "is not on"],
    "on and off": [{ securityOpts: ["no-new-privileges:true", "no-new-privileges=false"] }, "is not on"],
  },
  unknown: { securityOpts: [unknown] },
  unknownIs: "reported",
};
