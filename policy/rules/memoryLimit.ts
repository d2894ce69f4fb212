import type { Container } from "../lib/containers";
import { cis, type ResourceRule, types } from "../lib/rule";

/**
 * Memory is limited, swap is stated.
 *
 * Severity: high. References: CIS 5.11, OWASP 7. https://www.cisecurity.org/benchmark/docker
 */
export const rule: ResourceRule<Container> = {
  kind: "resource",
  number: 13,
  name: "memory-limit",
  title: "Memory is limited, swap is stated",
  level: "mandatory",
  severity: "high",
  references: ["CIS 5.11", "OWASP 7"],
  url: cis,
  types: [types.container],
  properties: ["memory", "memorySwap"],
  why: "One container that leaks takes the memory of every tenant on the host; without a stated value, swap doubles it.",
  fix: "Set `memory` and `memorySwap`, both in MiB; equal values mean no swap.",
  check: ({ memory = 0, memorySwap }) => {
    if (memory <= 0) {
      return ["memory is not limited"];
    }
    if (memorySwap === undefined || memorySwap === 0) {
      return ["memory with swap is not stated"];
    }
    return memorySwap < memory ? ["memory with swap is not limited, or less than memory"] : [];
  },
};
