import { rule } from "../../../policy/rules/capabilitiesDropped";
import { unknown, type ResourceCases } from "../support/cases";

export const cases: ResourceCases = {
  rule: rule,
  passes: {
    "all dropped": { capabilities: { drops: ["ALL"] } },
    "lower case": { capabilities: { drops: ["all"] } },
    "what an entry point needs, with and without CAP_": {
      capabilities: { drops: ["ALL"], adds: ["CAP_CHOWN", "SETUID", "setgid"] },
    },
  },
  fails: {
    "nothing said": [{}, "aren't all dropped"],
    "some dropped": [{ capabilities: { drops: ["NET_RAW"] } }, "aren't all dropped"],
    "one added": [{ capabilities: { drops: ["ALL"], adds: ["NET_ADMIN"] } }, "NET_ADMIN"],
    "one added with CAP_": [{ capabilities: { drops: ["ALL"], adds: ["CAP_SYS_ADMIN"] } }, "SYS_ADMIN"],
    "all added": [{ capabilities: { drops: ["ALL"], adds: ["ALL"] } }, "ALL"],
  },
  unknown: { capabilities: { drops: unknown } },
  unknownIs: "reported",
};
