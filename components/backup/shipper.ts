import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { type EscrowedKeys, escrowPath } from "../../fleet/escrow";
import { labelPrefix } from "../../fleet/labels";
import { copiesNetwork, shipperNames, tenantShipperNames } from "../../fleet/names";
import { type Offsite, ownShipperLimits, remotePath, shipperLimits, showLock } from "../../fleet/offsite";
import type { OffsiteSecret } from "../../fleet/offsiteChecks";
import {
  backupLockLabel,
  configFolder,
  copiesFolder,
  figuresFolder,
  repositoriesFolder,
  shipperService,
} from "../../fleet/security";
import { backgroundShares } from "../../fleet/sizing";
import { shipperSubnet } from "../../fleet/subnets";
import type { Host, Limits, Tenant } from "../../fleet/types";
import { containerOptions, hardenedContainer, labelList } from "../container/containerDefaults";
import { type ServiceConfig, writeServiceConfigs } from "../container/serviceConfig";
import type { Owner, ServiceContext } from "../container/serviceContext";
import { encryptKeys } from "./keyEscrow";
import { rcloneFiles } from "./rcloneConf";

export interface ShipperArgs {
  readonly host: Host;
  readonly context: ServiceContext;
  /** The one tenant whose backups it copies, which has a stack of its own. Default: those of the tenants of the host's stack. */
  readonly tenant?: Pick<Tenant, "name" | "host" | "slot" | "copyOf">;
  readonly offsite: Offsite;
  /** What the target is opened with. */
  readonly secret: OffsiteSecret;
  /** Names of the volumes with backups, by tenant: of those that run, and of those that are decommissioned. */
  readonly repositories: Readonly<Record<string, pulumi.Input<string>>>;
  /** Names of the volumes into which copies are brought back for drills, by tenant: of those that have helpers. */
  readonly copies: Readonly<Record<string, pulumi.Input<string>>>;
  /** The keys of these backups, by tenant; they go to the target where `offsite.escrow` names whom they are encrypted to. */
  readonly keys: Readonly<Record<string, pulumi.Output<EscrowedKeys>>>;
}

/** The program, which the image's shell runs. */
const program = "ship";
const programFile = resolve(__dirname, "..", "..", "images", "shipper", "odoo-fleet-ship");

/** What a shipper of a host, and one of a tenant's own, have in common and what not. */
interface Place {
  readonly owner: Owner;
  readonly container: string;
  readonly configVolume: string;
  readonly limits: Limits;
  readonly escrow: string;
  readonly envs: readonly string[];
}

function placeOf({ host, context: { environment }, tenant }: ShipperArgs): Place {
  return tenant === undefined
    ? {
        ...shipperNames(environment),
        owner: { sharedOn: host.name },
        limits: shipperLimits,
        escrow: escrowPath(host.name),
        envs: [],
      }
    : {
        ...tenantShipperNames(environment, tenant.name),
        owner: tenant,
        limits: ownShipperLimits,
        escrow: escrowPath(host.name, tenant.name),
        // Nothing of it is a file that the host's exporter mounts; fewer looks, as there are many of its kind.
        envs: ["SHIP_ALONE=1", "SHIP_PAUSE=15"],
      };
}

/**
 * What copies the backups of a host's tenants, or of one tenant that has a stack of its own, to the target. It sees them as they are on the
 * disk, encrypted, and can change none; its credential is in a file that only it has. It removes nothing, here or there.
 *
 * A tenant's own joins the network that the host's stack has for its kind (`createCopiesNetwork`), and no other container (docs/decisions/0070).
 */
export class Shipper extends pulumi.ComponentResource {
  /** Id of its container. */
  readonly containerId: pulumi.Output<string>;

  /** Name of the volume with its figures; undefined: the healthcheck of a tenant's own tells them. */
  readonly figuresVolume?: pulumi.Output<string>;

  constructor(name: string, args: ShipperArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo-fleet:index:Shipper", name, {}, opts);
    const { host, context, offsite, repositories, copies, tenant } = args;
    const place = placeOf(args);
    // Other environments on the same engine may use the image too.
    const image = new docker.RemoteImage(
      `${name}-rclone`,
      { name: host.images.rclone, keepLocally: true },
      { parent: this, ...context.options },
    );
    const shared = tenant === undefined ? this.createShared(name, args) : undefined;
    const config = this.writeConfig(name, args, place, image.imageId);
    const container = new docker.Container(
      name,
      {
        ...hardenedContainer(place.limits),
        cpuShares: backgroundShares,
        name: place.container,
        hostname: place.container,
        image: image.imageId,
        // Backups are files of two users. Root without other rights than this one reads both, and its mounts are read-only.
        user: "root",
        // In the spelling that the Docker provider reads back: in another, each refresh would have it replaced.
        capabilities: { drops: ["ALL"], adds: ["CAP_DAC_OVERRIDE"] },
        workingDir: "/",
        entrypoints: ["sh", `${configFolder}/${program}`],
        envs: [
          `SHIP_TO=${remotePath(offsite)}`,
          ...(offsite.escrow === undefined ? [] : [`SHIP_KEYS=${place.escrow}`]),
          ...(offsite.mibPerSecond === undefined ? [] : [`SHIP_MIB=${offsite.mibPerSecond}`]),
          ...place.envs,
          `GOMEMLIMIT=${Math.floor(place.limits.memoryMiB * 0.7)}MiB`,
        ],
        volumes: [
          ...Object.entries(repositories).map(([repository, volumeName]) => ({
            volumeName,
            containerPath: `${repositoriesFolder}/${repository}`,
            readOnly: true,
          })),
          ...Object.entries(copies).map(([copied, volumeName]) => ({
            volumeName,
            containerPath: `${copiesFolder}/${copied}`,
          })),
          ...(shared ? [{ volumeName: shared.figures.name, containerPath: figuresFolder }] : []),
          { ...config.mount, readOnly: true },
        ],
        networksAdvanced: [{ name: shared?.network.id ?? copiesNetwork(context.environment) }],
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
    const whose = tenant === undefined ? { key: "backup" as const } : { tenant: tenant.name };
    context.started.push({ container, name: place.container, ...whose, isWaitedFor: false });
    this.containerId = container.id;
    this.figuresVolume = shared?.figures.name;
    this.registerOutputs({ containerId: this.containerId, figuresVolume: this.figuresVolume });
  }

  /** What the shipper of a host has for itself: its network, and the volume by which its figures are read. */
  private createShared(
    name: string,
    { host, context }: ShipperArgs,
  ): { network: docker.Network; figures: docker.Volume } {
    const owner = { sharedOn: host.name };
    const names = shipperNames(context.environment);
    const own = { parent: this, ...context.options };
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
    return { network, figures };
  }

  private writeConfig(
    name: string,
    { host, context, offsite, secret, keys }: ShipperArgs,
    { owner, configVolume }: Place,
    image: pulumi.Input<string>,
  ): ServiceConfig {
    const { environment } = context;
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
      { owner, context, writer },
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
