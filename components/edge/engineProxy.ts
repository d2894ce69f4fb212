import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Edge, EdgeHost } from "../../fleet/edgeTypes";
import { labelPrefix } from "../../fleet/labels";
import { routeService } from "../../fleet/security";
import { edgeEngineProxyLimits } from "../../fleet/sharedLimits";
import { containerOptions, hardenedContainer } from "../container/containerDefaults";
import { engineProxyContainer, engineProxyFiles as proxyFiles } from "../container/engineProxy";
import type { ServiceConfig } from "../container/serviceConfig";
import type { HostRefs } from "../host/connectHost";

/** Port that it listens on, which the edge alone reaches. */
const port = 2375;

/** Its one page: the routes of tenants, as the engine lists volumes. */
const routesPath = "/routes";

/** Where the edge asks for the routes of tenants. */
export function routesUrl({ engineProxy }: EdgeHost["addresses"]): string {
  return `http://${engineProxy}:${port}${routesPath}`;
}

/** Its configuration. The edge may ask for the routes on its host, of its environment; nobody may ask anything else. */
export function engineProxyFiles(environment: string, { host, addresses }: EdgeHost): Record<string, string> {
  const label = [
    `${labelPrefix}.environment=${environment}`,
    `${labelPrefix}.host=${host}`,
    `${labelPrefix}.service=${routeService}`,
  ];
  const filters = encodeURIComponent(JSON.stringify({ label }));
  return proxyFiles({
    address: addresses.engineProxy,
    port,
    questions: [
      {
        location: `= ${routesPath}`,
        allow: [addresses.edge],
        asks: { path: "/volumes", query: `filters=${filters}` },
      },
    ],
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
  context.started.push({ name: names.engineProxy, id: created.id, key: "edge", isWaitedFor: false });
  return created;
}
