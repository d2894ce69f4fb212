import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { nginxEdgePort, nginxHealthPath, nginxPort } from "../../fleet/ports";
import { configFolder } from "../../fleet/security";
import type { Tenant } from "../../fleet/types";
import { derived } from "../container/derived";
import { containerOptions, hardenedContainer } from "../container/containerDefaults";
import { renderNginxConf } from "./config/nginxConf";
import type { ServiceConfig } from "../container/serviceConfig";
import { createContainer } from "../container/transform";
import type { ServiceContext } from "../container/serviceContext";

export interface NginxProxyArgs {
  readonly tenant: Tenant;
  readonly context: ServiceContext;
  /** Name of the custom Nginx image on the tenant's host. */
  readonly image: pulumi.Input<string>;
  /** Id of the network that leads to Odoo. */
  readonly frontNetwork: pulumi.Input<string>;
  /** Id of the network by which its port is published, where the other one has no way out: of a copy. */
  readonly publishedNetwork?: pulumi.Input<string>;
  /** Address of the host that the port is bound to. */
  readonly bindAddress: string;
  /** The network on whose gateway address it is published for the edge; undefined: there is no edge. */
  readonly edgeNetwork?: docker.Network;
  /** Its files: what `nginxFiles` makes. */
  readonly config: ServiceConfig;
}

/**
 * Configuration of a tenant's Nginx, by path in its folder.
 *
 * @param isWatched whether the fleet is watched: its requests are counted then.
 * @param edgeSecret what the host's edge shows that it is the edge by; undefined: there is none.
 */
export function nginxFiles(
  tenant: Tenant,
  isWatched: boolean,
  edgeSecret?: pulumi.Output<string>,
): Record<string, pulumi.Input<string>> {
  const { nginx, odoo } = tenant.sizing;
  const rendered = (secret?: string): string =>
    renderNginxConf({
      tenant: tenant.name,
      odooAddress: tenant.addresses.odooFront,
      workers: odoo.workers,
      uploadMiB: nginx.uploadMiB,
      requestSeconds: odoo.limitTimeReal,
      cacheMiB: nginx.cacheMiB,
      logReaderAddress: isWatched ? tenant.addresses.nginxlogExporterFront : undefined,
      edgeSecret: secret,
      suspended:
        tenant.state === "suspended" ? { company: tenant.company, isWakeable: tenant.wake !== undefined } : undefined,
    });
  return { "nginx.conf": edgeSecret === undefined ? rendered() : pulumi.secret(derived(edgeSecret, rendered)) };
}

/** What is published: the tenant's own port for everybody who reaches the host, and one for the edge alone. */
function publishedPorts(
  { ports, publishesPort, edge }: Tenant,
  bindAddress: string,
): docker.types.input.ContainerPort[] {
  return [
    ...(publishesPort ? [{ internal: nginxPort, external: ports.http, ip: bindAddress, protocol: "tcp" }] : []),
    ...(edge ? [{ internal: nginxEdgePort, external: ports.edge, ip: edge.address, protocol: "tcp" }] : []),
  ];
}

/** A tenant's Nginx: the only container of a tenant that publishes a port. */
export class NginxProxy extends pulumi.ComponentResource {
  /** Id of the container. */
  readonly containerId: pulumi.Output<string>;

  constructor(name: string, args: NginxProxyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo-fleet:index:NginxProxy", name, {}, opts);
    const { tenant, context, config } = args;
    const { nginx } = tenant.sizing;
    const container = createContainer(
      context,
      "nginx",
      tenant.name,
      name,
      {
        ...hardenedContainer(nginx),
        name: tenant.names.nginx,
        image: args.image,
        hostname: tenant.names.nginx,
        user: "nginx",
        entrypoints: ["nginx"],
        command: ["-c", `${configFolder}/nginx.conf`, "-g", "daemon off;"],
        stopSignal: "SIGQUIT",
        // The engine gives a tmpfs the mode of the folder below it; /tmp is the one that any user may write to.
        tmpfs: { "/tmp": "mode=1777,size=1m" },
        volumes: [config.mount],
        networksAdvanced: [
          { name: args.frontNetwork, ipv4Address: tenant.addresses.nginxFront },
          ...(args.publishedNetwork === undefined
            ? []
            : [{ name: args.publishedNetwork, ipv4Address: tenant.published?.nginx }]),
        ],
        ports: publishedPorts(tenant, args.bindAddress),
        healthcheck: {
          tests: [
            "CMD",
            "curl",
            "--fail",
            "--silent",
            "--output",
            "/dev/null",
            `http://127.0.0.1:${nginxPort}${nginxHealthPath}`,
          ],
          interval: "10s",
          timeout: "5s",
          startPeriod: "10s",
          retries: 3,
        },
        labels: config.labels,
      },
      containerOptions(this, {
        ...context.options,
        dependsOn: [config.writer, ...(args.edgeNetwork ? [args.edgeNetwork] : [])],
      }),
    );
    this.containerId = container.id;
    this.registerOutputs({ containerId: this.containerId });
  }
}
