import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { MonitoringHost, SharedService } from "../../fleet/monitoringTypes";
import { configFolder } from "../../fleet/security";
import { isToldItsLimit } from "../../fleet/sharedLimits";
import type { Limits } from "../../fleet/types";
import { servicePorts } from "../../monitoring/contract";
import { containerOptions, hardenedContainer, labelList } from "../container/containerDefaults";
import { type ServiceConfig, writeServiceConfigs } from "../container/serviceConfig";
import type { ServiceContext } from "../container/serviceContext";
import { healthcheck } from "../container/healthcheck";

/** What every service of a host's monitoring is made with. */
export interface SharedHost {
  readonly monitored: MonitoringHost;
  readonly context: ServiceContext;
  /** Id of the monitoring network. */
  readonly network: pulumi.Input<string>;
}

export interface SharedServiceArgs extends SharedHost {
  readonly service: SharedService;
  readonly image: pulumi.Input<string>;
  readonly limits: Limits;
  /** User and group that it runs as. Default: nobody's, which the images of all projects run as. */
  readonly user?: string;
  /** Its configuration and secrets, by path in `/etc/odoo-fleet`. Default: it has none. */
  readonly files?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Volumes beside the one with its files. */
  readonly volumes?: readonly docker.types.input.ContainerVolume[];
  /** What has to be there before it starts. */
  readonly after?: readonly pulumi.Resource[];
  /** Networks of tenants that it joins, with its address in each. */
  readonly tenantNetworks?: readonly docker.types.input.ContainerNetworksAdvanced[];
  /** What is its own. */
  readonly container: Pick<
    docker.ContainerArgs,
    "command" | "entrypoints" | "envs" | "ports" | "tmpfs" | "healthcheck" | "stopSignal"
  >;
}

/** How the healthchecks of Prometheus and Alertmanager log in to their own. */
export const clientFile = "client.yml";

/** User and group `nobody` of the official images; by number, since Debian calls the group otherwise. */
export const nobody = "65534:65534";

/** Stated, since images differ in it and the engine tells it back; no service of these reads a relative path. */
const workingDir = "/";

/** One service that the tenants of a host share, with its configuration and at its fixed address. */
export class SharedServiceContainer extends pulumi.ComponentResource {
  /** Id of the container. */
  readonly containerId: pulumi.Output<string>;

  constructor(name: string, args: SharedServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo-fleet:index:SharedService", name, {}, opts);
    const { monitored, context, service, limits, user = nobody } = args;
    const owner = { sharedOn: monitored.host };
    const config = args.files && this.writeConfig(name, args, args.files);
    const container = new docker.Container(
      name,
      {
        ...hardenedContainer(limits),
        name: monitored.names.containers[service],
        hostname: monitored.names.containers[service],
        image: args.image,
        user,
        workingDir,
        volumes: [...(config ? [config.mount] : []), ...(args.volumes ?? [])],
        networksAdvanced: [
          { name: args.network, ipv4Address: monitored.addresses.services[service] },
          ...(args.tenantNetworks ?? []),
        ],
        labels: config?.labels ?? labelList(context.labels(owner, service)),
        ...args.container,
        // Programs in Go collect garbage before they reach the wall.
        envs: [
          ...(isToldItsLimit(service) ? [`GOMEMLIMIT=${Math.floor(limits.memoryMiB * 0.9)}MiB`] : []),
          ...((args.container.envs ?? []) as string[]),
        ],
      },
      containerOptions(this, {
        ...context.options,
        dependsOn: [...(config ? [config.writer] : []), ...(args.after ?? [])],
      }),
    );
    context.started.push({ container, name: monitored.names.containers[service], isWaitedFor: false });
    this.containerId = container.id;
    this.registerOutputs({ containerId: this.containerId });
  }

  private writeConfig(
    name: string,
    { monitored, context, service, image }: SharedServiceArgs,
    files: NonNullable<SharedServiceArgs["files"]>,
  ): ServiceConfig {
    const resource = `${name}-config`;
    const volumeName = monitored.names.configVolumes[service];
    // Nothing runs in what carries the files.
    const writer = { containerName: volumeName, service: `${service}-config`, image, user: nobody, workingDir };
    const own = { resource, service, volumeName, files, formerParent: this.urn };
    const owner = { sharedOn: monitored.host };
    return writeServiceConfigs(resource, { owner, context, writer }, { own }, this).own;
  }
}

/** Asks an exporter's own page, by the `wget` of the images that are built on BusyBox. */
export function askPage(
  monitored: MonitoringHost,
  service: SharedService,
  path = "/",
): docker.types.input.ContainerHealthcheck {
  return healthcheck("wget", "-q", "-O", "/dev/null", `http://${ownAddress(monitored, service)}${path}`);
}

/** Address and port of a service on the monitoring network. An exporter listens there alone, and in no tenant's network. */
export function ownAddress(monitored: MonitoringHost, service: SharedService): string {
  return `${monitored.addresses.services[service]}:${servicePorts[service]}`;
}

/** Path of a file in a service's own container. */
export function configFile(file: string): string {
  return `${configFolder}/${file}`;
}
