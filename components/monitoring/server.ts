import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { ServerHost, ServerService } from "../../fleet/monitoringTypes";
import { sharedLimits } from "../../fleet/sharedLimits";
import { files, servicePorts } from "../../monitoring/contract";
import { labelList, volumeOptions } from "../container/containerDefaults";
import { healthcheck } from "../container/healthcheck";
import type { SharedImages } from "./images";
import {
  clientFile,
  configFile,
  type SharedHost,
  SharedServiceContainer,
  type SharedServiceArgs,
} from "./sharedService";

export interface MonitoringServerArgs extends SharedHost {
  readonly monitored: ServerHost;
  readonly images: SharedImages;
  /** How many running tenants are watched, on all hosts that Prometheus asks. */
  readonly tenants: number;
  /** Everything of those tenants: Prometheus starts when they are there. */
  readonly stacks: readonly pulumi.Resource[];
  /** Arguments of Prometheus and of Alertmanager. */
  readonly commands: Readonly<Record<"prometheus" | "alertmanager", readonly string[]>>;
  /** Their configuration and secrets, by file. */
  readonly files: Readonly<Record<ServerService, Readonly<Record<string, pulumi.Input<string>>>>>;
}

/** Where each keeps what it keeps: the volumes that their images declare. */
const dataPaths: Readonly<Record<ServerService, string>> = {
  prometheus: "/prometheus",
  alertmanager: "/alertmanager",
  grafana: "/var/lib/grafana",
};

/** What there is of a service. */
interface Created {
  readonly containerId: pulumi.Output<string>;
  readonly dataVolume: pulumi.Output<string>;
}

/** What is a service's own. */
type ServiceSpec = Pick<SharedServiceArgs, "container" | "user" | "after">;

const grafana: ServiceSpec = {
  // User of Grafana's official image.
  user: "472:0",
  container: {
    // Everything else, its password too, is in files that this one names.
    envs: [`GF_PATHS_CONFIG=${configFile(files.grafana.config)}`],
    tmpfs: { "/tmp": "mode=1777,size=64m" },
    healthcheck: healthcheck("wget", "-q", "-O", "/dev/null", `http://127.0.0.1:${servicePorts.grafana}/api/health`),
  },
};

/** Prometheus, Alertmanager and Grafana: the only parts of monitoring that are published, on the loopback address. */
export class MonitoringServer extends pulumi.ComponentResource {
  /** Ids of the containers, by service; without Grafana's where its image isn't available. */
  readonly containerIds: Readonly<Partial<Record<ServerService, pulumi.Output<string>>>>;

  /** Names of the volumes that they keep what they keep in, by service. */
  readonly dataVolumes: Readonly<Partial<Record<ServerService, pulumi.Output<string>>>>;

  constructor(name: string, args: MonitoringServerArgs, opts?: pulumi.ComponentResourceOptions) {
    // The type is the one that existing states have.
    super("odoo-fleet:index:Centre", name, {}, opts);
    const prometheus = this.create(name, args, "prometheus", {
      // It knows what is declared: a tenant that is still being made would be told of as one that is down.
      after: args.stacks,
      container: {
        command: [...args.commands.prometheus],
        healthcheck: healthcheck(
          ...["promtool", "check", "healthy", `--url=http://127.0.0.1:${servicePorts.prometheus}`],
          `--http.config.file=${configFile(clientFile)}`,
        ),
      },
    });
    const alertmanager = this.create(name, args, "alertmanager", {
      container: {
        command: [...args.commands.alertmanager],
        healthcheck: healthcheck(
          ...["amtool", `--alertmanager.url=http://127.0.0.1:${servicePorts.alertmanager}`, "--timeout=5s"],
          ...[`--http.config.file=${configFile(clientFile)}`, "cluster", "show"],
        ),
      },
    });
    const hasGrafana = args.monitored.services.includes("grafana");
    const created = {
      ...{ prometheus, alertmanager },
      ...(hasGrafana ? { grafana: this.create(name, args, "grafana", grafana) } : {}),
    };
    const each = (what: keyof Created): Partial<Record<ServerService, pulumi.Output<string>>> =>
      Object.fromEntries(Object.entries(created).map(([service, one]) => [service, one[what]]));
    this.containerIds = each("containerId");
    this.dataVolumes = each("dataVolume");
    this.registerOutputs({ containerIds: this.containerIds });
  }

  private create(
    name: string,
    { monitored, context, network, images, tenants, files: all }: MonitoringServerArgs,
    service: ServerService,
    rest: ServiceSpec,
  ): Created {
    const data = new docker.Volume(
      `${name}-${service}-data`,
      {
        name: monitored.names.dataVolumes[service],
        labels: labelList(context.labels({ sharedOn: monitored.host }, service)),
      },
      volumeOptions(this, context.options),
    );
    const { containerId } = new SharedServiceContainer(
      `${name}-${service}`,
      {
        ...{ monitored, context, network, service, image: images(service) },
        limits: sharedLimits(service, tenants),
        files: all[service],
        volumes: [{ volumeName: data.name, containerPath: dataPaths[service] }],
        ...rest,
        container: {
          ...rest.container,
          // The login page is reachable from the host itself and through SSH only.
          ports: [
            { internal: servicePorts[service], external: monitored.ports[service], ip: "127.0.0.1", protocol: "tcp" },
          ],
        },
      },
      { parent: this },
    );
    return { containerId, dataVolume: data.name };
  }
}
