import { unconnectedServices } from "../../fleet/security";
import { type Container, fleetLabel } from "../lib/containers";
import { owasp, type ResourceRule, types } from "../lib/rule";

/**
 * What makes backups has no network.
 *
 * Severity: high. References: CIS 5.30, OWASP 5. https://cheatsheetseries.owasp.org/cheatsheets/Docker_Security_Cheat_Sheet.html
 */
export const rule: ResourceRule<Container> = {
  kind: "resource",
  number: 36,
  name: "backup-no-network",
  title: "What makes backups has no network",
  level: "mandatory",
  severity: "high",
  references: ["CIS 5.30", "OWASP 5"],
  url: owasp,
  types: [types.container],
  properties: ["networkMode", "networksAdvanced"],
  why: "It reads all of a customer's data, or the keys of the host's certificates, and has the key of the backups: nothing may lead out of it.",
  fix: 'Set `networkMode: "none"`, join no network, and publish no port; a database is reached by its socket.',
  check: (container) =>
    unconnectedServices.includes(fleetLabel(container, "service") ?? "") &&
    (container.networkMode !== "none" || (container.networksAdvanced ?? []).length > 0)
      ? ["a container that makes backups has a network"]
      : [],
};
