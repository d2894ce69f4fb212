import Docker from "dockerode";
import { renderPgbackrestConf } from "../../components/backup/pgbackrestConf";
import { buildImage } from "../../components/host/buildImages";
import { type ImageSpec, postgresImageSpec } from "../../components/host/imageSpec";
import { schemaQuery } from "../../components/portal/schemaQuery";
import { portalVolumes } from "../../components/restore/recoverData";
import { postgresDataPaths, renderPgHba, renderPostgresConf } from "../../components/tenant/config/postgresConf";
import { createVolumes } from "../../components/tenant/createVolumes";
import { repositoryKeys } from "../../components/tenant/derivedSecrets";
import type { DataVolume } from "../../components/tenant/dataVolumes";
import { resolveFleet } from "../../fleet";
import type { Portal } from "../../fleet/portalTypes";
import { configFolder, repositoryFolder } from "../../fleet/security";
import type { Host } from "../../fleet/types";
import { walWaitingFile, walWaitingQuery } from "../../monitoring/config/walWaiting";
import { baseImages } from "./cliStack";
import { hardened, type ImageSandbox, readable } from "./customImages";
import { type Container, docker } from "./imagesSandbox";
import { eventually } from "./odooClient";

/** The portal's PostgreSQL and what backs it up, as `PortalStack` has them, in containers of a sandbox and without the rest of the portal. */
export class PortalDatabase {
  readonly environment: string;
  readonly engine = new Docker();
  readonly portal: Portal;
  readonly host: Host;
  readonly database: DataVolume;
  readonly repository: DataVolume;
  readonly image: ImageSpec;
  readonly keys = repositoryKeys("what both keys follow from");
  private readonly drill: string;
  private config = "";
  private postgres?: Container;

  /** @param what names its volumes, apart from those of another test. */
  constructor(
    what: string,
    private readonly sandbox: ImageSandbox,
  ) {
    this.environment = `test-portal-${what}-${process.pid}`;
    const fleet = resolveFleet(
      {
        ...baseImages(),
        hosts: { local: {} },
        edge: { domain: "localhost", certificates: "internal" },
        portal: {
          slots: { local: { from: 500, to: 509 } },
          plans: { starter: { price: 2900, currency: "EUR" } },
          mail: { smtp: "smtp.example.com:587", from: "portal@example.com" },
        },
      },
      this.environment,
    );
    this.portal = fleet.portal!;
    this.host = fleet.hosts["local"]!;
    const { database, repository } = portalVolumes(this.portal);
    this.database = database;
    this.repository = repository;
    this.drill = this.portal.names.drillVolume;
    this.image = postgresImageSpec(this.portal.baseImages.postgres, this.portal.postgresVersion, "");
  }

  /** Builds its image, and makes its volumes and its configuration. */
  async prepare(): Promise<void> {
    const { engine, portal, sandbox } = this;
    await buildImage(engine, this.host, this.image);
    await createVolumes(engine, this.environment, "id-of-stack", portal, [this.database, this.repository]);
    this.config = await sandbox.volume();
    const { data: dataFolder } = postgresDataPaths(portal.postgresVersion);
    const files = {
      "postgresql.conf": renderPostgresConf(portal.sizing.postgres),
      "pg_hba.conf": renderPgHba({
        ...{ database: portal.database, role: "odoo", odooAddress: portal.addresses.odooInternal },
      }),
      "pgbackrest.conf": renderPgbackrestConf({ dataFolder, cipherKey: this.keys.databaseKey }),
      [walWaitingFile]: walWaitingQuery,
      "role-password": "the role's own",
    };
    const readables = Object.entries(files).map(([name, content]) => [name, readable(content)] as const);
    await sandbox.fill(this.image.name, this.config, configFolder, Object.fromEntries(readables));
  }

  /** Starts PostgreSQL, until it answers. */
  async start(): Promise<Container> {
    const tmpfs = ["--tmpfs=/tmp:mode=1777", "--tmpfs=/var/run/postgresql:mode=1777"];
    const options = [...hardened("postgres"), "--stop-signal=SIGINT", "--network=none", ...tmpfs, ...this.volumes()];
    this.postgres = await this.sandbox.start({ image: this.image.name, env: this.env(), options });
    await eventually(
      () => this.ask("SELECT 1").catch(() => ""),
      (one) => one === "1",
      60,
    );
    return this.postgres;
  }

  /**
   * Starts what backs it up and drills it, with its loop.
   *
   * @param copies whether what copies its backups off the host brings them back for drills.
   */
  startHelper(copies = false): Promise<Container> {
    const { backup, sizing } = this.portal;
    return this.sandbox.start({
      image: this.image.name,
      env: {
        ...this.env(),
        BACKUP_EVERY: `${backup.everySeconds}`,
        BACKUP_KEEP_DAYS: `${backup.keepDays}`,
        BACKUP_KEEP_ARCHIVES: "8",
        BACKUP_DRILL_EVERY: `${backup.drillSeconds}`,
        BACKUP_LOOK: "1",
        DRILL_MEMORY_MIB: `${sizing.drillMiB}`,
        DRILL_QUERY: schemaQuery,
        ...(copies && { BACKUP_OFFSITE_TURN: "0", DRILL_PATIENCE: "12" }),
      },
      options: [
        "--entrypoint=odoo-fleet-backup",
        ...hardened("postgres"),
        "--stop-signal=SIGTERM",
        "--network=none",
        `--memory=${sizing.backup.memoryMiB}m`,
        "--tmpfs=/tmp:mode=1777,size=16m",
        `--volume=${this.drill}:/var/lib/odoo-fleet/drill`,
        ...(copies ? [`--volume=${this.portal.names.drillCopiesVolume}:/var/lib/odoo-fleet/copies:ro`] : []),
        ...this.volumes(true),
      ],
    });
  }

  /** Asks PostgreSQL as its superuser. */
  ask(sql: string): Promise<string> {
    const psql = `psql -X -At -h ${configFolder}/socket -U postgres -d ${this.portal.database} -c "${sql}"`;
    return this.postgres!.shell(psql);
  }

  /** Removes its volumes; its containers are the sandbox's. */
  async clean(): Promise<void> {
    await docker("volume", "rm", "--force", this.database.name, this.repository.name, this.drill);
  }

  private env(): Record<string, string> {
    return {
      PGDATA: postgresDataPaths(this.portal.postgresVersion).data,
      ODOO_DATABASE: this.portal.database,
    };
  }

  private volumes(isRead = false): string[] {
    return [
      `--volume=${this.database.name}:${postgresDataPaths(this.portal.postgresVersion).mount}${isRead ? ":ro" : ""}`,
      `--volume=${this.repository.name}:${repositoryFolder}`,
      `--volume=${this.config}:${configFolder}`,
    ];
  }
}
