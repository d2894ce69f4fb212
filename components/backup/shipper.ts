import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { type EscrowedKeys, escrowPath } from "../../fleet/escrow";
import { labelPrefix } from "../../fleet/labels";
import { shipperNames } from "../../fleet/names";
import { type Offsite, remotePath, shipperLimits, showLock } from "../../fleet/offsite";
import type { OffsiteSecret } from "../../fleet/offsiteChecks";
import { backupLockLabel, configFolder, figuresFolder, repositoriesFolder, shipperService } from "../../fleet/security";
import { shipperSubnet } from "../../fleet/subnets";
import type { Host } from "../../fleet/types";
import { containerOptions, hardenedContainer, labelList } from "../container/containerDefaults";
import { type ServiceConfig, writeServiceConfigs } from "../container/serviceConfig";
import type { ServiceContext } from "../container/serviceContext";
import { encryptKeys } from "./keyEscrow";
import { rcloneFiles } from "./rcloneConf";

export interface ShipperArgs {
  readonly host: Host;
  readonly context: ServiceContext;
  readonly offsite: Offsite;
  /** What the target is opened with. */
  readonly secret: OffsiteSecret;
  /** Names of the volumes with backups, by tenant: of those that run, and of those that are decommissioned. */
  readonly repositories: Readonly<Record<string, pulumi.Input<string>>>;
  /** The keys of these backups, by tenant; they go to the target where `offsite.escrow` names whom they are encrypted to. */
  readonly keys: Readonly<Record<string, pulumi.Output<EscrowedKeys>>>;
}

/** The program, which the image's shell runs. */
const program = "ship";
const programFile = resolve(__dirname, "..", "..", "images", "shipper", "odoo-fleet-ship");

/**
 * What copies the backups of a host's tenants to the target. It sees them as they are on the disk, encrypted, and can change none;
 * its credential is in a file that only it has. It removes nothing, here or there.
 */
export class Shipper extends pulumi.ComponentResource {
  /** Id of its container. */
  readonly containerId: pulumi.Output<string>;

  /** Name of the volume with its figures. */
  readonly figuresVolume: pulumi.Output<string>;

  constructor(name: string, args: ShipperArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo-fleet:index:Shipper", name, {}, opts);
    const { host, context, offsite, repositories } = args;
    const owner = { sharedOn: host.name };
    const names = shipperNames(context.environment);
    const own = { parent: this, ...context.options };
    // Other environments on the same engine may use the image too.
    const image = new docker.RemoteImage(`${name}-rclone`, { name: host.images.rclone, keepLocally: true }, own);
    const { subnet, gateway } = shipperSubnet(host.subnetBase);
    const network = new docker.Network(
      `${name}-network`,
      {
        name: names.network,
        driver: "bridge",
        internal: false,
        ipamConfigs: [{ subnet, gateway }],
        labels: labelList(context.labels(owner, shipperService, [subnet])),
      },
      { ...own, deleteBeforeReplace: true },
    );
    const figures = new docker.Volume(
      `${name}-figures`,
      { name: names.figuresVolume, labels: labelList(context.labels(owner, shipperService)) },
      own,
    );
    const config = this.writeConfig(name, args, image.imageId);
    const container = new docker.Container(
      name,
      {
        ...hardenedContainer(shipperLimits),
        name: names.container,
        hostname: names.container,
        image: image.imageId,
        // Backups are files of two users. Root without other rights than this one reads both, and its mounts are read-only.
        user: "root",
        // In the spelling that the Docker provider reads back: in another, each refresh would have it replaced.
        capabilities: { drops: ["ALL"], adds: ["CAP_DAC_OVERRIDE"] },
        workingDir: "/",
        entrypoints: ["sh", `${configFolder}/${program}`],
        envs: [
          `SHIP_TO=${remotePath(offsite)}`,
          ...(offsite.escrow === undefined ? [] : [`SHIP_KEYS=${escrowPath(host.name)}`]),
          ...(offsite.mibPerSecond === undefined ? [] : [`SHIP_MIB=${offsite.mibPerSecond}`]),
          `GOMEMLIMIT=${Math.floor(shipperLimits.memoryMiB * 0.7)}MiB`,
        ],
        volumes: [
          ...Object.entries(repositories).map(([tenant, volumeName]) => ({
            volumeName,
            containerPath: `${repositoriesFolder}/${tenant}`,
            readOnly: true,
          })),
          { volumeName: figures.name, containerPath: figuresFolder },
          { ...config.mount, readOnly: true },
        ],
        networksAdvanced: [{ name: network.id }],
        tmpfs: { "/tmp": "mode=1777,size=64m" },
        healthcheck: {
          tests: ["CMD", "sh", `${configFolder}/${program}`, "healthy"],
          interval: "1m0s",
          timeout: "10s",
          startPeriod: "1m0s",
          retries: 3,
        },
        labels: [...config.labels, { label: `${labelPrefix}.${backupLockLabel}`, value: showLock(offsite) }],
      },
      containerOptions(this, { ...context.options, dependsOn: [config.writer] }),
    );
    context.started.push({ name: names.container, id: container.id, key: "backup", isWaitedFor: false });
    this.containerId = container.id;
    this.figuresVolume = figures.name;
    this.registerOutputs({ containerId: this.containerId, figuresVolume: this.figuresVolume });
  }

  private writeConfig(
    name: string,
    { host, context, offsite, secret, keys }: ShipperArgs,
    image: pulumi.Input<string>,
  ): ServiceConfig {
    const { environment } = context;
    const { configVolume } = shipperNames(environment);
    const escrow =
      offsite.escrow &&
      encryptKeys(`${name}-keys`, { environment, host: host.name, recipients: offsite.escrow, keys }, this);
    const files = Object.fromEntries(
      Object.entries(rcloneFiles(offsite, secret)).map(([file, content]) => [file, pulumi.secret(content)]),
    );
    const writer = {
      containerName: configVolume,
      service: `${shipperService}-config`,
      image,
      user: "root",
      workingDir: "/",
    };
    return writeServiceConfigs(
      `${name}-config`,
      { owner: { sharedOn: host.name }, context, writer },
      {
        own: {
          resource: `${name}-config`,
          service: shipperService,
          volumeName: configVolume,
          files: {
            ...files,
            ...(escrow && { "keys.age": pulumi.secret(escrow) }),
            [program]: readFileSync(programFile, "utf8"),
          },
          formerParent: this.urn,
        },
      },
      this,
    ).own;
  }
}
