import * as pulumi from "@pulumi/pulumi";
import { nginxHealthPath, nginxPort } from "../../fleet/ports";
import { configFolder } from "../../fleet/security";
import type { Tenant } from "../../fleet/types";
import { containerOptions, hardenedContainer } from "../container/containerDefaults";
import { renderNginxConf } from "./config/nginxConf";
import type { ServiceConfig } from "../container/serviceConfig";
import { createContainer } from "../container/transform";
import type { ServiceContext } from "../container/serviceContext";

export interface NginxProxyArgs {
  readonly tenant: Tenant;
  readonly context: ServiceContext;
  /** Id of the custom Nginx image on the tenant's host. */
  readonly image: pulumi.Input<string>;
  /** Id of the network that leads to Odoo. */
  readonly frontNetwork: pulumi.Input<string>;
  /** Address of the host that the port is bound to. */
  readonly bindAddress: string;
  /** Its files: what `nginxFiles` makes. */
  readonly config: ServiceConfig;
}

/**
 * Configuration of a tenant's Nginx, by path in its folder.
 *
 * @param isWatched whether the fleet is watched: its requests are counted then.
 */
export function nginxFiles(tenant: Tenant, isWatched: boolean): Record<string, string> {
  const { nginx, odoo } = tenant.sizing;
  return {
    "nginx.conf": renderNginxConf({
      tenant: tenant.name,
      odooAddress: tenant.addresses.odooFront,
      workers: odoo.workers,
      uploadMiB: nginx.uploadMiB,
      cacheMiB: nginx.cacheMiB,
      logReaderAddress: isWatched ? tenant.addresses.nginxlogExporterFront : undefined,
    }),
  };
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
        networksAdvanced: [{ name: args.frontNetwork, ipv4Address: tenant.addresses.nginxFront }],
        ports: [{ internal: nginxPort, external: tenant.ports.http, ip: args.bindAddress, protocol: "tcp" }],
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
      containerOptions(this, { ...context.options, dependsOn: [config.writer] }),
    );
    this.containerId = container.id;
    this.registerOutputs({ containerId: this.containerId });
  }
}
