import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { sharedLimits } from "../../fleet/sharedLimits";
import type { Host } from "../../fleet/types";
import { files, servicePorts } from "../../monitoring/contract";
import { labelList, volumeOptions } from "../container/containerDefaults";
import { clientFile } from "./files";
import type { SharedImages } from "./images";
import {
  configFile,
  healthcheck,
  type SharedHost,
  SharedServiceContainer,
  type SharedServiceArgs,
} from "./sharedService";

/** The services that are published, and keep something. */
type CentreService = "prometheus" | "alertmanager" | "grafana";

export interface MonitoringServerArgs extends SharedHost {
  readonly host: Host;
  readonly images: SharedImages;
  /** How many running tenants are watched, on all hosts that Prometheus asks. */
  readonly tenants: number;
  /** Arguments of Prometheus and of Alertmanager. */
  readonly commands: Readonly<Record<"prometheus" | "alertmanager", readonly string[]>>;
  /** Their configuration and secrets, by file. */
  readonly files: Readonly<Record<CentreService, Readonly<Record<string, pulumi.Input<string>>>>>;
}

/** Where each keeps what it keeps: the volumes that their images declare. */
const dataPaths: Readonly<Record<CentreService, string>> = {
  prometheus: "/prometheus",
  alertmanager: "/alertmanager",
  grafana: "/var/lib/grafana",
};

/** User of Grafana's official image. */
const grafanaUser = "472:0";

/** Prometheus, Alertmanager and Grafana: the only parts of monitoring that are published, on the loopback address. */
export class MonitoringServer extends pulumi.ComponentResource {
  constructor(name: string, args: MonitoringServerArgs, opts?: pulumi.ComponentResourceOptions) {
    // The type is the one that existing states have.
    super("odoo-fleet:index:Centre", name, {}, opts);
    const { prometheus, alertmanager, grafana } = args.images;
    this.create(name, args, "prometheus", prometheus!, {
      container: {
        command: [...args.commands.prometheus],
        healthcheck: healthcheck(
          ...["promtool", "check", "healthy", `--url=http://127.0.0.1:${servicePorts.prometheus}`],
          `--http.config.file=${configFile(clientFile)}`,
        ),
      },
    });
    this.create(name, args, "alertmanager", alertmanager!, {
      container: {
        command: [...args.commands.alertmanager],
        healthcheck: healthcheck(
          ...["amtool", `--alertmanager.url=http://127.0.0.1:${servicePorts.alertmanager}`, "--timeout=5s"],
          ...[`--http.config.file=${configFile(clientFile)}`, "cluster", "show"],
        ),
      },
    });
    if (grafana) {
      this.create(name, args, "grafana", grafana, {
        user: grafanaUser,
        container: {
          // Everything else, its password too, is in files that this one names.
          envs: [`GF_PATHS_CONFIG=${configFile(files.grafana.config)}`],
          tmpfs: { "/tmp": "mode=1777,size=64m" },
          healthcheck: healthcheck(
            ...["wget", "-q", "-O", "/dev/null", `http://127.0.0.1:${servicePorts.grafana}/api/health`],
          ),
        },
      });
    }
    this.registerOutputs({});
  }

  private create(
    name: string,
    { monitored, context, network, tenants, files: all }: MonitoringServerArgs,
    service: CentreService,
    image: pulumi.Input<string>,
    rest: Pick<SharedServiceArgs, "container" | "user">,
  ): void {
    const data = new docker.Volume(
      `${name}-${service}-data`,
      {
        name: monitored.names.dataVolumes[service],
        labels: labelList(context.labels({ sharedOn: monitored.host }, service)),
      },
      volumeOptions(this, context.options),
    );
    new SharedServiceContainer(
      `${name}-${service}`,
      {
        ...{ monitored, context, network, service, image },
        limits: sharedLimits(service, tenants),
        files: all[service],
        volumes: [{ volumeName: data.name, containerPath: dataPaths[service] }],
        ...rest,
        container: {
          ...rest.container,
          // Only whoever is on the host itself, or comes through SSH, meets the login.
          ports: [
            { internal: servicePorts[service], external: monitored.ports[service], ip: "127.0.0.1", protocol: "tcp" },
          ],
        },
      },
      { parent: this },
    );
  }
}
