import { labelPrefix, requiredLabels, tenantLabels } from "../../fleet/labels";
import { sharedServices } from "../../fleet/monitoringTypes";
import {
  copiesService,
  edgeEngineProxyService,
  edgeService,
  edgeWildcardService,
  monitoringService,
  shipperService,
  snapshotsService,
  turnService,
} from "../../fleet/security";
import { fleetLabel } from "../lib/containers";
import { names, providerDocs, type ResourceRule, types } from "../lib/rule";

/**
 * Everything says whose it is.
 *
 * Severity: medium. References: none. https://www.pulumi.com/registry/packages/docker/api-docs/
 */
export const rule: ResourceRule<object, { readonly sharedServices: readonly string[] }> = {
  kind: "resource",
  number: 35,
  name: "labels",
  title: "Every object carries the fleet's labels",
  level: "mandatory",
  severity: "medium",
  references: [],
  url: providerDocs,
  types: [types.container, types.network, types.volume],
  properties: ["labels"],
  why: "Monitoring, backups, the preflight and the clean-up find a tenant's parts by their labels.",
  fix: "Set the labels that are missing; shared services need no tenant and slot.",
  settings: {
    sharedServices: names(
      [
        ...sharedServices,
        turnService,
        edgeService,
        edgeEngineProxyService,
        edgeWildcardService,
        monitoringService,
        shipperService,
        snapshotsService,
        copiesService,
      ].sort(),
      "Services that belong to a host and to no tenant, and with `-config` what carries their files.",
    ),
  },
  check: (resource, { sharedServices: sharedOnes }) => {
    const service = fleetLabel(resource, "service");
    const shared = sharedOnes.includes(service?.replace(/-config$/, "") ?? "");
    return [...requiredLabels, ...(shared ? [] : tenantLabels)]
      .filter((name) => !fleetLabel(resource, name))
      .map((name) => `label ${labelPrefix}.${name} is missing`);
  },
};
