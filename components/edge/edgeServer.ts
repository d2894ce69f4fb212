import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Edge, EdgeHost } from "../../fleet/edgeTypes";
import { edgeDataFolder, edgeEngineProxyService, edgeService, wildcardDataFolder } from "../../fleet/security";
import { edgeLimits } from "../../fleet/sharedLimits";
import { containerOptions, hardenedContainer, labelList, volumeOptions } from "../container/containerDefaults";
import { awaitedHealthcheck } from "../container/healthcheck";
import { type ServiceConfig, writeServiceConfigs } from "../container/serviceConfig";
import type { HostRefs } from "../host/connectHost";
import { caddyPorts, edgeFiles, edgeStop, renderCaddyFiles } from "./caddyConf";
import { WildcardOrder, type WildcardOrderArgs } from "./wildcardOrder";
import { createEngineProxy, engineProxyFiles, engineProxyUrl } from "./engineProxy";

export interface EdgeServerArgs {
  readonly edge: Edge;
  /** The host; its engine is the `docker` provider in the options. */
  readonly refs: HostRefs;
  /** Id of the edge's image on it. */
  readonly image: pulumi.Input<string>;
  /** What `createEdgeNetwork` made. */
  readonly network: docker.Network;
  /** What the secrets follow from by which tenants' Nginx know the edge: see `edgeSecretOf`. */
  readonly fleetSecret: pulumi.Output<string>;
  /** What orders its wildcard certificate; undefined: it has none. */
  readonly wildcard?: Pick<WildcardOrderArgs, "image" | "credentials" | "servesDomain">;
}

/** Makes what the edges' secrets follow from: one for the fleet, kept in its state. */
export function createFleetSecret(): pulumi.Output<string> {
  return new random.RandomPassword("fleet-secret", { length: 40, special: false }).result;
}

/** Makes the edge's network, on whose gateway address tenants are published: before the tenants. */
export function createEdgeNetwork(
  { host, context, provider }: HostRefs,
  { names, subnet, addresses }: EdgeHost,
): docker.Network {
  return new docker.Network(
    `${host.name}-edge-network`,
    {
      name: names.network,
      driver: "bridge",
      internal: false,
      ipamConfigs: [{ subnet, gateway: addresses.engine }],
      labels: labelList(context.labels({ sharedOn: host.name }, edgeService, [subnet])),
    },
    { provider, deleteBeforeReplace: true, ...context.options },
  );
}

/** What of a container's inputs its configuration label is over: the rest of its configuration changes while it runs. */
const unchanging = "caddy.json is taken over while the edge runs";

/**
 * The host's entry for HTTPS: Caddy, which holds certificates and leads each name to its tenant.
 *
 * It knows nothing of a tenant by this stack. Each tenant's own stack has a volume without data whose label says where it is
 * (`fleet/route.ts`), and the edge asks the engine for these, through a proxy that lets it ask nothing else. So tenants come and go
 * without any other stack being applied. The edge's own configuration is in a volume, and its container looks whether it has changed.
 */
export class EdgeServer extends pulumi.ComponentResource {
  /** Id of the container. */
  readonly containerId: pulumi.Output<string>;

  /** Names of the volumes of what it keeps, by service: its certificates and keys, and the wildcard certificate with its account. */
  readonly keeps: Readonly<Record<"edge", pulumi.Output<string>>> &
    Readonly<Partial<Record<"edge-wildcard", pulumi.Output<string>>>>;

