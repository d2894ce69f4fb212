import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { Tenant } from "../../fleet/types";
import { labelList } from "../container/containerDefaults";
import type { ServiceContext } from "../container/serviceContext";

/** Whose copies come back for a drill: a tenant's, or the portal's. */
type Copied = Pick<Tenant, "name" | "host" | "slot"> & {
  readonly names: Pick<Tenant["names"], "drillCopiesVolume">;
};

/**
 * Creates the volume into which what copies backups off the host brings them back for a drill, encrypted as they are. It alone writes to it; the
 * tenant's helpers read. It is empty but for the time of a drill.
 *
 * @param parent the tenant's component, or the portal's.
 */
export function createCopiesVolume(copied: Copied, context: ServiceContext, parent: pulumi.Resource): docker.Volume {
  return new docker.Volume(
    `${copied.name}-drill-copies`,
    { name: copied.names.drillCopiesVolume, labels: labelList(context.labels(copied, "drill")) },
    { parent, ...context.options },
  );
}
