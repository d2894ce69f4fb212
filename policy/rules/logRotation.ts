import type { Container } from "../lib/containers";
import { cis, type ResourceRule, types } from "../lib/rule";

/**
 * Logs are rotated.
 *
 * Severity: medium. References: CIS 2.13. https://www.cisecurity.org/benchmark/docker
 */
export const rule: ResourceRule<Container> = {
  kind: "resource",
  number: 28,
  name: "log-rotation",
  title: "Logs are rotated",
  level: "mandatory",
  severity: "medium",
  references: ["CIS 2.13"],
  url: cis,
  types: [types.container],
  properties: ["logDriver", "logOpts"],
  why: "The default driver keeps everything, until the host's disk is full and every tenant stops.",
  fix: 'Set `logDriver: "json-file"` with `logOpts` `max-size` and `max-file`.',
  check: ({ logDriver = "", logOpts = {} }) => {
    if (logDriver === "none") {
      return ["logs are thrown away"];
    }
    // `local` rotates by itself, the others send logs away; unstated means the engine's default, which is not known here.
    const missing = ["max-size", "max-file"].filter((option) => !logOpts[option]);
    return ["", "json-file"].includes(logDriver) && missing.length > 0
      ? [`logs have no ${missing.join(" and no ")}`]
      : [];
  },
};