  constructor(name: string, args: EdgeServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo-fleet:index:EdgeServer", name, {}, opts);
    const { edge, refs, network, wildcard } = args;
    const { host, context } = refs;
    const { names, addresses } = edge.hosts[host.name]!;
    const owner = { sharedOn: host.name };
    const configs = this.writeConfigs(name, args);
    const engineProxy = createEngineProxy(name, { ...args, config: configs.engineProxy }, this);
    const data = new docker.Volume(
      `${name}-data`,
      { name: names.dataVolume, labels: labelList(context.labels(owner, edgeService)) },
      // Lost, all certificates would be ordered at once, of which the authority signs so many a week.
      volumeOptions(this, { protect: edge.certificates.kind === "acme", ...context.options }),
    );
    const ordered =
      wildcard && new WildcardOrder(`${name}-wildcard`, { ...wildcard, edge, refs }, { parent: this }).dataVolume;
    const published = (
      internal: number,
      external: number,
      protocol: "tcp" | "udp",
    ): docker.types.input.ContainerPort => ({
      internal,
      external,
      ip: host.publicAddress,
      protocol,
    });
    const container = new docker.Container(
      name,
      {
        ...hardenedContainer(edgeLimits),
        name: names.container,
        hostname: names.container,
        image: wildcard?.image ?? args.image,
        user: "nginx",
        command: [wildcard ? "edge" : "run"],
        stopSignal: edgeStop.signal,
        stopTimeout: edgeStop.seconds,
        destroyGraceSeconds: edgeStop.seconds,
        // Programs in Go collect garbage before they reach the wall.
        envs: [
          `GOMEMLIMIT=${Math.floor(edgeLimits.memoryMiB * 0.9)}MiB`,
          `ODOO_FLEET_ENGINE=${engineProxyUrl(addresses)}`,
          `ODOO_FLEET_UPSTREAM=${addresses.engine}`,
        ],
        // Holds what the engine says of a thousand tenants, and the configuration with their routes.
        tmpfs: { "/tmp": "mode=1777,size=16m" },
        volumes: [
          configs.edge.mount,
          { volumeName: data.name, containerPath: edgeDataFolder },
          ...(ordered ? [{ volumeName: ordered, containerPath: wildcardDataFolder, readOnly: true }] : []),
        ],
        networksAdvanced: [{ name: network.id, ipv4Address: addresses.edge }],
        // In the order in which the engine tells them back.
        ports: [
          published(caddyPorts.http, edge.ports.http, "tcp"),
          published(caddyPorts.https, edge.ports.https, "tcp"),
          published(caddyPorts.https, edge.ports.https, "udp"),
        ],
        healthcheck: awaitedHealthcheck({ startPeriod: "30s", retries: 3 }, "odoo-fleet-edge", "healthy"),
        wait: true,
        waitTimeout: 120,
        labels: labelList(context.labels(owner, edgeService, [unchanging])),
      },
      containerOptions(this, { ...context.options, dependsOn: [configs.edge.writer, engineProxy] }),
    );
    context.started.push({ container, name: names.container, key: "edge", isWaitedFor: true });
    this.containerId = container.id;
    this.keeps = { edge: data.name, ...(ordered && { "edge-wildcard": ordered }) };
    this.registerOutputs({ containerId: this.containerId });
  }

  private writeConfigs(
    name: string,
    { edge, refs, image, fleetSecret }: EdgeServerArgs,
  ): Record<"edge" | "engineProxy", ServiceConfig> {
    const { host, context } = refs;
    const { names, addresses } = edge.hosts[host.name]!;
    const conf = renderCaddyFiles({
      edge,
      authorityName: `odoo-fleet ${context.environment} ${host.name}`,
      address: addresses.engine,
    });
    const root = edge.certificates.kind === "acme" ? edge.certificates.root : undefined;
    return writeServiceConfigs(
      `${name}-config`,
      {
        owner: { sharedOn: host.name },
        context,
        writer: { containerName: names.configVolume, service: "edge-config", image, user: "nginx" },
      },
      {
        edge: {
          resource: `${name}-config`,
          service: edgeService,
          volumeName: names.configVolume,
          files: {
            [edgeFiles.config]: conf.config,
            [edgeFiles.running]: conf.running,
            [edgeFiles.suspended]: conf.suspended,
            [edgeFiles.wakeable]: conf.wakeable,
            [edgeFiles.secret]: pulumi.secret(fleetSecret),
            [edgeFiles.acmeRoot]: root ?? "\n",
          },
          formerParent: this.urn,
        },
        engineProxy: {
          resource: `${name}-engine-proxy-config`,
          service: edgeEngineProxyService,
          volumeName: names.engineProxyConfigVolume,
          files: engineProxyFiles(context.environment, edge.hosts[host.name]!),
          formerParent: this.urn,
        },
      },
      this,
    );
  }
}
