import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { EscrowedKeys } from "../../fleet/escrow";
import { snapshotsNames, snapshotsRepository } from "../../fleet/names";
import {
  repositoryFolder,
  scratchFolder,
  servicesFolder,
  snapshotFiguresFolder,
  snapshotsService,
} from "../../fleet/security";
import { snapshotsLimits } from "../../fleet/sharedLimits";
import { backgroundShares } from "../../fleet/sizing";
import type { KeepingService } from "../../fleet/snapshots";
import { containerOptions, hardenedContainer, labelList, volumeOptions } from "../container/containerDefaults";
import { type ServiceConfig, writeServiceConfigs } from "../container/serviceConfig";
import type { HostRefs } from "../host/connectHost";
import { backupSecrets } from "../tenant/tenantSecrets";

export interface ServiceSnapshotsArgs {
  /** The host; its engine is the `docker` provider in the options. */
  readonly refs: HostRefs;
  /** Name of its image there. */
  readonly image: pulumi.Input<string>;
}

/**
 * What backs up what the services of a host keep: the edge's certificates and keys, Alertmanager's silences, Grafana's database. It has no network,
 * reads them and can change none, and takes encrypted snapshots, which the host's shipper copies to the target like a tenant's backups
 * (docs/decisions/0099).
 *
 * Its volumes come first, since what copies the snapshots and what reads its figures mount them; its container comes by `keep`, after the
 * services' own volumes.
 */
export class ServiceSnapshots extends pulumi.ComponentResource {
  /** Name of the volume with the snapshots. */
  readonly repositoryVolume: pulumi.Output<string>;
  /** Name of the volume with its figures. */
  readonly figuresVolume: pulumi.Output<string>;
  /** What opens the snapshots; a secret. */
  readonly backupKeys: pulumi.Output<EscrowedKeys>;
  private readonly scratchVolume: pulumi.Output<string>;
  private readonly filesKey: pulumi.Output<string>;

  constructor(
    private readonly args: ServiceSnapshotsArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const { host, context } = args.refs;
    super("odoo-fleet:index:ServiceSnapshots", snapshotsRepository(host.name), {}, opts);
    const names = snapshotsNames(context.environment);
    const volume = (what: string, name: string): pulumi.Output<string> =>
      new docker.Volume(
        `${host.name}-snapshots-${what}`,
        { name, labels: labelList(context.labels({ sharedOn: host.name }, snapshotsService)) },
        volumeOptions(this, context.options),
      ).name;
    this.repositoryVolume = volume("store", names.repositoryVolume);
    this.scratchVolume = volume("scratch", names.scratchVolume);
    this.figuresVolume = volume("figures", names.figuresVolume);
    const { keys, filesKey } = backupSecrets(snapshotsRepository(host.name), this, false);
    this.backupKeys = keys;
    this.filesKey = filesKey;
    this.registerOutputs({ repositoryVolume: this.repositoryVolume });
  }

  /**
   * Makes the container that takes the snapshots, where there is something to take them of.
   *
   * @param kept name of the volume of each service that keeps something.
   */
  keep(kept: Readonly<Partial<Record<KeepingService, pulumi.Input<string>>>>): void {
    if (Object.keys(kept).length === 0) {
      return;
    }
    const { refs, image } = this.args;
    const { host, context } = refs;
    const names = snapshotsNames(context.environment);
    const config = this.writeConfig();
    const container = new docker.Container(
      `${host.name}-snapshots`,
      {
        ...hardenedContainer(snapshotsLimits),
        cpuShares: backgroundShares,
        name: names.container,
        hostname: names.container,
        image,
        // What services keep are files of a user each. Root without other rights than this one reads all, and its mounts are read-only.
        user: "root",
        capabilities: { drops: ["ALL"], adds: ["CAP_DAC_OVERRIDE"] },
        workingDir: "/srv",
        command: ["loop"],
        networkMode: "none",
        // The signal that the base image names for its server means nothing to a shell.
        stopSignal: "SIGTERM",
        envs: [`SNAPSHOTS_MEMORY_MIB=${Math.floor(snapshotsLimits.memoryMiB * 0.6)}`],
        volumes: [
          ...Object.entries(kept).map(([service, volumeName]) => ({
            volumeName,
            containerPath: `${servicesFolder}/${service}`,
            readOnly: true,
          })),
          { volumeName: this.repositoryVolume, containerPath: repositoryFolder },
          { volumeName: this.scratchVolume, containerPath: scratchFolder },
          { volumeName: this.figuresVolume, containerPath: snapshotFiguresFolder },
          { ...config.mount, readOnly: true },
        ],
        tmpfs: { "/tmp": "mode=1777,size=16m" },
        healthcheck: {
          tests: ["CMD", "odoo-fleet-snapshots", "healthy"],
          interval: "1m0s",
          timeout: "10s",
          startPeriod: "1m0s",
          retries: 3,
        },
        labels: config.labels,
      },
      containerOptions(this, { ...context.options, dependsOn: [config.writer] }),
    );
    context.started.push({ container, name: names.container, key: "backup", isWaitedFor: false });
  }

  private writeConfig(): ServiceConfig {
    const { refs, image } = this.args;
    const { host, context } = refs;
    const { configVolume } = snapshotsNames(context.environment);
    const name = `${host.name}-snapshots-config`;
    const writer = {
      containerName: configVolume,
      service: `${snapshotsService}-config`,
      image,
      user: "nginx",
      workingDir: "/srv",
    };
    const own = {
      resource: name,
      service: snapshotsService,
      volumeName: configVolume,
      files: { "restic-password": this.filesKey },
      formerParent: this.urn,
    };
    return writeServiceConfigs(name, { owner: { sharedOn: host.name }, context, writer }, { own }, this).own;
  }
}
