import type { Container } from "../lib/containers";
import { cis, type ResourceRule, types } from "../lib/rule";

/**
 * Processes do not run as root.
 *
 * Severity: medium. References: CIS 4.1, OWASP 2. https://www.cisecurity.org/benchmark/docker
 */
export const rule: ResourceRule<Container> = {
  kind: "resource",
  number: 17,
  name: "not-root",
  title: "Processes do not run as root",
  level: "advisory",
  severity: "medium",
  references: ["CIS 4.1", "OWASP 2"],
  url: cis,
  types: [types.container],
  properties: ["user"],
  why: "Root in a container is root on the host once it escapes. The image's own user can't be seen from here.",
  fix: "Set `user` to a user of the image that is not root.",
  check: ({ user = "" }) => {
    const name = user.split(":")[0]!.trim();
    return name === ""
      ? ["the user is not stated"]
      : ["root", "0"].includes(name)
        ? ["the container runs as root"]
        : [];
  },
};
