import { backupLockLabel, shipperService } from "../../fleet/security";
import { type Container, fleetLabel, neverRuns } from "../lib/containers";
import { providerDocs, type ResourceRule, types } from "../lib/rule";

/**
 * Copies of backups outlive the credential that made them.
 *
 * Severity: high. References: none. https://www.pulumi.com/registry/packages/docker/api-docs/
 */
export const rule: ResourceRule<Container> = {
  kind: "resource",
  number: 39,
  name: "backup-locked",
  title: "Copies of backups outlive the credential that made them",
  level: "mandatory",
  severity: "high",
  references: [],
  url: providerDocs,
  types: [types.container],
  properties: ["labels"],
  why: "Whoever takes over a host has its credential, and wipes copies that nothing else keeps.",
  fix: "Label the container `odoo-fleet.backup-lock`: the days for which the target keeps every object (`35d`), or `none: ` and the reason why it needs no lock.",
  check: (container) =>
    fleetLabel(container, "service") !== shipperService ||
    neverRuns(container) ||
    /^([1-9]\d*d|none: \S.{9,})$/.test(fleetLabel(container, backupLockLabel) ?? "")
      ? []
      : ["nothing says that the target of the copies is locked, or why it isn't"],
};
