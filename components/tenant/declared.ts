import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { declaredVolume } from "../../fleet/names";
import { declaredService } from "../../fleet/security";
import { declaredLabel, type DeclaredSeries, declaredText } from "../../monitoring/declaredTenant";
import { labelList } from "../container/containerDefaults";
import type { Owner, ServiceContext } from "../container/serviceContext";

/**
 * Tells the monitoring of the host what is declared of a tenant, or the portal, in whose networks no exporter is.
 *
 * @param after what comes before it: one that is still being made would be told of as one that is down.
 */
export function declareToMonitoring(
  name: string,
  owner: Owner & { readonly name: string },
  series: readonly DeclaredSeries[],
  context: ServiceContext,
  parent: pulumi.Resource,
  after: readonly pulumi.Resource[],
): docker.Volume {
  const declared = declaredText(series);
  const labels = { ...context.labels(owner, declaredService, [declared]), [declaredLabel]: declared };
  return new docker.Volume(
    `${name}-declared`,
    { name: declaredVolume(context.environment, owner.name), labels: labelList(labels) },
    { parent, deleteBeforeReplace: true, ...context.options, dependsOn: [...after] },
  );
}
