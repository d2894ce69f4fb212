import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { createCopiesVolume } from "../backup/copiesVolume";
import type { LastBackup } from "../backup/lastBackup";
import { type CopiedTo, createOwnShipper } from "../backup/ownShipper";
import { filesBackupFiles, TenantBackup } from "../backup/tenantBackup";
import { backupTurnVolume, tenantShipperNames } from "../../fleet/names";
import type { EscrowedKeys } from "../../fleet/escrow";
import { edgeSecretOf } from "../../fleet/route";
import type { CreatedTenant, DecommissionedTenant, Host, RunningTenant } from "../../fleet/types";
import { labelList, volumeOptions } from "../container/containerDefaults";
import { derived } from "../container/derived";
import { type DataVolume, dataVolumes } from "./dataVolumes";
import { admitWake, createRoute } from "./route";
import { declaredSeries } from "../../monitoring/declaredTenant";
import { declareToMonitoring } from "./declared";
import type { TenantImages } from "../host/hostImages";
import { NginxProxy, nginxFiles } from "./nginxProxy";
import { OdooServer, odooFiles } from "./odooServer";
import { PostgresDatabase, postgresFiles } from "./postgresDatabase";
import { type ServiceConfig, type ServiceFiles, writeServiceConfigs } from "../container/serviceConfig";
import type { ServiceContext } from "../container/serviceContext";
import { plannedUpdate } from "../run/plannedUpdate";
import { createTenantSecrets, type TenantSecrets } from "./tenantSecrets";

/** What every tenant's stack is made from. */
interface StackArgs {
  /** The host that it runs on; its engine is the `docker` provider in the options. */
  readonly host: Host;
  readonly context: ServiceContext;
  /** Whether the host's monitoring watches it. */
  readonly isWatched: boolean;
  /** Whether it is in a stack of its own, so that the host's monitoring, which another stack has, is told what is declared of it. */
  readonly isOwnStack?: boolean;
  /** Where what of its stack copies its backups to; undefined: another stack copies them, or nothing does. */
  readonly copiedTo?: CopiedTo;
  /** Whether the same stack copies its backups off its host with those of others. Default: not. */
  readonly isCopied?: boolean;
  /** The volume that the host's backups take turns by. Default: one of that name, which the engine makes. */
  readonly turnVolume?: docker.Volume;
  /** The network of the host's edge, where it is of the same stack: it comes before the tenant. */
  readonly edgeNetwork?: docker.Network;
  /** What the edge of the host follows its secrets from; undefined: the fleet has no edge. */
  readonly fleetSecret?: pulumi.Output<string>;
}

/** A tenant that has containers: it runs, or is suspended. */
export interface CreatedStackArgs extends StackArgs {
  /** The tenant, resolved: see `resolveFleet`. */
  readonly tenant: CreatedTenant;
  /** Names of the custom images on its host. */
  readonly images: TenantImages;
}

/** A decommissioned tenant, which has volumes and no containers. */
export interface RemovedStackArgs extends StackArgs {
  readonly tenant: DecommissionedTenant;
  /** What is left of it; undefined: there is no last backup, so its data stays protected. */
  readonly lastBackup?: LastBackup;
}

export type TenantStackArgs = CreatedStackArgs | RemovedStackArgs;

/** What monitoring needs of a tenant that runs. */
export interface WatchedTenant {
  readonly tenant: RunningTenant;
  /** Ids of its networks. */
  readonly internalNetwork: pulumi.Output<string>;
  readonly frontNetwork: pulumi.Output<string>;
  /** Password of the role `monitoring` in its database. */
  readonly monitoringPassword: pulumi.Output<string>;
}

/**
 * One customer's Odoo: database, application server and web server over two networks of their own.
 *
 * The volumes with the customer's data are protected. `state: suspended` has its containers stopped, but for
 * Nginx, which says so. `state: decommissioned` makes a last backup, removes the containers and networks and lifts the
 * protection; only then may the tenant leave the configuration.
 */
export class TenantStack extends pulumi.ComponentResource {
  /** Base URL that customers use. */
  readonly url: pulumi.Output<string>;
  /** First password of the user `admin`; a secret. */
  readonly adminPassword: pulumi.Output<string>;
  /** Name of the volume with its backups. */
  readonly repositoryVolume: pulumi.Output<string>;
  /** Name of the volume into which copies of them are brought back for drills; undefined: there is none. */
  readonly copiesVolume?: pulumi.Output<string>;
  /** What opens its backups; a secret. */
  readonly backupKeys: pulumi.Output<EscrowedKeys>;
  /** What monitoring needs of it; undefined: it isn't watched, or doesn't run. */
  readonly watched?: WatchedTenant;

