import type Docker from "dockerode";
import { onRestored, runChange } from "../../components/copy/change";
import { execText } from "../../components/host/engineExec";
import { ignoreAbsent } from "../../components/host/engineErrors";
import { psql } from "../../components/host/psql";
import { stop } from "../../components/host/throwAway";
import { leaveTimeline } from "../../components/restore/leaveTimeline";
import { clear, flush, restore, type Restorer } from "../../components/restore/restorer";
import type { Tenant } from "../../fleet/types";
import { differences } from "../move/data";
import { databaseFacts } from "../move/sql";
import { rehearse } from "./change";
import { IntoNewVolumes } from "./intoNewVolumes";
import type { UpdateRecord } from "./record";

/**
 * Another release of Odoo: what the tenant has is restored from its backups to their last moment, as by `make restore`, and migrated there. So the log of the
 * database goes on, and moments before and after can be restored.
 */
export class ReleaseChange extends IntoNewVolumes {
  async rehearse(stackId: string): Promise<void> {
    this.demandConfirmed();
    await rehearse(this.changer, stackId);
  }

  async change({ stackId }: UpdateRecord): Promise<void> {
    const { engine, environment, tenant, plan, images, say, signal } = this.changer;
    const after = this.numbered(1);
    const release = plan.odoo!.from;
    const restorer: Restorer = { engine, environment, before: this.numbered(0), after, release, say, signal };
    await clear(restorer);
    say("restoring what it has now into new volumes");
    await flush(restorer);
    const facts = psql(tenant.database, databaseFacts);
    const found = await execText(engine.getContainer(tenant.names.postgres), facts, signal);
    await restore({ ...restorer, say: () => undefined }, images, stackId, undefined);
    signal.throwIfAborted();
    say(`migrating it to Odoo ${tenant.odooVersion}, and looking at what a user sees`);
    const changer = { ...this.changer, tenant: after };
    await onRestored(changer, { isKept: true }, async (database, place) => {
      const others = differences(comparable(found), comparable(await execText(database, facts, signal)));
      if (others.length > 0) {
        throw new Error(`what was restored isn't what was there:\n${others.join("\n")}`);
      }
      await runChange(changer, { ...place, neutralize: false });
    });
  }

  /** Once it has served, the migrated cluster has archived a timeline of its own, which the one of before must not be taken for. */
  override async back(record: UpdateRecord): Promise<void> {
    const { engine, tenant, images } = this.changer;
    const [former, after] = [this.numbered(0), this.numbered(1)];
    if (record.step === "switching" && !(await isUsed(engine, former))) {
      for (const name of [tenant.names.odoo, tenant.names.files, tenant.names.backup, tenant.names.postgres]) {
        await stop(engine, name);
      }
      // What goes back isn't interrupted.
      const { signal } = new AbortController();
      await leaveTimeline({ engine, tenant: after, former, image: images.postgres, signal });
    }
    await super.back(record);
  }
}

/** Whether the tenant's PostgreSQL runs on these volumes. */
async function isUsed(engine: Docker, { names }: Tenant): Promise<boolean> {
  const found = await engine.getContainer(names.postgres).inspect().catch(ignoreAbsent);
  return found?.State.Running === true && found.Mounts.some(({ Name }) => Name === names.databaseVolume);
}

/** What a database is, without the positions of its sequences: after a recovery they are up to 32 further on, which PostgreSQL has written ahead. */
function comparable(facts: string): string {
  return facts
    .split("\n")
    .filter((line) => !line.startsWith("sequence|"))
    .join("\n");
}
