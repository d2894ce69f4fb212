import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { archivedBackups, dueAfterSeconds } from "../../fleet/backup";
import { labelPrefix } from "../../fleet/labels";
import { repositoryFolder } from "../../fleet/security";
import { backgroundShares, sizingRules } from "../../fleet/sizing";
import type { Tenant } from "../../fleet/types";
import { containerOptions, hardenedContainer, labelList } from "../container/containerDefaults";
import type { ServiceConfig } from "../container/serviceConfig";
import type { ServiceContext } from "../container/serviceContext";
import { inState, type Runs } from "../container/suspended";
import type { TenantImages } from "../host/hostImages";
import { postgresDataPaths } from "../tenant/config/postgresConf";
import { drillFolder, renderDrillConf } from "./drillConf";

/** Folder of a helper that it waits for its turn by; `images/` has it. Nobody can write to it. */
const turnFolder = "/var/lib/odoo-fleet/turn";

/** Folder of a helper with the copies of its backups, for the time of a drill from them. */
const drillCopiesFolder = "/var/lib/odoo-fleet/copies";

/** Whose data is backed up: a tenant's, or the portal's, which has a database alone. */
export type BackedUp = Runs &
  Pick<Tenant, "name" | "host" | "slot" | "copyOf" | "database" | "postgresVersion" | "backup"> & {
    readonly names: Pick<Tenant["names"], "backup" | "drillVolume"> & Partial<Pick<Tenant["names"], "files">>;
    readonly sizing: Pick<Tenant["sizing"], "backup" | "drillMiB"> & Partial<Pick<Tenant["sizing"], "files">>;
  };

/** What the filestore's helper is made from. */
interface FilesParts {
  /** Id of the Odoo image. */
  readonly image: pulumi.Input<string>;
  readonly volume: docker.Volume;
  readonly config: ServiceConfig;
}

export interface TenantBackupArgs {
  readonly tenant: BackedUp;
  readonly context: ServiceContext;
  /** Id of the PostgreSQL image: each helper reads what its own service's user wrote. */
  readonly image: TenantImages["postgres"];
  readonly volumes: Readonly<Record<"database" | "repository", docker.Volume>>;
  /** Name of the volume that the helpers of the host's tenants take turns by. */
  readonly turnVolume: pulumi.Input<string>;
  /** The volume with copies of its backups for drills (`createCopiesVolume`); undefined: nothing copies them off the host. */
  readonly copies?: docker.Volume;
  /** PostgreSQL's own files, with its socket and the repository's key. */
  readonly config: ServiceConfig;
  /**
   * What a drill opens the restored database by: an Odoo that serves it with the files, which are backed up too; or, where there is neither, a
   * query, whose answer has to be a number above zero.
   */
  readonly opened: { readonly files: FilesParts } | { readonly query: string };
}

/** Files of the filestore's helper, by path in their folder. */
export function filesBackupFiles(tenant: Tenant, key: pulumi.Input<string>): Record<string, pulumi.Input<string>> {
  return { "restic-password": key, "odoo.conf": renderDrillConf(tenant) };
}

/**
 * What backs a tenant up: a helper for its database and one for its filestore. They have no network, read the data and can
 * change none of it, and write to the tenant's repository, and to a volume in which they restore it to prove that they can.
 */
export class TenantBackup extends pulumi.ComponentResource {
  /** Ids of its containers. */
  readonly containerIds: pulumi.Output<string[]>;