  constructor(name: string, args: TenantStackArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo-fleet:index:TenantStack", name, {}, opts);
    const lastBackup = isCreated(args) ? undefined : args.lastBackup;
    const secrets = createTenantSecrets(name, args.isWatched, this, lastBackup?.isKept);
    const volumes = this.createVolumes(name, args);
    this.repositoryVolume = volumes.repository.name;
    const { backupPassword, databaseKey, filesKey } = secrets;
    this.backupKeys = pulumi.output({ backupPassword, databaseKey, filesKey });
    const { tenant, host, context, copiedTo } = args;
    const backups = { tenant, host, context, repository: this.repositoryVolume, keys: this.backupKeys };
    const copies = copiedTo
      ? createOwnShipper({ ...copiedTo, ...backups }, this)
      : // A staging copy's backups stay on its host.
        args.isCopied && isCreated(args) && tenant.copyOf === undefined
        ? createCopiesVolume(tenant, context, this)
        : undefined;
    this.copiesVolume = copies?.name;
    if (isCreated(args)) {
      const networks = this.createServices(name, args, secrets, { ...volumes, copies });
      const { monitoringPassword } = secrets;
      const { tenant } = args;
      this.watched =
        tenant.state === "running" && monitoringPassword ? { tenant, ...networks, monitoringPassword } : undefined;
      // The edge says of one that is suspended that it is.
      if (tenant.edge) {
        createRoute(name, tenant, args.context, this);
        if (tenant.state === "suspended" && tenant.wake) {
          admitWake(name, tenant, args.context, this);
        }
      }
    }
    this.url = pulumi.output(args.tenant.url);
    this.adminPassword = secrets.adminPassword;
    this.registerOutputs({
      ...{ url: this.url, adminPassword: this.adminPassword },
      // Known once they have been made; a refresh that finds them gone leaves it. See `StackState.madeVolumes`.
      data: pulumi.all({
        environment: context.environment,
        database: volumes.database.id,
        filestore: volumes.filestore.id,
      }),
      ...(lastBackup && { lastBackup }),
    });
  }

  private createVolumes(
    name: string,
    args: TenantStackArgs,
  ): Record<"database" | "filestore" | "repository", docker.Volume> {
    const { tenant, context } = args;
    const lastBackup = isCreated(args) ? undefined : args.lastBackup;
    const protect = lastBackup === undefined;
    const keepsBackups = lastBackup?.isKept ?? false;
    const volume = (what: string, { name: volumeName, service, madeAs }: DataVolume): docker.Volume =>
      new docker.Volume(
        `${name}-${what}`,
        { name: volumeName, labels: [...labelList(context.labels(tenant, service)), ...(madeAs ? [madeAs] : [])] },
        volumeOptions(this, { protect: protect || (what === "repository" && keepsBackups), ...context.options }),
      );
    const { database, filestore, repository } = dataVolumes(tenant);
    return {
      database: volume("database", database),
      filestore: volume("filestore", filestore),
      repository: volume("repository", repository),
    };
  }

  /** Configuration and secrets of the services, through one writer. */
  private writeConfigs(
    name: string,
    { tenant, context, images, isWatched, fleetSecret }: CreatedStackArgs,
    secrets: TenantSecrets,
  ): Record<"postgres" | "odoo" | "nginx" | "files", ServiceConfig> {
    const { names } = tenant;
    const below = (
      component: string,
      service: string,
    ): Pick<ServiceFiles, "resource" | "service" | "formerParent"> => ({
      resource: `${name}-${service}-config`,
      service,
      formerParent: pulumi.createUrn(`${name}-${service}`, `odoo-fleet:index:${component}`, this.urn),
    });
    return writeServiceConfigs(
      `${name}-config`,
      {
        owner: tenant,
        context,
        // Nginx's image declares no volumes, for which the engine would make empty ones.
        writer: { containerName: names.configWriter, service: "tenant-config", image: images.nginx, user: "nginx" },
      },
      {
        postgres: {
          ...below("PostgresDatabase", "postgres"),
          volumeName: names.postgresConfigVolume,
          files: postgresFiles({ tenant, ...secrets }),
        },
        odoo: {
          ...below("OdooServer", "odoo"),
          volumeName: names.odooConfigVolume,
          files: odooFiles({ tenant, ...secrets }),
        },
        nginx: {
          ...below("NginxProxy", "nginx"),
          volumeName: names.nginxConfigVolume,
          files: nginxFiles(
            tenant,
            isWatched,
            fleetSecret && derived(fleetSecret, (secret) => edgeSecretOf(secret, tenant.name)),
          ),
        },
        files: {
          ...below("TenantBackup", "files"),
          volumeName: names.filesConfigVolume,
          files: filesBackupFiles(tenant, secrets.filesKey),
        },
      },
      this,
    );
  }

