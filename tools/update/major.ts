import { readFileSync } from "node:fs";
import { socketFolder } from "../../components/backup/pgbackrestConf";
import { postgresDataPaths } from "../../components/tenant/config/postgresConf";
import { dataVolumes } from "../../components/tenant/dataVolumes";
import { execText } from "../../components/host/engineExec";
import { configFolder } from "../../fleet/security";
import type { PostgresVersion, Tenant } from "../../fleet/types";
import { differences, inNewCluster } from "../move/data";
import { placeTenant } from "../move/declaration";
import { inThrowAway } from "../../components/host/throwAway";
import { psql } from "../../components/host/psql";
import { databaseFacts, foreignObjects, hasMonitoringRole } from "../move/sql";
import type { StackCommands } from "../move/stack";
import { createVolumes } from "../../components/tenant/createVolumes";
import { RestoreJournal } from "../restore/journal";
import { removeOwn, restoredTenant } from "../../components/restore/restorer";
import { renameVolumes } from "../restore/state";
import { replaceFile } from "../yamlFile";
import { type Changer, rehearse } from "./change";
import { bringBack } from "./container";
import { UpdateError, type UpdateRecord } from "./record";
import type { Way } from "./way";

/** What an update to another PostgreSQL major needs beside what each update has. */
export interface MajorTools {
  readonly stack: StackCommands;
  /** Folder of the notes of restores, of which this leaves one: the volumes that the tenant had before wait to be confirmed. */
  readonly restores: string;
  /** Number of the tenant's volumes before the update; the new ones have the next. */
  readonly generation: number;
}

/** Where what the running containers have is seen while it is read: the server's socket, or the files. */
const before = "/srv/before";

/**
 * Another major version of PostgreSQL: a cluster of its own in new volumes, which takes a dump of the database that runs. The old volumes stay as they are, so that going back is to mount them again.
 */
export class MajorChange implements Way {
  private readonly file: string;
  /** Name of the container that works on the database's volumes. */
  private readonly helper: string;
  private readonly journal: RestoreJournal;

  constructor(
    private readonly changer: Changer,
    private readonly tools: MajorTools,
  ) {
    this.file = `Pulumi.${changer.environment}.yaml`;
    this.helper = `${changer.tenant.names.postgres}-update`;
    this.journal = new RestoreJournal(tools.restores, changer.environment, changer.tenant.name);
  }

  async rehearse(stackId: string): Promise<void> {
    await this.check();
    await rehearse(this.changer, stackId, async (copy) => {
      await this.makeVolumes(copy, stackId);
      await this.copyFiles(copy);
      await this.load(copy);
    });
  }

  /** What would be lost. @throws UpdateError that names it. */
  private async check(): Promise<void> {
    const { engine, tenant, environment, signal } = this.changer;
    if (this.journal.read() !== undefined) {
      throw new UpdateError(
        `an earlier restore of it isn't over: make restore TENANT=${tenant.name} CONFIRM=yes STACK=${environment}`,
      );
    }
    const answer = await execText(
      engine.getContainer(tenant.names.postgres),
      psql(tenant.database, foreignObjects),
      signal,
    );
    if (answer.trim() !== "") {
      const others = answer.trim().split("\n").join(", ");
      throw new UpdateError(
        `its cluster has what isn't the fleet's and would be lost: ${others}. Dump it, and drop it`,
      );
    }
  }

  async change(record: UpdateRecord): Promise<void> {
    const { engine, tenant, signal, say } = this.changer;
    const after = this.numbered(1);
    await removeOwn(engine, after);
    await this.makeVolumes(after, record.stackId);
    signal.throwIfAborted();
    say(`moving its database into a cluster of PostgreSQL ${tenant.postgresVersion}`);
    await this.copyFiles(after);
    const loaded = await this.load(after);
    const running = engine.getContainer(tenant.names.postgres);
    const found = await execText(running, psql(tenant.database, databaseFacts), signal);
    const others = differences(comparable(found), comparable(loaded));
    if (others.length > 0) {
      throw new Error(`what was moved isn't what was there:\n${others.join("\n")}`);
    }
  }

  async beforeSwitch(): Promise<void> {
    const [old, after] = [this.numbered(0), this.numbered(1)];
    // Told first what its volumes are called, Pulumi replaces what mounts them and neither makes nor removes one.
    await renameVolumes(this.tools.stack, this.tools.restores, old, after);
    this.declare(this.tools.generation + 1);
  }

