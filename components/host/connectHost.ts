import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { sshOptions } from "../../fleet/ssh";
import { createdOf } from "../../fleet/tenantsOn";
import type { Seed } from "../../fleet/portalSets";
import type { Portal } from "../../fleet/portalTypes";
import type { Host, Tenant } from "../../fleet/types";
import { endpointOf, isBehindSsh } from "./engineClient";
import { HostImages } from "./hostImages";
import { orphanHooks } from "../container/orphans";
import { ServiceContext } from "../container/serviceContext";
import type { Transforms } from "../container/transform";

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

export interface ConnectHostArgs {
  /** The stack's environment. */
  readonly environment: string;
  /** What `createStackId` made. */
  readonly stackId: pulumi.Input<string>;
  readonly host: Host;
  /** The tenants of this stack that are on the host. */
  readonly tenants: readonly Tenant[];
  /** Where the host's resources are put. Default: in the stack itself, under the host's name. */
  readonly placement?: Placement;
  /** Whether the host is watched by this stack. Default: no. */
  readonly isWatched?: boolean;
  /** Whether the host has an edge of this stack. Default: no. */
  readonly hasEdge?: boolean;
  /** Whether that edge has a wildcard certificate. Default: no. */
  readonly hasWildcard?: boolean;
  /** Whether services of this stack keep something on the host. Default: no. */
  readonly hasSnapshots?: boolean;
  /** The portal, where it is on the host, and of this stack. Default: none. */
  readonly portal?: Portal;
  /** What the host has prepared for orders on the portal. Default: nothing. */
  readonly seeds?: readonly Seed[];
  /** Leaves everything as the state has it, whatever is declared: for a host that doesn't answer. Default: no. */
  readonly frozen?: boolean;
  /**
   * Whether this is the preview of a machine that isn't a host yet. The endpoint is unknown then, unless it is reached by SSH, and
   * Pulumi doesn't set the provider up: it would ask the engine that isn't there. Default: the machine is a host.
   */
  readonly isMadeLater?: boolean;
  /** What the program changes of the tenants' containers. */
  readonly transform?: Transforms;
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

/**
 * What the provider of a host is told: its endpoint in every case, or it looks for an engine by itself. It asks one that it
 * doesn't reach by SSH as soon as it is set up, and each of its resources fails where that is away. `disableDockerDaemonCheck`
 * is not for this: it changes nothing of that, and under it a network of an engine behind SSH that is away counts as gone, so
 * that a refresh or a destroy would forget it.
 */
export function providerArgs(host: Host): docker.ProviderArgs {
  const sshOpts = isBehindSsh(host) ? sshOptions(host) : [];
  return { host: endpointOf(host), ...(sshOpts.length > 0 ? { sshOpts } : {}) };
}

/**
 * Connects to a host's engine and builds the images that its tenants need.
 */
export function connectHost({
  environment,
  stackId,
  host,
  tenants,
  placement: { prefix, parent } = {},
  isWatched = false,
  hasEdge = false,
  hasWildcard = false,
  hasSnapshots = false,
  portal,
  seeds = [],
  frozen = false,
  isMadeLater = false,
  transform,
}: ConnectHostArgs): HostRefs {
  const name = prefixed(host.name, prefix);
  const args = providerArgs(host);
  // Where nothing is asked at once, the endpoint stays known, and the rules judge it in the preview.
  // No output of the bootstrap says so: a previewed command's id is known, and all else of one that isn't to run again.
  const isUnknown = isMadeLater && !isBehindSsh(host);
  const endpoint = isUnknown ? pulumi.output(pulumi.unknown as unknown as string) : args.host!;
  const provider = new docker.Provider(`${name}-docker`, { ...args, host: endpoint }, { parent });
  const created = createdOf(tenants);
  const options = frozen ? { ignoreChanges: ["*"] } : {};
  const images = new HostImages(
    name,
    { host, tenants: created, isWatched, hasEdge, hasWildcard, hasSnapshots, portal, seeds, options },
    { parent, providers: [provider] },
  );
  const context = new ServiceContext(environment, stackId, { ...options, hooks: orphanHooks(name, host) }, transform);
  return { host, provider, images, context };
}
