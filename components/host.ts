import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { sshOptions } from "../fleet/ssh";
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

/** Where a host's resources are put: below a component, which may be there more than once. */
export interface Placement {
  /** Comes before the resources' names, and a hyphen. Default: nothing. */
  readonly prefix?: string;
  /** Default: the stack itself. */
  readonly parent?: pulumi.Resource;
}

/** What a host is connected for. */
export interface HostUse extends Placement {
  /** Whether the host is watched by this stack. Default: no. */
  readonly isWatched?: boolean;
}

/**
 * The id that every object of this stack carries, made when the stack is first brought up. One call a stack, or one a
 * component that has its own.
 */
export function createStackId({ prefix, parent }: Placement = {}): pulumi.Output<string> {
  return new random.RandomUuid(prefixed("stack-id", prefix), {}, { parent }).result;
}

function prefixed(name: string, prefix: string | undefined): string {
  return prefix === undefined ? name : `${prefix}-${name}`;
}

/** When a host's objects are made. */
export interface Order {
  /** What they come after: the bootstrap. */
  readonly after?: readonly pulumi.Resource[];
  /** Waited for before each is made; a failure keeps it from being made. */
  readonly ready?: () => Promise<void>;
}

/**
 * Connects to a host's engine and builds the images that its tenants need.
 *
 * The provider itself depends on nothing and never asks the engine: a provider that fails would end the whole run, also
 * for the other hosts. The preflight asks instead, and the objects come after the bootstrap.
 *
 * @param stackId what `createStackId` made.
 * @param tenants the tenants of this stack that run on the host.
 * @param use where the resources are put, and what else they are needed for.
 */
export function connectHost(
  environment: string,
  stackId: pulumi.Input<string>,
  host: Host,
  tenants: readonly Tenant[],
  { prefix, parent, isWatched = false }: HostUse = {},
  { after = [], ready }: Order = {},
): HostRefs {
  const name = prefixed(host.name, prefix);
  const sshOpts = host.docker?.startsWith("ssh://") ? sshOptions(host) : [];
  const provider = new docker.Provider(
    `${name}-docker`,
    {
      ...(host.docker ? { host: host.docker } : {}),
      ...(sshOpts.length > 0 ? { sshOpts } : {}),
      disableDockerDaemonCheck: true,
    },
    { parent },
  );
  const running = tenants.filter((tenant) => tenant.state === "running");
  const dependsOn = [...after];
  const images = new HostImages(
    name,
    { host, tenants: running, isWatched, options: { dependsOn, hooks: ready && waitHooks(name, ready) } },
    { parent, providers: [provider] },
  );
  const options = { dependsOn, hooks: leftoverHooks(name, host, ready) };
  return { host, provider, images, context: new ServiceContext(environment, stackId, options) };
}

function waitHooks(name: string, ready: () => Promise<void>): pulumi.ResourceHookBinding {
  return { beforeCreate: [new pulumi.ResourceHook(`odoo-fleet-ready-${name}`, ready)] };
}
