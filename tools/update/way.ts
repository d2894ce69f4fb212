import { backToPoint, dropPoint, makePoint } from "./point";
import { change, type Changer, rehearse } from "./change";
import { bringBack } from "./container";
import type { UpdateRecord } from "./record";
import { ignoreAbsent } from "../../components/host/engineErrors";
import { stop } from "../../components/host/throwAway";

/** How one kind of update is carried out. Whoever has it done stops Odoo, keeps the note and says what happens. */
export interface Way {
  /** Carries it out on a copy of the tenant, which serves meanwhile. @throws with what is wrong. */
  rehearse(stackId: string): Promise<void>;
  /** Makes it possible to go back, and carries it out; Odoo is stopped. @throws with what is wrong. */
  change(record: UpdateRecord): Promise<void>;
  /** What has to be before the new containers come. Done twice, it is as done once. */
  beforeSwitch(): Promise<void>;
  /** Brings data and containers back to what they were. Done twice, it is as done once. */
  back(record: UpdateRecord): Promise<void>;
  /** The new containers serve. */
  finish(record: UpdateRecord): Promise<void>;
}

/** Modules, packages and images: they change the tenant's own database in its place. */
export class InPlace implements Way {
  constructor(private readonly changer: Changer) {}

  rehearse(stackId: string): Promise<void> {
    return rehearse(this.changer, stackId);
  }

  async change(record: UpdateRecord): Promise<void> {
    const { engine, tenant, signal, say } = this.changer;
    await makePoint(engine, tenant, record.image, signal);
    signal.throwIfAborted();
    say("changing its database, and looking at what a user sees");
    await change(this.changer);
  }

  beforeSwitch(): Promise<void> {
    return Promise.resolve();
  }

  async back(record: UpdateRecord): Promise<void> {
    const { engine, tenant } = this.changer;
    await stop(engine, tenant.names.odoo);
    await engine.getContainer(tenant.names.postgres).start().catch(ignoreAbsent);
    await backToPoint(engine, tenant, record.image);
    await bringBack(engine, record.odoo);
  }

  finish(record: UpdateRecord): Promise<void> {
    return dropPoint(this.changer.engine, this.changer.tenant, record.image);
  }
}
