import { existsSync } from "node:fs";
import { type ConfigProblem, showValue } from "../../../fleet/errors";
import { formatPath, removeCommand, setCommand } from "../../../fleet/paths";
import { type Portal, portalName } from "../../../fleet/portalTypes";
import { portalWebService } from "../../../fleet/security";
import { portalArchive } from "../../host/imageSpec";
import type { ContainerFact, HostFacts } from "./hostFacts";
import { type DeclaredHost, subnetObstacle } from "./taken";

/** What stands in the way of the portal on its host: one of its subnets is taken, or what its image is built from isn't there. */
export function portalObstacles(
  { environment, host, portal }: DeclaredHost,
  facts: HostFacts,
  archive = portalArchive,
): ConfigProblem[] {
  if (portal === undefined) {
    return [];
  }
  const { internal, front } = portal.subnets;
  const ownNames: string[] = [portal.names.internalNetwork, portal.names.frontNetwork];
  const path = formatPath(["portal", "slot"]);
  const taken = [internal, front].flatMap((subnet) => {
    const obstacle = subnetObstacle({ environment, host, subnet, ownNames, whose: "the portal" }, facts);
    return obstacle
      ? [
          {
            ...obstacle,
            path,
            value: `${portal.slot}`,
            wayOut: `remove it, or ${setCommand(["portal", "slot"], portal.slot - 1)}`,
          },
        ]
      : [];
  });
  return existsSync(archive)
    ? taken
    : [
        ...taken,
        {
          path: formatPath(["portal"]),
          value: showValue(undefined),
          expected: `what the portal's image is built from, ${archive}`,
          wayOut:
            "put it together: setup/setup.sh portal, in the project's own folder; the packed library doesn't have it",
        },
      ];
}

/** Where the volume with its database is gone, though the stack has made it: another would be empty. */
export function lostPortalObstacle({ host, names }: Portal): ConfigProblem {
  return {
    path: formatPath(["hosts", host, "docker"]),
    value: "an engine without the portal's database",
    expected: `the one with ${names.databaseVolume}, which the stack has made; a portal without accounts and orders would start in its place`,
    wayOut:
      `put the endpoint back, where it was changed. A lost disk or host: make recover HOST=${host} brings the portal back first, where it was copied off it ` +
      `(docs/recovery.md). To begin anew without the data: ${removeCommand(["portal"])}, pulumi state unprotect of its volumes, pulumi up, and declare it again`,
  };
}

/** Base images of the portal, by where they are declared. */
export function portalImages(portal: Portal | undefined): readonly (readonly [string, string])[] {
  return portal === undefined
    ? []
    : [
        [formatPath(["images", "node"]), portal.baseImages.node],
        [formatPath(["images", "postgres", `${portal.postgresVersion}`]), portal.baseImages.postgres],
      ];
}

/** Whether a container is the portal's: it goes by the name of a tenant that could be called so where there is no portal. */
export function isPortals({ labels }: ContainerFact, { containers }: HostFacts): boolean {
  const environment = labels["odoo-fleet.environment"];
  return (
    labels["odoo-fleet.tenant"] === portalName &&
    containers.some(
      (other) =>
        other.labels["odoo-fleet.environment"] === environment &&
        other.labels["odoo-fleet.tenant"] === portalName &&
        other.labels["odoo-fleet.service"] === portalWebService,
    )
  );
}
