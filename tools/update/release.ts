import { onRestored, runChange } from "../../components/copy/change";
import { execText } from "../../components/host/engineExec";
import { psql } from "../../components/host/psql";
import { clear, flush, restore, type Restorer } from "../../components/restore/restorer";
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
}

/** What a database is, without the positions of its sequences: after a recovery they are up to 32 further on, which PostgreSQL has written ahead. */
function comparable(facts: string): string {
  return facts
    .split("\n")
    .filter((line) => !line.startsWith("sequence|"))
    .join("\n");
}
