import { databaseServices } from "../../fleet/security";
import { type Container, fleetLabel } from "../lib/containers";
import { owasp, type ResourceRule, types } from "../lib/rule";

/**
 * A database is never published.
 *
 * Severity: critical. References: OWASP 5. https://cheatsheetseries.owasp.org/cheatsheets/Docker_Security_Cheat_Sheet.html
 */
export const rule: ResourceRule<Container> = {
  kind: "resource",
  number: 21,
  name: "database-not-published",
  title: "A database is never published",
  level: "mandatory",
  severity: "critical",
  references: ["OWASP 5"],
  url: owasp,
  types: [types.container],
  properties: ["ports", "publishAllPorts"],
  why: "A customer's data must be reachable only by that customer's Odoo.",
  fix: "Remove `ports`; reach the database by `docker exec` on its host.",
  check: (container) =>
    databaseServices.includes(fleetLabel(container, "service") ?? "") &&
    ((container.ports ?? []).length > 0 || container.publishAllPorts)
      ? ["the database is published on its host"]
      : [],
};
