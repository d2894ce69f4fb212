import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { EscrowedKeys } from "../../fleet/escrow";
import { backupTurnVolume } from "../../fleet/names";
import { portalSettings } from "../../fleet/portalSettings";
import type { Portal } from "../../fleet/portalTypes";
import { edgeSecretOf } from "../../fleet/route";
import { portalWebService } from "../../fleet/security";
import type { PortalSecrets } from "../../fleet/monitoringSecrets";
import { createCopiesVolume } from "../backup/copiesVolume";
import { renderPgbackrestConf } from "../backup/pgbackrestConf";
import { TenantBackup } from "../backup/tenantBackup";
import { labelList, volumeOptions } from "../container/containerDefaults";
import { derived } from "../container/derived";
import { type ServiceConfig, writeServiceConfigs } from "../container/serviceConfig";
import type { ServiceContext } from "../container/serviceContext";
import { walWaitingFile, walWaitingQuery } from "../../monitoring/config/walWaiting";
import { declaredOfPortal } from "../../monitoring/declaredTenant";
import type { HostRefs } from "../host/connectHost";
import type { PortalImages } from "../host/hostImages";
import { odooRole } from "../tenant/config/odooConf";
import { postgresDataPaths, renderPgHba, renderPostgresConf } from "../tenant/config/postgresConf";
import { postgresDataLabel } from "../tenant/dataLabel";
import { PostgresDatabase } from "../tenant/postgresDatabase";
import { declareToMonitoring } from "../tenant/declared";
import { createRoute } from "../tenant/route";
import { backupSecrets } from "../tenant/tenantSecrets";
import { schemaQuery } from "./schemaQuery";
import { createWeb, databaseUrl, webFiles } from "./web";

export interface PortalStackArgs {
  /** The portal, resolved: see `resolveFleet`. */
  readonly portal: Portal;
  /** Its host; the engine is the `docker` provider in the options. */
  readonly refs: HostRefs;
  /** Ids of its images there. */
  readonly images: PortalImages;
  readonly secrets: PortalSecrets;
  /** The network of the host's edge: it comes before the portal. */
  readonly edgeNetwork: docker.Network;
  /** What the edge's secrets follow from. */
  readonly fleetSecret: pulumi.Output<string>;
  /** Whether the host's shipper copies its backups to the target. Default: it doesn't. */
  readonly isCopied?: boolean;
  /** The volume that the host's backups take turns by. Default: one of that name, which the engine makes. */
  readonly turnVolume?: docker.Volume;
}

/**
 * The portal on its host: the web process, a PostgreSQL of its own, and what backs that up, over two networks of their own, as a tenant's.
 *
 * The web process has the database and the mail server, and neither an engine nor a passphrase nor a state. The worker, which has them, is no
 * container: it runs on the host, and reaches the database at its address on the internal network (docs/decisions/0067).
 */
export class PortalStack extends pulumi.ComponentResource {
  /** URL of the database for the worker, with its password; a secret. */
  readonly workerDatabaseUrl: pulumi.Output<string>;
  /** Name of the volume with the backups of its database. */
  readonly repositoryVolume: pulumi.Output<string>;
  /** Name of the volume into which copies of them are brought back for drills; undefined: there are none. */
  readonly copiesVolume?: pulumi.Output<string>;
  /** What opens them; a secret. */
  readonly backupKeys: pulumi.Output<EscrowedKeys>;

  constructor(name: string, args: PortalStackArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo-fleet:index:PortalStack", name, {}, opts);
    const { portal, refs } = args;
    // Reports name the portal's key, not a tenant's.
    const context = refs.context.apart();
    const password = (what: string): pulumi.Output<string> =>
      new random.RandomPassword(`${name}-${what}`, { length: 40, special: false }, { parent: this }).result;
    const rolePassword = password("role-password");
    const { databaseKey, keys } = backupSecrets(name, this, false);
    this.backupKeys = keys;
    const volumes = this.createVolumes(name, portal, context);
    this.repositoryVolume = volumes.repository.name;
    const copies = args.isCopied ? createCopiesVolume(portal, context, this) : undefined;
    this.copiesVolume = copies?.name;
    const networks = this.createNetworks(name, portal, context);
    const configs = this.writeConfigs(name, args, context, {
      rolePassword,
      databaseKey,
      sessionSecret: password("session-secret"),
    });
    const postgres = new PostgresDatabase(
      `${name}-postgres`,
      {
        tenant: portal,
        context,
        image: args.images.postgres,
        internalNetwork: networks.internal.id,
        volume: volumes.database,
        repository: volumes.repository,
        config: configs.postgres,
      },
      { parent: this },
    );
    const web = createWeb(
      `${name}-web`,
      {
        portal,
        context,
        image: args.images.web,
        networks,
        configs,
        exports: volumes.exports,
        edgeNetwork: args.edgeNetwork,
      },
      this,
    );
    const backups = new TenantBackup(
      `${name}-backups`,
      {
        tenant: portal,
        context,
        image: args.images.postgres,
        volumes,
        copies,
        turnVolume: args.turnVolume?.name ?? backupTurnVolume(context.environment),
        config: configs.postgres,
        opened: { query: schemaQuery },
      },
      { parent: this },
    );
    createRoute(name, portal, context, this);
    declareToMonitoring(name, portal, declaredOfPortal(portal, args.isCopied), context, this, [postgres, web, backups]);
    refs.context.started.push(...context.started.map(({ tenant: _, ...one }) => ({ ...one, key: "portal" as const })));
    this.workerDatabaseUrl = databaseUrl(portal, portal.addresses.postgresInternal, rolePassword);
    this.registerOutputs({
      workerDatabaseUrl: this.workerDatabaseUrl,
      // As of a tenant: see `StackState.madeVolumes`.
      data: pulumi.all({ environment: context.environment, database: volumes.database.id }),
    });
  }

