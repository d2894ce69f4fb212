import type Docker from "dockerode";
import { buildImage, buildImages } from "../../components/host/buildImages";
import { engineClient } from "../../components/host/engineClient";
import { imageSpecs, openUpgradeImageSpec } from "../../components/host/imageSpec";
import { readDataFacts } from "../../components/run/preflight/dataFacts";
import { listProblems } from "../../fleet/errors";
import { obstacleToRunning } from "../../fleet/lifecycle/obstacleToRunning";
import type { Host, RunningTenant } from "../../fleet/types";
import { stop } from "../../components/host/throwAway";
import { tenantOn } from "../move/target";
import type { Change } from "../preview/changes";
import { isOtherAlive, thisProcess } from "../processes";
import { TenantJournal } from "../restore/journal";
import { flush, stackIdOf } from "../../components/restore/restorer";
import { type Changer, clearChange } from "./change";
import { goBack } from "./back";
import { recordContainer, runningImage } from "./container";
import { describe, isEmpty, planUpdate, type UpdatePlan } from "./plan";
import { UpdateError, type UpdateRecord, type UpdateTools } from "./record";
import type { Way } from "./way";
import { besides, chooseWay, needsNewVolumes } from "./ways";

/** URNs of the images that `up` would make for a tenant. */
function newImages(tenant: RunningTenant, changes: readonly Change[]): string[] {
  const { odoo, postgres } = imageSpecs(tenant, "");
  const images = [odoo, postgres].map(({ name }) => name.replace(/[^a-z0-9]+/g, "-"));
  return changes
    .filter(({ operation, name }) => operation === "create" && images.some((image) => name.endsWith(image)))
    .map(({ urn }) => urn);
}

/** One tenant's update. */
export class Updater {
  private readonly journal: TenantJournal<UpdateRecord>;
  private readonly by = thisProcess;

  constructor(
    private readonly tools: UpdateTools,
    private readonly name: string,
    private readonly signal: AbortSignal,
  ) {
    this.journal = new TenantJournal(tools.updates, tools.environment, name);
  }

  private readonly say = (text: string): void => console.log(`odoo-fleet: ${this.name}: ${text}`);

  /** Updates the tenant; an update that was interrupted goes on, or is taken back first. @throws UpdateError */
  async go(): Promise<void> {
    const begun = this.journal.read();
    if (begun) {
      this.refuseOther(begun);
    }
    const { tenant, host } = this.declared();
    if (begun && begun.host !== tenant.host) {
      throw new UpdateError(
        `its update on host ${begun.host} isn't over, and it is declared on host ${tenant.host} now`,
      );
    }
    const engine = engineClient(host);
    if (begun?.step === "switching") {
      this.say("going on with the update that was interrupted");
      return this.switchOver(engine, tenant, { ...begun, by: this.by });
    }
    if (begun) {
      this.say("an earlier update was interrupted: bringing everything back, and beginning anew");
      await this.goBack(engine, tenant, begun);
    }
    const record = await this.prepare(engine, host, tenant);
    if (record !== undefined) {
      await this.switchOver(engine, tenant, await this.change(engine, tenant, record));
    }
  }

  /** Plans and rehearses, while the tenant serves. Whatever fails, nothing was changed. Undefined: there is nothing to do. */
  private async prepare(engine: Docker, host: Host, tenant: RunningTenant): Promise<UpdateRecord | undefined> {
    const { environment } = this.tools;
    const { serves } = await tenantOn(engine, tenant);
    if (!serves) {
      throw new UpdateError(
        `${tenant.name} doesn't serve on host ${host.name}: see make refresh. Nothing was changed.`,
      );
    }
    const facts = (await readDataFacts(host, environment, [tenant])).get(tenant.name);
    if (facts === undefined) {
      throw new UpdateError(`${tenant.name} has no data on host ${host.name}: make up. Nothing was changed.`);
    }
    const { id: image, names: running } = await runningImage(engine, tenant.names.odoo);
    const { plan, problems } = planUpdate(tenant, facts, { declared: imageSpecs(tenant, "").odoo.name, running });
    if (problems.length > 0) {
      throw new UpdateError(listProblems(`${tenant.name} can't be updated. Nothing was changed.`, problems));
    }
    if (isEmpty(plan)) {
      this.say("is as it is declared: there is nothing to update");
      return undefined;
    }
    this.say(describe(plan));
    const stackId = await stackIdOf(engine, tenant);
    const changer = this.changer(engine, tenant, plan);
    const way = chooseWay(changer, this.tools, tenant.restored);
    this.say("looking whether its declaration can be brought up");
    const changes = await this.tools.stack.changes(this.variables).catch((error: Error) => {
      throw new UpdateError(`${error.message}. Nothing was changed.`);
    });
    const record: UpdateRecord = {
      ...{ step: "rehearsing", host: host.name, plan, stackId, image, by: this.by, generation: tenant.restored },
      odoo: await recordContainer(engine, tenant.names.odoo),
      ...(needsNewVolumes(plan) && { beside: await besides(engine, tenant) }),
    };
    this.journal.write(record);
    const started = Date.now();
    try {
      this.say("building its image; the tenant serves meanwhile");
      // By the stack, which would build it again otherwise while Odoo is stopped: the provider's builder is another, and shares no cache.
      const built = newImages(tenant, changes);
      if (built.length > 0) {
        await this.tools.stack.up(built, this.variables);
      }
      const images = await buildImages(engine, host, tenant);
      if (plan.odoo) {
        await buildImage(engine, host, openUpgradeImageSpec(images.odoo, tenant));
      }
      this.signal.throwIfAborted();
      this.say("rehearsing on a neutral copy, without a network");
      await clearChange(changer);
      await flush({ engine, before: tenant, say: this.say, signal: this.signal });
      await way.rehearse(stackId);
      this.signal.throwIfAborted();
    } catch (error) {
      this.journal.remove();
      throw new UpdateError(
        `${this.why(error)}\nThe rehearsal failed. Nothing was changed: ${tenant.name} serves as before.`,
      );
    }
    this.say(`the rehearsal succeeded in ${seconds(started)} s`);
    return record;
  }

