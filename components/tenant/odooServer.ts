import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { configFolder } from "../../fleet/security";
import { sizingRules } from "../../fleet/sizing";
import type { Tenant } from "../../fleet/types";
import { derived } from "../container/derived";
import { containerOptions, hardenedContainer } from "../container/containerDefaults";
import { odooDataLabel } from "./dataLabel";
import { postgresAlias } from "./config/postgresConf";
import { odooRole, renderOdooConf } from "./config/odooConf";
import { renderTenantJson } from "./config/tenantJson";
import { awaitedHealthcheck } from "../container/healthcheck";
import type { ServiceConfig } from "../container/serviceConfig";
import { inState } from "../container/suspended";
import { createContainer } from "../container/transform";
import type { ServiceContext } from "../container/serviceContext";

export interface OdooServerArgs {
  readonly tenant: Tenant;
  readonly context: ServiceContext;
  /** Name of the custom Odoo image on the tenant's host. */
  readonly image: pulumi.Input<string>;
  /** Id of the network that leads to the database. */
  readonly internalNetwork: pulumi.Input<string>;
  /** Id of the network that leads to Nginx and out. */
  readonly frontNetwork: pulumi.Input<string>;
  /** The volume that holds filestore and sessions. */
  readonly volume: docker.Volume;
  /** Its files: what `odooFiles` makes. */
  readonly config: ServiceConfig;
  /** What has to be through before anything is done to it. Default: nothing. */
  readonly after?: pulumi.Resource;
}

/** What the files of a tenant's Odoo are made of. */
export interface OdooFilesArgs {
  readonly tenant: Tenant;
  readonly rolePassword: pulumi.Output<string>;
  readonly masterPasswordHash: pulumi.Output<string>;
  readonly adminPassword: pulumi.Input<string>;
}

/** Configuration and secrets of a tenant's Odoo, by path in their folder. */
export function odooFiles({ tenant, ...secrets }: OdooFilesArgs): Record<string, pulumi.Input<string>> {
  const settings = derived(
    pulumi.all([secrets.rolePassword, secrets.masterPasswordHash]),
    ([rolePassword, masterPasswordHash]) =>
      renderOdooConf({
        version: tenant.odooVersion,
        database: tenant.database,
        databaseHost: postgresAlias,
        role: odooRole,
        rolePassword,
        masterPasswordHash,
        addonsPath: tenant.odooImage.addons.length > 0 ? "/opt/odoo-fleet/addons" : undefined,
        serverWideModules: tenant.serverWideModules,
        odooOptions: tenant.odooOptions,
        sizing: tenant.sizing.odoo,
      }),
  );
  return {
    "odoo.conf": pulumi.secret(settings),
    "tenant.json": renderTenantJson(tenant),
    "admin-password": secrets.adminPassword,
  };
}

/** Seconds that the first start may take: PostgreSQL's own first start, the clone of the seed, and Odoo's start. */
const startDeadline = 300;

/** A tenant's Odoo. Its container is created only when it is healthy, so a finished `up` means a usable tenant. */
export class OdooServer extends pulumi.ComponentResource {
  /** Id of the container. */
  readonly containerId: pulumi.Output<string>;
  /** The container itself, for what comes after it. */
  readonly container: docker.Container;

  constructor(name: string, args: OdooServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo-fleet:index:OdooServer", name, {}, opts);
    const { tenant, context, config } = args;
    const { odoo } = tenant.sizing;
    const { channels } = tenant.odooOptions.queue_job ?? {};
    this.container = createContainer(
      context,
      "odoo",
      tenant.name,
      name,
      inState(tenant, {
        ...hardenedContainer(odoo),
        name: tenant.names.odoo,
        image: args.image,
        hostname: tenant.names.odoo,
        user: "odoo",
        envs: [
          `ODOO_WORKERS=${odoo.workers}`,
          // Each needs address space, of which Odoo's limit of memory has so much.
          ...(odoo.workers === 0 ? [`ODOO_MAX_HTTP_THREADS=${sizingRules.threadedHttpThreads}`] : []),
          // Bodies and reports wait on the disk: a tmpfs would count as the container's memory.
          `TMPDIR=${configFolder}/tmp`,
          // Odoo 19 keeps no sections of its file, so the module queue_job is told both ways.
          ...(channels ? [`ODOO_QUEUE_JOB_CHANNELS=${channels}`] : []),
        ],
        tmpfs: {
          "/tmp": `mode=1777,size=${odoo.tmpMiB}m`,
          // A volume of the base image that nothing uses: without this the engine makes an anonymous one.
          "/mnt/extra-addons": "mode=0555,size=4k",
        },
        volumes: [{ volumeName: args.volume.name, containerPath: "/var/lib/odoo" }, config.mount],
        networksAdvanced: [
          { name: args.internalNetwork, ipv4Address: tenant.addresses.odooInternal },
          { name: args.frontNetwork, ipv4Address: tenant.addresses.odooFront },
        ],
        healthcheck: awaitedHealthcheck({ startPeriod: "3m0s", retries: 5 }, "/opt/odoo-fleet/bin/healthy"),
        wait: true,
        waitTimeout: startDeadline,
        labels: [...config.labels, odooDataLabel(tenant)],
      }),
      containerOptions(this, { ...context.options, dependsOn: [config.writer, ...(args.after ? [args.after] : [])] }),
    );
    this.containerId = this.container.id;
    this.registerOutputs({ containerId: this.containerId });
  }
}