  async back(record: UpdateRecord): Promise<void> {
    const { engine } = this.changer;
    const [old, after] = [this.numbered(0), this.numbered(1)];
    for (const container of [...(record.beside ?? []), record.odoo]) {
      await bringBack(engine, container);
    }
    if (record.step === "switching") {
      await renameVolumes(this.tools.stack, this.tools.restores, after, old);
      this.declare(this.tools.generation);
    }
    await removeOwn(engine, after);
  }

  async finish(record: UpdateRecord): Promise<void> {
    const { engine, tenant, environment, say } = this.changer;
    const { host } = record;
    this.journal.write({ step: "restored", host, generation: this.tools.generation + 1 });
    say("backing the new cluster up");
    // A time before this can't be restored with the new version, so that the first backup of it doesn't wait.
    await execText(engine.getContainer(tenant.names.backup), ["odoo-fleet-backup", "now"]).catch((error: Error) =>
      say(`its first backup failed, and is tried again by itself (alert BackupOverdue): ${error.message}`),
    );
    say("the volumes that it had before are kept until");
    say(`  make restore TENANT=${tenant.name} CONFIRM=yes STACK=${environment}`);
  }

  /** The tenant with the names of its volumes before (0) or after (1) the update. */
  private numbered(step: 0 | 1): Tenant {
    const { environment, tenant } = this.changer;
    return restoredTenant(environment, tenant, this.tools.generation + step);
  }

  /** Declares in the stack's file how many times the tenant's volumes were replaced. */
  private declare(generation: number): void {
    const text = readFileSync(this.file, "utf8");
    const place = { restored: generation === 0 ? undefined : generation };
    replaceFile(this.file, placeTenant(text, this.changer.tenant.name, place));
  }

  private makeVolumes(target: Tenant, stackId: string): Promise<void> {
    const { engine, environment } = this.changer;
    const { database, filestore } = dataVolumes(target);
    return createVolumes(engine, environment, stackId, target, [database, filestore]);
  }

  /** Fills the target's cluster with what the server that runs has; what the database is then. */
  private async load(target: Tenant): Promise<string> {
    const { engine, tenant, images, signal } = this.changer;
    await this.dump(target);
    const { names, database } = tenant;
    const answer = await execText(engine.getContainer(names.postgres), psql("postgres", hasMonitoringRole), signal);
    const place = { engine, tenant: target, image: images.postgres, hasMonitoring: answer.trim() === "t" };
    const { mount } = postgresDataPaths(target.postgresVersion);
    return inNewCluster(place, { name: this.helper }, signal, async (container) => {
      const file = `${mount}/${dumpFile}`;
      await execText(container, ["pg_restore", "--exit-on-error", "--jobs=2", "--dbname", database, file], signal);
      await execText(container, ["rm", file], signal);
    });
  }

  /**
   * Dumps the database into the target's volume, by the programs of the version that runs: of what a minor release of it keeps in
   * its catalogs, those of the next major needn't know, as of `pg_attver` in 17.12.
   */
  private async dump(target: Tenant): Promise<void> {
    const { engine, tenant, plan, signal } = this.changer;
    const { names, database } = tenant;
    const { Image: image } = await engine.getContainer(names.postgres).inspect();
    const { mount } = postgresDataPaths(plan.postgres!.from as PostgresVersion);
    const binds = [`${target.names.databaseVolume}:${mount}`, `${names.postgresConfigVolume}:${before}:ro`];
    await inThrowAway(
      engine,
      { name: this.helper, image, binds, settings: { User: "postgres" } },
      async (container) => {
        await container.start();
        const options = [`--host=${socketFolder.replace(configFolder, before)}`, "--format=custom", "--compress=1"];
        await execText(container, ["pg_dump", ...options, `--file=${mount}/${dumpFile}`, database], signal);
      },
    );
  }

  /** Fills the target's filestore: sessions and files as they are now, nothing else. */
  private async copyFiles(target: Tenant): Promise<void> {
    const { engine, tenant, images, signal } = this.changer;
    const binds = [`${tenant.names.filestoreVolume}:${before}:ro`, `${target.names.filestoreVolume}:/var/lib/odoo`];
    const wanted = { name: `${tenant.names.odoo}-update-files`, image: images.odoo, binds, settings: { User: "odoo" } };
    await inThrowAway(engine, wanted, async (container) => {
      await container.start();
      await execText(container, ["sh", "-ec", `cp -a ${before}/. /var/lib/odoo/`], signal);
    });
  }
}

/** Name of the dump, which is in the new volume until it is restored there. */
const dumpFile = "before.dump";

/** What a database is, as far as another major has it too: the extensions have versions of their own. */
function comparable(facts: string): string {
  return facts.replace(/^(extension\|[^|]+)\|[^|]+/gm, "$1");
}