  private createVolumes(
    name: string,
    portal: Portal,
    context: ServiceContext,
  ): Record<"database" | "repository" | "exports", docker.Volume> {
    const { databaseVolume, repositoryVolume, exportsVolume } = portal.names;
    const volume = (what: string, volumeName: string, service: string, madeAs: object[] = []): docker.Volume =>
      new docker.Volume(
        `${name}-${what}`,
        {
          name: volumeName,
          labels: [...labelList(context.labels(portal, service)), ...(madeAs as ReturnType<typeof labelList>)],
        },
        // What customers ordered, their accounts and invoices.
        volumeOptions(this, { protect: true, ...context.options }),
      );
    return {
      database: volume("database", databaseVolume, "postgres", [postgresDataLabel(portal)]),
      repository: volume("repository", repositoryVolume, "backup"),
      // Each is there for some days, and can be made anew.
      exports: new docker.Volume(
        `${name}-exports`,
        { name: exportsVolume, labels: labelList(context.labels(portal, "exports")) },
        { parent: this, ...context.options },
      ),
    };
  }

  private createNetworks(
    name: string,
    { names, subnets, addresses, ...portal }: Portal,
    context: ServiceContext,
  ): Record<"internal" | "front", docker.Network> {
    const network = (what: "internal" | "front", networkName: string, gateway: string): docker.Network =>
      new docker.Network(
        `${name}-${what}`,
        {
          name: networkName,
          driver: "bridge",
          // The web process sends mail by the other one.
          internal: what === "internal",
          ipamConfigs: [{ subnet: subnets[what], gateway }],
          labels: labelList(context.labels(portal, what, [subnets[what]])),
        },
        { parent: this, deleteBeforeReplace: true, ...context.options },
      );
    return {
      internal: network("internal", names.internalNetwork, addresses.internalGateway),
      front: network("front", names.frontNetwork, addresses.frontGateway),
    };
  }

  private writeConfigs(
    name: string,
    { portal, images, secrets, fleetSecret }: PortalStackArgs,
    context: ServiceContext,
    own: Readonly<Record<"rolePassword" | "databaseKey" | "sessionSecret", pulumi.Output<string>>>,
  ): Record<"postgres" | "web" | "addresses", ServiceConfig> {
    const { names, addresses, database, sizing, postgresVersion } = portal;
    const dataFolder = postgresDataPaths(postgresVersion).data;
    return writeServiceConfigs(
      `${name}-config`,
      {
        owner: portal,
        context,
        writer: {
          containerName: names.configWriter,
          service: "portal-config",
          image: images.web,
          user: "node",
          workingDir: "/opt/portal/portal",
        },
      },
      {
        postgres: {
          resource: `${name}-postgres-config`,
          service: "postgres",
          volumeName: names.postgresConfigVolume,
          files: {
            "postgresql.conf": renderPostgresConf(sizing.postgres),
            "pg_hba.conf": renderPgHba({
              database,
              role: odooRole,
              odooAddress: addresses.odooInternal,
              hostAddress: addresses.internalGateway,
            }),
            "pgbackrest.conf": pulumi.secret(
              derived(own.databaseKey, (cipherKey) => renderPgbackrestConf({ dataFolder, cipherKey })),
            ),
            [walWaitingFile]: walWaitingQuery,
            "role-password": own.rolePassword,
          },
          formerParent: this.urn,
        },
        web: {
          resource: `${name}-web-config`,
          service: portalWebService,
          volumeName: names.webConfigVolume,
          files: webFiles({
            settings: portalSettings(portal),
            databaseUrl: databaseUrl(portal, addresses.postgresInternal, own.rolePassword),
            sessionSecret: own.sessionSecret,
            edgeSecret: pulumi.secret(derived(fleetSecret, (secret) => edgeSecretOf(secret, portal.name))),
            ...secrets,
          }),
          formerParent: this.urn,
        },
        // Of its own: declared tenants come and go while the web process runs.
        addresses: {
          resource: `${name}-addresses`,
          service: "addresses",
          volumeName: names.addressesVolume,
          files: { "taken.json": JSON.stringify(portal.sells.takenAddresses) },
          formerParent: this.urn,
        },
      },
      this,
    );
  }
}
