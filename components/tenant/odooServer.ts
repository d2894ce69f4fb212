import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Tenant } from "../../fleet/types";
import { derived } from "../container/derived";
import { containerOptions, hardenedContainer } from "../container/containerDefaults";
import { postgresAlias } from "./postgresDatabase";
import { odooRole, renderOdooConf } from "./config/odooConf";
import { ServiceConfig } from "../container/serviceConfig";
import type { ServiceContext } from "../container/serviceContext";

export interface OdooServerArgs {
  readonly tenant: Tenant;
  readonly context: ServiceContext;
  /** Id of the custom Odoo image on the tenant's host. */
  readonly image: pulumi.Input<string>;
  /** Id of the network that leads to the database. */
  readonly internalNetwork: pulumi.Input<string>;
  /** Id of the network that leads to Nginx and out. */
  readonly frontNetwork: pulumi.Input<string>;
  /** The volume that holds filestore and sessions. */
  readonly volume: docker.Volume;
  readonly rolePassword: pulumi.Output<string>;
  readonly masterPasswordHash: pulumi.Output<string>;
  readonly adminPassword: pulumi.Input<string>;
}

/** Seconds that the first start may take: PostgreSQL's own first start, the clone of the seed, and Odoo's start. */
const startDeadline = 300;

/** A tenant's Odoo. Its container is created only when it is healthy, so a finished `up` means a usable tenant. */
export class OdooServer extends pulumi.ComponentResource {
  /** Id of the container. */
  readonly containerId: pulumi.Output<string>;

  constructor(name: string, args: OdooServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo-fleet:index:OdooServer", name, {}, opts);
    const { tenant, context } = args;
    const { odoo } = tenant.sizing;
    const settings = derived(
      pulumi.all([args.rolePassword, args.masterPasswordHash]),
      ([rolePassword, masterPasswordHash]) =>
        renderOdooConf({
          version: tenant.odooVersion,
          database: tenant.database,
          databaseHost: postgresAlias,
          role: odooRole,
          rolePassword,
          masterPasswordHash,
          addonsPath: tenant.odooImage.addons ? "/opt/odoo-fleet/addons" : undefined,
          sizing: odoo,
        }),
    );
    const config = new ServiceConfig(
      `${name}-config`,
      {
        owner: tenant,
        context,
        service: "odoo",
        image: args.image,
        volumeName: tenant.names.odooConfigVolume,
        files: {
          "odoo.conf": pulumi.secret(settings),
          "tenant.json": JSON.stringify({ name: tenant.name, company: tenant.company, url: tenant.url }),
          "admin-password": args.adminPassword,
        },
      },
      { parent: this },
    );
    const container = new docker.Container(
      name,
      {
        ...hardenedContainer(odoo),
        name: tenant.names.odoo,
        image: args.image,
        hostname: tenant.names.odoo,
        user: "odoo",
        envs: [`ODOO_WORKERS=${odoo.workers}`],
        tmpfs: {
          "/tmp": `mode=1777,size=${odoo.tmpMiB}m`,
          // A volume of the base image that nothing uses: without this the engine makes an anonymous one.
          "/mnt/extra-addons": "mode=0555,size=4k",
        },
        volumes: [{ volumeName: args.volume.name, containerPath: "/var/lib/odoo" }, config.volume],
        networksAdvanced: [
          { name: args.internalNetwork, ipv4Address: tenant.addresses.odooInternal },
          { name: args.frontNetwork, ipv4Address: tenant.addresses.odooFront },
        ],
        healthcheck: {
          tests: ["CMD", "/opt/odoo-fleet/bin/healthy"],
          interval: "10s",
          timeout: "10s",
          startPeriod: "3m0s",
          retries: 5,
        },
        wait: true,
        waitTimeout: startDeadline,
        labels: config.labels,
      },
      containerOptions(this, context.options),
    );
    this.containerId = container.id;
    this.registerOutputs({ containerId: this.containerId });
  }
}
