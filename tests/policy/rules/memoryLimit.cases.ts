import { rule } from "../../../policy/rules/memoryLimit";
import { unknown, type ResourceCases } from "../support/cases";

export const cases: ResourceCases = {
  rule: rule,
  passes: { "no swap": { memory: 512, memorySwap: 512 }, "some swap": { memory: 512, memorySwap: 1024 } },
  fails: {
    "nothing said": [{}, "memory is not limited"],
    zero: [{ memory: 0, memorySwap: 0 }, "memory is not limited"],
    "swap not stated": [{ memory: 512 }, "swap is not stated"],
    "endless swap": [{ memory: 512, memorySwap: -1 }, "swap is not limited"],
  },
  unknown: { memory: unknown, memorySwap: 512 },
  unknownIs: "reported",
};
