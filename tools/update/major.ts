import { socketFolder } from "../../components/backup/pgbackrestConf";
import { postgresDataPaths } from "../../components/tenant/config/postgresConf";
import { dataVolumes } from "../../components/tenant/dataVolumes";
import { allEnded } from "../../components/host/allEnded";
import { execText } from "../../components/host/engineExec";
import { configFolder } from "../../fleet/security";
import type { PostgresVersion, Tenant } from "../../fleet/types";
import { differences, inNewCluster } from "../move/data";
import { inThrowAway } from "../../components/host/throwAway";
import { psql } from "../../components/host/psql";
import { databaseFacts, foreignObjects, hasMonitoringRole } from "../move/sql";
import { createVolumes } from "../../components/tenant/createVolumes";
import { removeOwn } from "../../components/restore/restorer";
import { rehearse } from "./change";
import { IntoNewVolumes } from "./intoNewVolumes";
import { UpdateError, type UpdateRecord } from "./record";

/** Where what the running containers have is seen while it is read: the server's socket, or the files. */
const before = "/srv/before";

/**
 * Another major version of PostgreSQL: a cluster of its own in new volumes, which takes a dump of the database that runs. The old volumes stay as they are, so that going back is to mount them again.
 */
export class MajorChange extends IntoNewVolumes {
  /** Name of the container that works on the database's volumes. */
  private get helper(): string {
    return `${this.changer.tenant.names.postgres}-update`;
  }

  async rehearse(stackId: string): Promise<void> {
    await this.check();
    await rehearse(this.changer, stackId, async (copy) => {
      await this.makeVolumes(copy, stackId);
      await allEnded([this.load(copy), this.copyFiles(copy)]);
    });
  }

  /** What would be lost. @throws UpdateError that names it. */
  private async check(): Promise<void> {
    const { engine, tenant, signal } = this.changer;
    this.demandConfirmed();
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
    const [loaded] = await allEnded([this.load(after), this.copyFiles(after)]);
    const running = engine.getContainer(tenant.names.postgres);
    const found = await execText(running, psql(tenant.database, databaseFacts), signal);
    const others = differences(comparable(found), comparable(loaded));
    if (others.length > 0) {
      throw new Error(`what was moved isn't what was there:\n${others.join("\n")}`);
    }
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
