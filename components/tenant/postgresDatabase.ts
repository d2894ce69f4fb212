import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { repositoryFolder } from "../../fleet/security";
import type { Tenant } from "../../fleet/types";
import { walWaitingFile, walWaitingQuery } from "../../monitoring/config/walWaiting";
import { renderPgbackrestConf } from "../backup/pgbackrestConf";
import { containerOptions, hardenedContainer } from "../container/containerDefaults";
import { derived } from "../container/derived";
import { postgresDataLabel } from "./dataLabel";
import { odooRole } from "./config/odooConf";
import { postgresAlias, postgresDataPaths, renderPgHba, renderPostgresConf } from "./config/postgresConf";
import type { ServiceConfig } from "../container/serviceConfig";
import { inState, type Runs } from "../container/suspended";
import { createContainer } from "../container/transform";
import type { ServiceContext } from "../container/serviceContext";

/** Whose a database is: a tenant's, or the portal's. */
export type DatabaseOwner = Runs &
  Pick<Tenant, "name" | "database" | "postgresVersion" | "addresses"> & {
    readonly sizing: Pick<Tenant["sizing"], "postgres">;
    readonly names: Pick<Tenant["names"], "postgres">;
  };

export interface PostgresDatabaseArgs {
  readonly tenant: DatabaseOwner;
  readonly context: ServiceContext;
  /** Name of the custom PostgreSQL image on the tenant's host. */
  readonly image: pulumi.Input<string>;
  /** Id of the tenant's internal network: the only one that the database is on. */
  readonly internalNetwork: pulumi.Input<string>;
  /** The volume that holds the data. */
  readonly volume: docker.Volume;
  /** The volume that its log is archived to. */
  readonly repository: docker.Volume;
  /** Its files: what `postgresFiles` makes. */
  readonly config: ServiceConfig;
  /** What has to be through before anything is done to it. Default: nothing. */
  readonly after?: pulumi.Resource;
}

/** What the files of a tenant's PostgreSQL are made of. */
export interface PostgresFilesArgs {
  readonly tenant: Tenant;
  readonly rolePassword: pulumi.Input<string>;
  /** Key of the repository of its backups. */
  readonly databaseKey: pulumi.Output<string>;
  /** Password of the role that asks for the database's figures; left out where nobody watches. */
  readonly monitoringPassword?: pulumi.Input<string>;
}

/** Configuration and secrets of a tenant's PostgreSQL, by path in their folder. */
export function postgresFiles({
  tenant,
  rolePassword,
  databaseKey,
  monitoringPassword,
}: PostgresFilesArgs): Record<string, pulumi.Input<string>> {
  return {
    "postgresql.conf": renderPostgresConf(tenant.sizing.postgres),
    "pg_hba.conf": renderPgHba({
      database: tenant.database,
      role: odooRole,
      odooAddress: tenant.addresses.odooInternal,
      exporterAddress: monitoringPassword && tenant.addresses.postgresExporterInternal,
    }),
    "pgbackrest.conf": pulumi.secret(
      derived(databaseKey, (cipherKey) =>
        renderPgbackrestConf({ dataFolder: postgresDataPaths(tenant.postgresVersion).data, cipherKey }),
      ),
    ),
    [walWaitingFile]: walWaitingQuery,
    "role-password": rolePassword,
    ...(monitoringPassword && { "monitoring-password": monitoringPassword }),
  };
}

/** A tenant's PostgreSQL: reachable by its Odoo alone, over the internal network, and never published. */
export class PostgresDatabase extends pulumi.ComponentResource {
  /** Id of the container. */
  readonly containerId: pulumi.Output<string>;
  /** The container itself, for what comes after it. */
  readonly container: docker.Container;

  constructor(name: string, args: PostgresDatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo-fleet:index:PostgresDatabase", name, {}, opts);
    const { tenant, context, config } = args;
    const { postgres } = tenant.sizing;
    const paths = postgresDataPaths(tenant.postgresVersion);
    this.container = createContainer(
      context,
      "postgres",
      tenant.name,
      name,
      inState(tenant, {
        ...hardenedContainer(postgres),
        name: tenant.names.postgres,
        image: args.image,
        hostname: postgresAlias,
        user: "postgres",
        stopSignal: "SIGINT",
        shmSize: postgres.shmSizeMiB,
        envs: [`PGDATA=${paths.data}`, `ODOO_DATABASE=${tenant.database}`],
        tmpfs: { "/tmp": "mode=1777,size=64m", "/var/run/postgresql": "mode=1777,size=1m" },
        volumes: [
          { volumeName: args.volume.name, containerPath: paths.mount },
          { volumeName: args.repository.name, containerPath: repositoryFolder },
          config.mount,
        ],
        networksAdvanced: [
          { name: args.internalNetwork, aliases: [postgresAlias], ipv4Address: tenant.addresses.postgresInternal },
        ],
        healthcheck: {
          tests: ["CMD", "pg_isready", "--quiet"],
          interval: "10s",
          timeout: "5s",
          startPeriod: "2m0s",
          retries: 5,
        },
        labels: [...config.labels, postgresDataLabel(tenant)],
      }),
      containerOptions(this, { ...context.options, dependsOn: [config.writer, ...(args.after ? [args.after] : [])] }),
    );
    this.containerId = this.container.id;
    this.registerOutputs({ containerId: this.containerId });
  }
}
