import { backupServices } from "../../fleet/security";
import { type Container, fleetLabel } from "../lib/containers";
import { owasp, type ResourceRule, types } from "../lib/rule";

/**
 * What backs a tenant up has no network.
 *
 * Severity: high. References: CIS 5.30, OWASP 5. https://cheatsheetseries.owasp.org/cheatsheets/Docker_Security_Cheat_Sheet.html
 */
export const rule: ResourceRule<Container> = {
  kind: "resource",
  number: 36,
  name: "backup-no-network",
  title: "What backs a tenant up has no network",
  level: "mandatory",
  severity: "high",
  references: ["CIS 5.30", "OWASP 5"],
  url: owasp,
  types: [types.container],
  properties: ["networkMode", "networksAdvanced"],
  why: "It reads all of a customer's data and has the key of its backups: nothing may lead out of it.",
  fix: 'Set `networkMode: "none"`, join no network, and publish no port; a database is reached by its socket.',
  check: (container) =>
    backupServices.includes(fleetLabel(container, "service") ?? "") &&
    (container.networkMode !== "none" || (container.networksAdvanced ?? []).length > 0)
      ? ["a container that backs a tenant up has a network"]
      : [],
};
