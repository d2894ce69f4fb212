import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Edge, EdgeHost } from "../../fleet/edgeTypes";
import { labelPrefix } from "../../fleet/labels";
import { containerName, wakeVolume } from "../../fleet/names";
import { keptService, routeService, wokenServices } from "../../fleet/security";
import { edgeEngineProxyLimits } from "../../fleet/sharedLimits";
import { containerOptions, hardenedContainer } from "../container/containerDefaults";
import { engineProxyContainer, engineProxyFiles as proxyFiles } from "../container/engineProxy";
import { stateLabel } from "../container/suspended";
import type { ServiceConfig } from "../container/serviceConfig";
import type { HostRefs } from "../host/connectHost";

/** Port that it listens on, which the edge alone reaches. */
const port = 2375;

/** Its pages: the routes of tenants and what the host has done by their schedules, as the engine lists volumes, and the containers of suspended tenants that run. */
const paths = { routes: "/routes", kept: "/kept", awake: "/awake" } as const;

/** Where the edge asks the engine, and tells it what to start and to stop. */
export function engineProxyUrl({ engineProxy }: EdgeHost["addresses"]): string {
  return `http://${engineProxy}:${port}`;
}

/**
 * Its configuration. The edge may ask for the routes on its host, of its environment, for what the host has done by tenants' schedules, and for the
 * containers of suspended tenants that run; it may start and stop those of tenants that are suspended and wakeable. Nobody may anything else.
 */
export function engineProxyFiles(environment: string, { host, addresses }: EdgeHost): Record<string, string> {
  const own = [`${labelPrefix}.environment=${environment}`, `${labelPrefix}.host=${host}`];
  const filters = (value: object): string => `filters=${encodeURIComponent(JSON.stringify(value))}`;
  const allow = [addresses.edge];
  const volumes = (service: string): { path: string; query: string } => ({
    path: "/volumes",
    query: filters({ label: [...own, `${labelPrefix}.service=${service}`] }),
  });
  return proxyFiles({
    address: addresses.engineProxy,
    port,
    questions: [
      { location: `= ${paths.routes}`, allow, asks: volumes(routeService) },
      { location: `= ${paths.kept}`, allow, asks: volumes(keptService) },
      {
        location: `= ${paths.awake}`,
        allow,
        asks: {
          path: "/containers/json",
          query: filters({ label: [...own, `${stateLabel}=suspended`], status: ["running", "restarting"] }),
        },
      },
    ],
    orders: {
      allow,
      services: wokenServices,
      containerOf: (tenant, service) => containerName(environment, tenant, service),
      volumeOf: (tenant) => wakeVolume(environment, tenant),
    },
  });
}

export interface EngineProxyArgs {
  readonly edge: Edge;
  /** The host; its engine is the `docker` provider in the options. */
  readonly refs: HostRefs;
  /** Id of the edge's image on it. */
  readonly image: pulumi.Input<string>;
  /** The edge's network. */
  readonly network: docker.Network;
  readonly config: ServiceConfig;
}

/** What lets the edge ask the engine where tenants are. */
export function createEngineProxy(
  name: string,
  { edge, refs, network, image, config }: EngineProxyArgs,
  parent: pulumi.Resource,
): docker.Container {
  const { host, context } = refs;
  const { names, addresses } = edge.hosts[host.name]!;
  const { mounts, ...container } = engineProxyContainer(host, { address: addresses.engineProxy, port });
  const created = new docker.Container(
    `${name}-engine-proxy`,
    {
      ...hardenedContainer(edgeEngineProxyLimits),
      name: names.engineProxy,
      hostname: names.engineProxy,
      image,
      ...container,
      volumes: [config.mount, ...mounts.map((mount) => ({ ...mount, readOnly: true }))],
      networksAdvanced: [{ name: network.id, ipv4Address: addresses.engineProxy }],
      labels: config.labels,
    },
    containerOptions(parent, { ...context.options, dependsOn: [config.writer] }),
  );
  context.started.push({ container: created, name: names.engineProxy, key: "edge", isWaitedFor: false });
  return created;
}
