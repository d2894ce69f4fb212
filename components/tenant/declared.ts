import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { declaredVolume } from "../../fleet/names";
import { declaredService } from "../../fleet/security";
import type { RunningTenant, SuspendedTenant } from "../../fleet/types";
import { declaredLabel, declaredSeries, declaredText } from "../../monitoring/declaredTenant";
import { labelList } from "../container/containerDefaults";
import type { ServiceContext } from "../container/serviceContext";

/**
 * Tells the monitoring of the host what is declared of a tenant that another stack than monitoring's has. It comes after the tenant's
 * containers: one that is still being made would be told of as one that is down.
 */
export function declareToMonitoring(
  name: string,
  tenant: RunningTenant | SuspendedTenant,
  context: ServiceContext,
  parent: pulumi.Resource,
  after: readonly pulumi.Resource[],
): docker.Volume {
  const declared = declaredText(declaredSeries(tenant, false));
  const labels = { ...context.labels(tenant, declaredService, [declared]), [declaredLabel]: declared };
  return new docker.Volume(
    `${name}-declared`,
    { name: declaredVolume(context.environment, tenant.name), labels: labelList(labels) },
    { parent, deleteBeforeReplace: true, ...context.options, dependsOn: [...after] },
  );
}
