import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { EscrowedKeys } from "../../fleet/escrow";
import { tenantNames } from "../../fleet/names";
import { createCopiesVolume } from "./copiesVolume";
import { Shipper, type ShipperArgs } from "./shipper";

/** A target, and what it is opened with. */
export type CopiedTo = Pick<ShipperArgs, "offsite" | "secret">;

export interface OwnShipperArgs extends Pick<ShipperArgs, "host" | "context">, CopiedTo {
  /** Whose backups it copies. */
  readonly tenant: NonNullable<ShipperArgs["tenant"]>;
  /** Name of the volume with them. */
  readonly repository: pulumi.Output<string>;
  readonly keys: pulumi.Output<EscrowedKeys>;
}

/**
 * What copies the backups of a tenant that has a stack of its own: it runs from the first backup to the last day for which they are kept, whatever
 * runs of the tenant. The volume for its drills stays as long, though nothing drills what doesn't run: without it the container would be replaced.
 *
 * @param parent the tenant's component, which is the same in the state all that time.
 * @returns the volume into which it brings copies back.
 */
export function createOwnShipper(
  { repository, keys, ...args }: OwnShipperArgs,
  parent: pulumi.Resource,
): docker.Volume {
  const { tenant, context } = args;
  const { name } = tenant;
  const volume = createCopiesVolume({ ...tenant, names: tenantNames(context.environment, name) }, context, parent);
  const own = {
    ...args,
    repositories: { [name]: repository },
    copies: { [name]: volume.name },
    keys: { [name]: keys },
  };
  new Shipper(`${name}-shipper`, own, { parent });
  return volume;
}
