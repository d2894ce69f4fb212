import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Edge, EdgeHost } from "../../fleet/edgeTypes";
import { edgeService } from "../../fleet/security";
import { edgeLimits } from "../../fleet/sharedLimits";
import type { RunningTenant, SuspendedTenant } from "../../fleet/types";
import { containerOptions, hardenedContainer, labelList, volumeOptions } from "../container/containerDefaults";
import { derived } from "../container/derived";
import { type ServiceConfig, writeServiceConfigs } from "../container/serviceConfig";
import type { HostRefs } from "../host/connectHost";
import { caddyPorts, edgeDataFolder, edgeFiles, renderCaddyConf } from "./caddyConf";

/** A tenant that the edge serves, or says of that it is suspended. */
export interface ServedTenant {
  readonly tenant: RunningTenant | SuspendedTenant;
  /** What its Nginx knows the edge by. */
  readonly secret: pulumi.Output<string>;
}

export interface EdgeServerArgs {
  readonly edge: Edge;
  /** The host; its engine is the `docker` provider in the options. */
  readonly refs: HostRefs;
  /** Id of the edge's image on it. */
  readonly image: pulumi.Input<string>;
  /** What `createEdgeNetwork` made. */
  readonly network: docker.Network;
  readonly tenants: readonly ServedTenant[];
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
 * Nothing of a tenant is among the inputs of its container, so that tenants come and go without it being replaced: the
 * configuration is in a volume, and the container looks whether it has changed.
 */
export class EdgeServer extends pulumi.ComponentResource {
  /** Id of the container. */
  readonly containerId: pulumi.Output<string>;

  constructor(name: string, args: EdgeServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo-fleet:index:EdgeServer", name, {}, opts);
    const { edge, refs, network } = args;
    const { host, context } = refs;
    const { names, addresses } = edge.hosts[host.name]!;
    const owner = { sharedOn: host.name };
    const config = this.writeConfig(name, args);
    const limits = edgeLimits(args.tenants.length);
    const data = new docker.Volume(
      `${name}-data`,
      { name: names.dataVolume, labels: labelList(context.labels(owner, edgeService)) },
      // Lost, all certificates would be ordered at once, of which the authority signs so many a week.
      volumeOptions(this, { protect: edge.certificates.kind === "acme", ...context.options }),
    );
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
        ...hardenedContainer(limits),
        name: names.container,
        hostname: names.container,
        image: args.image,
        user: "nginx",
        command: ["run"],
        // Programs in Go collect garbage before they reach the wall.
        envs: [`GOMEMLIMIT=${Math.floor(limits.memoryMiB * 0.9)}MiB`],
        tmpfs: { "/tmp": "mode=1777,size=4m" },
        volumes: [config.mount, { volumeName: data.name, containerPath: edgeDataFolder }],
        networksAdvanced: [{ name: network.id, ipv4Address: addresses.edge }],
        // In the order in which the engine tells them back.
        ports: [
          published(caddyPorts.http, edge.ports.http, "tcp"),
          published(caddyPorts.https, edge.ports.https, "tcp"),
          published(caddyPorts.https, edge.ports.https, "udp"),
        ],
        healthcheck: {
          tests: ["CMD", "odoo-fleet-edge", "healthy"],
          interval: "10s",
          timeout: "10s",
          startPeriod: "30s",
          retries: 3,
        },
        wait: true,
        waitTimeout: 120,
        labels: labelList(context.labels(owner, edgeService, [unchanging])),
      },
      containerOptions(this, { ...context.options, dependsOn: [config.writer] }),
    );
    context.started.push({ name: names.container, id: container.id, key: "edge", isWaitedFor: true });
    this.containerId = container.id;
    this.registerOutputs({ containerId: this.containerId });
  }

  private writeConfig(name: string, { edge, refs, image, tenants }: EdgeServerArgs): ServiceConfig {
    const { host, context } = refs;
    const { configVolume } = edge.hosts[host.name]!.names;
    const secrets = pulumi.all(tenants.map(({ secret }) => secret));
    const conf = derived(secrets, (known) =>
      renderCaddyConf({
        edge,
        authorityName: `odoo-fleet ${context.environment} ${host.name}`,
        sites: tenants.map(({ tenant }, index) => {
          const names = tenant.edge?.names ?? [];
          return tenant.state === "suspended"
            ? { names, suspended: tenant.company }
            : { names, address: tenant.edge?.address ?? "", port: tenant.ports.edge, secret: known[index]! };
        }),
      }),
    );
    const root = edge.certificates.kind === "acme" ? edge.certificates.root : undefined;
    return writeServiceConfigs(
      `${name}-config`,
      {
        owner: { sharedOn: host.name },
        context,
        writer: { containerName: configVolume, service: "edge-config", image, user: "nginx" },
      },
      {
        own: {
          resource: `${name}-config`,
          service: edgeService,
          volumeName: configVolume,
          files: { [edgeFiles.config]: pulumi.secret(conf), [edgeFiles.acmeRoot]: root ?? "\n" },
          formerParent: this.urn,
        },
      },
      this,
    ).own;
  }
}
