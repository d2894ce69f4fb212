import { backupServices, dataPaths } from "../../fleet/security";
import { known, neverRuns } from "../lib/containers";
import { providerDocs, type StackRule, types } from "../lib/rule";
import { containersOf, type StackContainer } from "../lib/stack";

/**
 * A tenant's data is backed up.
 *
 * Severity: critical. References: none. https://www.pulumi.com/registry/packages/docker/api-docs/
 */
export const rule: StackRule = {
  kind: "stack",
  number: 37,
  name: "data-backed-up",
  title: "A tenant's data is backed up",
  level: "mandatory",
  severity: "critical",
  references: [],
  url: providerDocs,
  types: [types.container],
  properties: ["volumes"],
  why: "What isn't backed up is lost with its disk, or with the next mistake.",
  fix: "Mount the volume, with `readOnly`, in a container of the same tenant whose label `odoo-fleet.service` is `backup` or `files`.",
  check: (resources) => {
    const running = containersOf(resources).filter(({ props, tenant }) => tenant !== undefined && !neverRuns(props));
    const backedUp = running.filter(({ service }) => backupServices.includes(service ?? ""));
    const isRead = (tenant: string, volume: string): boolean =>
      backedUp.some(
        (helper) => helper.tenant === tenant && mounts(helper).some((one) => one.volume === volume && one.readOnly),
      );
    return running.flatMap((container) =>
      mounts(container)
        .filter(({ path }) => dataPaths[container.service ?? ""]?.includes(path))
        // One that isn't known yet is judged when it is.
        .filter(({ volume }) => volume !== undefined && !isRead(container.tenant!, volume))
        .map(({ volume }) => ({ resource: container.resource, fault: `nothing backs up ${volume}` })),
    );
  },
};

function mounts({
  props: { volumes = [], mounts: more = [] },
}: StackContainer): { volume?: string; path: string; readOnly: boolean }[] {
  return [
    ...volumes.map((one) => ({
      volume: known(() => one.volumeName),
      path: one.containerPath ?? "",
      readOnly: one.readOnly === true,
    })),
    ...more.map((one) => ({ volume: known(() => one.source), path: one.target, readOnly: one.readOnly === true })),
  ];
}