  /** Changes the tenant's own database, its Odoo stopped. Whatever fails, everything is brought back. */
  private async change(engine: Docker, tenant: RunningTenant, record: UpdateRecord): Promise<UpdateRecord> {
    const changing: UpdateRecord = { ...record, step: "changing" };
    this.journal.write(changing);
    const started = Date.now();
    try {
      this.say("stopping Odoo");
      await stop(engine, tenant.names.odoo);
      this.signal.throwIfAborted();
      await this.wayOf(engine, tenant, record).change(record);
      this.signal.throwIfAborted();
    } catch (error) {
      const why = this.why(error);
      const from = Date.now();
      await this.goBack(engine, tenant, changing).catch((failure: Error) => {
        throw new UpdateError(
          `${why}\nBringing everything back failed: ${failure.message}\nRun this again: ${this.command()}`,
        );
      });
      throw new UpdateError(
        `${why}\nThe update failed. Database and files were brought back in ${seconds(from)} s, and ${tenant.name} serves as before.`,
      );
    }
    this.say(`changed and proven after ${seconds(started)} s without service`);
    const ready: UpdateRecord = { ...changing, step: "switching" };
    this.journal.write(ready);
    return ready;
  }

  /** Lets the new containers serve. @throws when they don't; then everything was brought back. */
  private async switchOver(engine: Docker, tenant: RunningTenant, record: UpdateRecord): Promise<void> {
    this.journal.write(record);
    const way = this.wayOf(engine, tenant, record);
    try {
      await way.beforeSwitch();
      const targets = await this.targets(tenant);
      // Without any, all of the stack would be brought up.
      if (targets.length > 0) {
        await this.tools.stack.up(targets, this.variables);
      }
      const { serves } = await tenantOn(engine, tenant);
      if (!serves) {
        throw new UpdateError("its new containers don't all run");
      }
    } catch (error) {
      if (this.signal.aborted) {
        throw new UpdateError(
          `interrupted\nIts database is updated and proven; its containers aren't replaced yet. Run this again to go on: ${this.command()}`,
        );
      }
      const why = (error as Error).message;
      await this.goBack(engine, tenant, record);
      throw new UpdateError(
        `${why}\nThe update failed. Database, files and image were brought back, and ${tenant.name} serves as before.`,
      );
    }
    await way.finish(record);
    this.journal.remove();
    this.say("updated");
  }

  private async goBack(engine: Docker, tenant: RunningTenant, record: UpdateRecord): Promise<void> {
    await goBack(this.changer(engine, tenant, record.plan), this.wayOf(engine, tenant, record), record);
    this.journal.remove();
  }

  /** URNs of what `up` would change of this tenant: other tenants, which may share its addons, keep what they have. */
  private async targets(tenant: RunningTenant): Promise<string[]> {
    const changes = await this.tools.stack.changes(this.variables);
    const own = changes.filter((one) => one.tenant === tenant.name).map(({ urn }) => urn);
    return [...own, ...newImages(tenant, changes)];
  }

  /** Tells the program that this tenant's update is under way. */
  private get variables(): Record<string, string> {
    return { ODOO_FLEET_UPDATING: this.name };
  }

  private refuseOther({ by }: UpdateRecord): void {
    if (isOtherAlive(by)) {
      throw new UpdateError(`another make update of ${this.name} is under way: process ${by.pid}`);
    }
  }

  private declared(): { tenant: RunningTenant; host: Host } {
    const fleet = this.tools.fleet();
    const tenant = fleet.tenants[this.name];
    if (tenant === undefined) {
      throw new UpdateError(
        `TENANT=${this.name} isn't declared; expected one of: ${Object.keys(fleet.tenants).join(", ")}`,
      );
    }
    const obstacle = obstacleToRunning(tenant);
    if (tenant.state !== "running" || obstacle !== undefined) {
      throw new UpdateError(`${obstacle}. Nothing was changed.`);
    }
    return { tenant, host: fleet.hosts[tenant.host]! };
  }

  private changer(engine: Docker, tenant: RunningTenant, plan: UpdatePlan): Changer {
    const { odoo, postgres } = imageSpecs(tenant, "");
    const migration = plan.odoo && openUpgradeImageSpec(odoo.name, tenant).name;
    const images = { odoo: odoo.name, postgres: postgres.name, ...(migration && { migration }) };
    const { say, signal } = this;
    return { engine, environment: this.tools.environment, tenant, plan, images, say, signal };
  }

  private wayOf(engine: Docker, tenant: RunningTenant, { plan, generation }: UpdateRecord): Way {
    return chooseWay(this.changer(engine, tenant, plan), this.tools, generation ?? tenant.restored);
  }

  private command(): string {
    return `make update TENANT=${this.name} STACK=${this.tools.environment}`;
  }

  private why(error: unknown): string {
    return this.signal.aborted ? "interrupted" : (error as Error).message;
  }
}

function seconds(since: number): number {
  return Math.round((Date.now() - since) / 1000);
}
