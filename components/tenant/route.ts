import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { routeVolume, wakeVolume } from "../../fleet/names";
import { routeId, routeLabel, type RoutedTenant, routeOf } from "../../fleet/route";
import { routeService, wakeService } from "../../fleet/security";
import type { RunningTenant, SuspendedTenant } from "../../fleet/types";
import { labelList } from "../container/containerDefaults";
import type { ServiceContext } from "../container/serviceContext";

/**
 * Tells the edge of the tenant's host where the tenant is: see `fleet/route.ts`. Another route is another volume, and the former one
 * goes when the new one is there.
 */
export function createRoute(
  name: string,
  tenant: RoutedTenant & Pick<RunningTenant, "host" | "slot" | "copyOf">,
  context: ServiceContext,
  parent: pulumi.Resource,
): docker.Volume {
  const route = routeOf(tenant);
  const labels = { ...context.labels(tenant, routeService, [route]), [routeLabel]: route };
  return new docker.Volume(
    `${name}-route`,
    { name: routeVolume(context.environment, tenant.name, routeId(route)), labels: labelList(labels) },
    { parent, ...context.options },
  );
}

/**
 * Lets the edge of the host start and stop the containers of a suspended tenant: the proxy in front of the engine admits that while
 * this volume is there. Only who applies the tenant's stack makes volumes.
 */
export function admitWake(
  name: string,
  tenant: SuspendedTenant,
  context: ServiceContext,
  parent: pulumi.Resource,
): docker.Volume {
  const labels = context.labels(tenant, wakeService);
  return new docker.Volume(
    `${name}-wake`,
    { name: wakeVolume(context.environment, tenant.name), labels: labelList(labels) },
    { parent, deleteBeforeReplace: true, ...context.options },
  );
}