  private createServices(
    name: string,
    args: CreatedStackArgs,
    secrets: TenantSecrets,
    { copies, ...volumes }: Record<"database" | "filestore" | "repository", docker.Volume> & { copies?: docker.Volume },
  ): Pick<WatchedTenant, "internalNetwork" | "frontNetwork"> {
    const { tenant, host, context, images } = args;
    const { names, subnets, addresses, published: own } = tenant;
    const network = (
      what: "internal" | "front" | "published",
      networkName: string,
      subnet: string,
      gateway: string,
    ): docker.Network =>
      new docker.Network(
        `${name}-${what}`,
        {
          name: networkName,
          driver: "bridge",
          // Nothing of a copy gets out: its Nginx alone is on the network by which its port is published.
          internal: what === "internal" || (what === "front" && own !== undefined),
          ipamConfigs: [{ subnet, gateway }],
          labels: labelList(context.labels(tenant, what, [subnet])),
        },
        { parent: this, deleteBeforeReplace: true, ...context.options },
      );
    const internal = network("internal", names.internalNetwork, subnets.internal, addresses.internalGateway);
    const front = network("front", names.frontNetwork, subnets.front, addresses.frontGateway);
    const published = own && network("published", names.publishedNetwork, own.subnet, own.gateway);
    const configs = this.writeConfigs(name, args, secrets);

    const makeOdoo = (after?: docker.Container): OdooServer =>
      new OdooServer(
        `${name}-odoo`,
        {
          tenant,
          context,
          image: images.odoo,
          internalNetwork: internal.id,
          frontNetwork: front.id,
          volume: volumes.filestore,
          config: configs.odoo,
          after,
        },
        { parent: this },
      );
    const makePostgres = (after?: docker.Container): PostgresDatabase =>
      new PostgresDatabase(
        `${name}-postgres`,
        {
          tenant,
          context,
          image: images.postgres,
          internalNetwork: internal.id,
          volume: volumes.database,
          repository: volumes.repository,
          config: configs.postgres,
          after,
        },
        { parent: this },
      );
    const [odoo, postgres] = inOrder(tenant, makeOdoo, makePostgres);
    const nginx = new NginxProxy(
      `${name}-nginx`,
      {
        tenant,
        context,
        image: images.nginx,
        frontNetwork: front.id,
        publishedNetwork: published?.id,
        bindAddress: host.bindAddress,
        edgeNetwork: args.edgeNetwork,
        config: configs.nginx,
      },
      { parent: this },
    );
    const backups = new TenantBackup(
      `${name}-backups`,
      {
        tenant,
        context,
        image: images.postgres,
        volumes,
        copies,
        turnVolume: args.turnVolume?.name ?? backupTurnVolume(context.environment),
        config: configs.postgres,
        opened: { files: { image: images.odoo, volume: volumes.filestore, config: configs.files } },
      },
      { parent: this },
    );
    if (args.isOwnStack) {
      // That it is suspended is said first, and that it runs last: in between nobody is to be told that it is down.
      const after = tenant.state === "suspended" ? [] : [odoo, postgres, nginx, backups];
      const shipper = args.copiedTo && tenantShipperNames(context.environment, name).container;
      declareToMonitoring(name, tenant, declaredSeries(tenant, shipper !== undefined, shipper), context, this, after);
    }
    return { internalNetwork: internal.id, frontNetwork: front.id };
  }
}

/**
 * Nothing waits for another container: Odoo waits for its database and Nginx answers "starting" until then, so the three start side by side and each may restart alone. One that is being
 * suspended loses its database last. And a planned update is a part of a stack, whose resources come one at a time: there Odoo can't be before a database that is of another release until then.
 */
function inOrder(
  { name, state }: CreatedTenant,
  makeOdoo: (after?: docker.Container) => OdooServer,
  makePostgres: (after?: docker.Container) => PostgresDatabase,
): readonly [OdooServer, PostgresDatabase] {
  if (state === "suspended") {
    const odoo = makeOdoo();
    return [odoo, makePostgres(odoo.container)];
  }
  const postgres = makePostgres();
  return [makeOdoo(name === plannedUpdate() ? postgres.container : undefined), postgres];
}

function isCreated(args: TenantStackArgs): args is CreatedStackArgs {
  return args.tenant.state !== "decommissioned";
}