  constructor(name: string, args: TenantBackupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo-fleet:index:TenantBackup", name, {}, opts);
    const { tenant, context, volumes, copies, opened } = args;
    const { backup: policy, names } = tenant;
    const paths = postgresDataPaths(tenant.postgresVersion);
    const mount = (volume: docker.Volume, containerPath: string, readOnly = true): object => ({
      volumeName: volume.name,
      containerPath,
      readOnly,
    });
    const drill = new docker.Volume(
      `${tenant.name}-drill`,
      { name: names.drillVolume, labels: labelList(context.labels(tenant, "drill")) },
      { parent: this, ...context.options },
    );
    const create = (
      service: "backup" | "files",
      config: ServiceConfig,
      own: Pick<docker.ContainerArgs, "image" | "user" | "entrypoints" | "healthcheck" | "tmpfs"> & {
        readonly envs: readonly string[];
        readonly data: object;
      },
    ): pulumi.Output<string> => {
      const { envs, data, ...rest } = own;
      const container = new docker.Container(
        `${tenant.name}-${service}`,
        inState(tenant, {
          ...hardenedContainer(tenant.sizing[service]!),
          cpuShares: backgroundShares,
          name: names[service]!,
          hostname: names[service]!,
          networkMode: "none",
          // The signal that the base image names for its server is one that a shell acts on only when what it waits for has ended.
          stopSignal: "SIGTERM",
          envs: [
            `ODOO_DATABASE=${tenant.database}`,
            `BACKUP_EVERY=${dueAfterSeconds(policy, tenant.slot)}`,
            `BACKUP_KEEP_DAYS=${policy.keepDays}`,
            ...envs,
          ],
          volumes: [
            data,
            mount(volumes.repository, repositoryFolder, false),
            mount(drill, drillFolder, false),
            ...(copies ? [mount(copies, drillCopiesFolder)] : []),
            { volumeName: args.turnVolume, containerPath: turnFolder, readOnly: true },
            { ...config.mount, readOnly: true },
          ] as docker.types.input.ContainerVolume[],
          labels: config.labels.map(({ label, value }) => ({
            label,
            value: label === `${labelPrefix}.service` ? service : value,
          })),
          ...rest,
        }),
        containerOptions(this, { ...context.options, dependsOn: [config.writer] }),
      );
      if (tenant.state === "running") {
        context.started.push({ container, name: names[service]!, tenant: tenant.name, isWaitedFor: false });
      }
      return container.id;
    };
    const healthcheck = (program: string): docker.types.input.ContainerHealthcheck => ({
      tests: ["CMD", program, "healthy"],
      interval: "1m0s",
      timeout: "10s",
      startPeriod: "1m0s",
      retries: 3,
    });
    const database = create("backup", args.config, {
      image: args.image,
      user: "postgres",
      entrypoints: ["odoo-fleet-backup"],
      envs: [
        `PGDATA=${paths.data}`,
        `BACKUP_KEEP_ARCHIVES=${archivedBackups(policy)}`,
        `BACKUP_DRILL_EVERY=${policy.drillSeconds}`,
        `DRILL_MEMORY_MIB=${tenant.sizing.drillMiB}`,
        ...(copies ? [`BACKUP_OFFSITE_TURN=${tenant.slot}`] : []),
        ...("query" in opened ? [`DRILL_QUERY=${opened.query}`] : []),
      ],
      data: mount(volumes.database, paths.mount),
      tmpfs: { "/tmp": "mode=1777,size=16m" },
      healthcheck: healthcheck("odoo-fleet-backup"),
    });
    const files = (parts: FilesParts): pulumi.Output<string> =>
      create("files", parts.config, {
        image: parts.image,
        user: "odoo",
        entrypoints: ["/opt/odoo-fleet/bin/backup-files"],
        envs: [
          `BACKUP_PITR_DAYS=${policy.pitrDays}`,
          `BACKUP_MEMORY_MIB=${Math.floor(sizingRules.filesMemory * 0.75)}`,
          // restic puts packs together in files without a name, of 16 MiB and more each: too much for a file system in memory.
          `TMPDIR=${repositoryFolder}`,
        ],
        data: mount(parts.volume, "/var/lib/odoo"),
        // A volume of the base image that nothing uses: without this the engine makes an anonymous one.
        tmpfs: { "/tmp": "mode=1777,size=16m", "/mnt/extra-addons": "mode=0555,size=4k" },
        healthcheck: healthcheck("/opt/odoo-fleet/bin/backup-files"),
      });
    this.containerIds = pulumi.all([database, ...("files" in opened ? [files(opened.files)] : [])]);
    this.registerOutputs({ containerIds: this.containerIds });
  }
}
