import type * as pulumi from "@pulumi/pulumi";
import type { EscrowedKeys } from "../../fleet/escrow";
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
 * runs of the tenant.
 *
 * @param parent the tenant's component, which is the same in the state all that time.
 */
export function createOwnShipper({ repository, keys, ...args }: OwnShipperArgs, parent: pulumi.Resource): Shipper {
  const { name } = args.tenant;
  const own = { ...args, repositories: { [name]: repository }, keys: { [name]: keys } };
  return new Shipper(`${name}-shipper`, own, { parent });
}
