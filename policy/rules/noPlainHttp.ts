import { nginxEdgePort } from "../../fleet/ports";
import { type Container, fleetLabel } from "../lib/containers";
import { owasp, type ResourceRule, types } from "../lib/rule";

/** An address that nothing leaves the host by. */
const isLoopback = (address: string): boolean => /^(127\.|\[?::1\]?$)/.test(address.trim());

/**
 * What is served at a domain isn't served beside it by plain HTTP.
 *
 * A tenant whose Nginx is published for the edge has HTTPS. A port of its own on a network carries passwords and sessions as they are typed.
 *
 * Severity: high. References: OWASP 5. https://cheatsheetseries.owasp.org/cheatsheets/Docker_Security_Cheat_Sheet.html
 */
export const rule: ResourceRule<Container> = {
  kind: "resource",
  number: 41,
  name: "no-plain-http",
  title: "What has HTTPS isn't served by plain HTTP besides",
  level: "mandatory",
  severity: "high",
  references: ["OWASP 5"],
  url: owasp,
  types: [types.container],
  properties: ["ports"],
  why: "Passwords and sessions cross the network as they are typed, and a link to that port looks as good as the one with HTTPS.",
  fix: "Take `publishPort` out, or publish on 127.0.0.1, from which nothing leaves the host; where a network between the two is yours alone, an exception says so.",
  check: (container) => {
    const ports = container.ports ?? [];
    const isTenants = fleetLabel(container, "service") === "nginx";
    return isTenants && ports.some(({ internal }) => internal === nginxEdgePort)
      ? ports
          .filter(({ internal, ip = "" }) => internal !== nginxEdgePort && !isLoopback(ip))
          .map(({ internal }) => `port ${internal} of the container is published beside the edge`)
      : [];
  },
};
