import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Host, Tenant } from "../fleet/types";
import { HostImages } from "./hostImages";
import { leftoverHooks } from "./leftovers";
import { ServiceContext } from "./serviceContext";

/** What a tenant stack needs of its host. */
export interface HostRefs {
  readonly host: Host;
  /** The provider that talks to the host's engine. */
  readonly provider: docker.Provider;
  readonly images: HostImages;
  readonly context: ServiceContext;
}

/** The id that every object of this stack carries, made when the stack is first brought up. One call a stack. */
export function createStackId(): pulumi.Output<string> {
  return new random.RandomUuid("stack-id").result;
}

/**
 * Connects to a host's engine and builds the images that its tenants need.
 *
 * @param stackId what `createStackId` made.
 * @param tenants the tenants of this stack that run on the host.
 */
export function connectHost(
  environment: string,
  stackId: pulumi.Input<string>,
  host: Host,
  tenants: readonly Tenant[],
): HostRefs {
  const provider = new docker.Provider(`${host.name}-docker`, host.docker ? { host: host.docker } : {});
  const running = tenants.filter((tenant) => tenant.state === "running");
  const images = new HostImages(host.name, { host, tenants: running }, { providers: [provider] });
  return { host, provider, images, context: new ServiceContext(environment, stackId, leftoverHooks(host)) };
}
