/**
 * `recover.ts STACK --config-file FILE --recoveries FOLDER --host NAME [--identity FILE] [--first A,B] [--ordered only]`: a host is gone, and a new
 * machine has an engine in its place: every tenant of the host comes back from its copies on the target, proven, then
 * everything else by `up`, and then what was ordered on the portal, each by its own stack; `--ordered only` does the last alone. docs/recovery.md says what it does. Exit codes: 0 done, 1 refused or failed, with a message that says
 * in what state everything is, 2 wrong use.
 */
import { readFileSync } from "node:fs";
import { engineClient } from "../components/host/engineClient";
import type { EscrowedKeys } from "../fleet/escrow";
import { snapshotsRepository } from "../fleet/names";
import { type Portal, portalName } from "../fleet/portalTypes";
import { createdOf, tenantsOn } from "../fleet/tenantsOn";
import type { CreatedTenant, Fleet, Host } from "../fleet/types";
import { runInterruptible } from "./interruptible";
import { fleetOfStackFile } from "./stackFile";
import { placeTenant } from "./move/declaration";
import { StackCommands } from "./move/stack";
import { tenantOn } from "./move/target";
import { type Options, readOptions, usage } from "./recover/options";
import { recoveryKeys } from "./recover/keys";
import { recoverOrdered, sellsOn } from "./recover/ordered";
import { recoverOwnStacks } from "./recover/ownStacks";
import { inOrder, type RecoveryRecord, refuseLiving, type ToRecover } from "./recover/recovery";
import { recoverServices, serviceVolumes } from "./recover/services";
import { inTurn } from "../components/restore/inTurn";
import { stackIdIn, withKeys, withoutHost } from "../components/restore/lostState";
import { recoverPortal, recoverTenant, type RecoveryTools } from "../components/restore/recoverData";
import { TenantJournal } from "./restore/journal";
import { sizesOfCopies } from "../components/restore/offsite";
import { copiesOf } from "./restore/copiesOf";
import { RestoreError } from "../components/restore/restorer";
import { parseStackReference } from "./stackName";
import { replaceFile } from "./yamlFile";

class Recovery {
  private readonly environment: string;
  /** Whose the stack is; undefined: it is the environment's own. */
  private readonly tenant?: string;
  private readonly stack: StackCommands;
  private readonly journal: TenantJournal<RecoveryRecord>;

  constructor(
    private readonly options: Options,
    private readonly signal: AbortSignal,
  ) {
    const { name, environment, tenant } = parseStackReference(options.stack);
    this.environment = environment;
    this.tenant = tenant;
    this.stack = new StackCommands(options.stack, this.layout() === "perTenant" && tenant === undefined);
    this.journal = new TenantJournal(options.recoveries, name, options.host);
  }

  private readonly say = (text: string): void => console.log(`odoo-fleet: ${text}`);

  async go(): Promise<void> {
    const declared = this.declared();
    const { fleet, host, tenants, portal } = declared;
    const other = this.journal.claim();
    if (other) {
      throw new RestoreError(
        `another make recover of host ${host.name} is under way: process ${other.pid}. Nothing was changed.`,
      );
    }
    if (this.options.isOrderedOnly) {
      await this.recoverOrdered();
      return;
    }
    const copies = await copiesOf(fleet, this.stack);
    const engine = engineClient(host);
    await engine.ping().catch((error: Error) => {
      throw new RestoreError(
        `the engine of host ${host.name} doesn't answer: ${error.message}. A recovery takes a machine with a Docker engine ` +
          "in the place of the one that is gone, see docs/recovery.md. Nothing was changed.",
      );
    });
    const { at } = this.options;
    const tools = { engine, environment: this.environment, host, copies, at, signal: this.signal };
    let record = this.journal.read();
    if (record === undefined) {
      await refuseLiving(engine, host, declared);
    } else {
      this.say(`going on with the recovery of host ${host.name} that was interrupted`);
    }
    const { identity } = this.options;
    const state = await this.stack.export(true);
    const keys = await recoveryKeys(tools, declared, { state, identity, owner: this.tenant });
    record ??= await this.begin(host, keys);
    try {
      record = await this.recoverPortal(tools, portal, keys, record);
      record = await this.recoverAll(tools, tenants, keys, record);
      record = await this.recoverServices(tools, declared, keys, record);
      this.say("everything is restored and proven; bringing up what serves it");
      await this.stack.up();
    } catch (error) {
      throw new RestoreError(
        `${this.signal.aborted ? "interrupted" : (error as Error).message}\nWhat was recovered stays: run this again to go on: ${this.command()}`,
      );
    }
    if (declared.own.length > 0) {
      record = await this.recoverOwn(tools, declared, record);
    }
    for (const tenant of tenants.filter(({ state }) => state === "running")) {
      if (!(await tenantOn(engine, tenant)).serves) {
        throw new RestoreError(`${tenant.name}'s containers don't all run: make up STACK=${this.environment} says why`);
      }
    }
    const back = [...(portal ? ["the portal"] : []), ...[...tenants, ...declared.own].map(({ name }) => name)];
    if (back.length > 0) {
      this.say(`host ${host.name} is back: ${back.join(", ")}`);
    }
    if (this.tenant === undefined && sellsOn(fleet, host.name)) {
      await this.recoverOrdered();
    }
    this.journal.remove();
  }

  /** What was ordered comes last: what copies it off the host, and the edge that serves it, are the fleet's. */
  private async recoverOrdered(): Promise<void> {
    this.say("bringing back what was ordered on the portal, each by a stack of its own");
    if (!(await recoverOrdered(this.options.stack, this.options, this.signal))) {
      throw new RestoreError(
        `not all that was ordered is back. What is back stays: run this again to go on: ${this.command()}`,
      );
    }
    this.say(
      `what was ordered on host ${this.options.host} is back; now its worker: make portal STACK=${this.environment}`,
    );
  }

  /** Lets the stack's state forget what was on the host, and know the keys. */
  private async begin(host: Host, keys: Readonly<Record<string, EscrowedKeys>>): Promise<RecoveryRecord> {
    if (stackIdIn(await this.stack.export()) === undefined) {
      this.say("the stack is new: making its secrets");
      const component = (name: string): string =>
        name === portalName ? "PortalStack" : name.startsWith("_") ? "ServiceSnapshots" : "TenantStack";
      const passwords = Object.keys(keys).flatMap((tenant) => [
        `**::odoo-fleet:index:${component(tenant)}::${tenant}`,
        `**::${tenant}-backup-password`,
      ]);
      // Of the rest, which isn't made, the rules would see half. The last run is judged as a whole.
      await this.stack.up(["**::stack-id", ...passwords], { ODOO_FLEET_POLICY_PACK: "build/no-policies" });
    }
    const { recoveries, identity } = this.options;
    const change = (shown: string): string => {
      const rest = withoutHost(shown, host.name);
      return identity === undefined ? rest : withKeys(rest, keys);
    };
    const state = await this.stack.edit(recoveries, change, true);
    this.emptyCopies();
    const record: RecoveryRecord = { stackId: stackIdIn(state)!, done: [] };
    this.journal.write(record);
    return record;
  }

  /** Copies have no backups off the host: they are declared without data again. */
  private emptyCopies(): void {
    const { fleet, host } = this.declared();
    const file = `Pulumi.${this.environment}.yaml`;
    for (const { name, copyOf } of createdOf(tenantsOn(fleet, host)).filter((tenant) => tenant.copyOf !== undefined)) {
      this.say(`${name} is a copy of ${copyOf}, and isn't recovered: make copy TENANT=${name} fills it again`);
      replaceFile(file, placeTenant(readFileSync(file, "utf8"), name, { restored: undefined }));
    }
  }

  /** The portal comes first: it knows who ordered what. */
  private async recoverPortal(
    tools: RecoveryTools,
    portal: Portal | undefined,
    keys: Readonly<Record<string, EscrowedKeys>>,
    begun: RecoveryRecord,
  ): Promise<RecoveryRecord> {
    if (portal === undefined || begun.done.includes(portal.name)) {
      return begun;
    }
    const say = (text: string): void => this.say(`the portal: ${text}`);
    await recoverPortal(tools, portal, { stackId: begun.stackId, keys: keys[portal.name]!, say });
    const record = { ...begun, done: [portal.name, ...begun.done] };
    this.journal.write(record);
    this.say("the portal: its database is restored and proven");
    return record;
  }

  private async recoverAll(
    tools: RecoveryTools,
    tenants: readonly CreatedTenant[],
    keys: Readonly<Record<string, EscrowedKeys>>,
    begun: RecoveryRecord,
  ): Promise<RecoveryRecord> {
    let record = begun;
    const waiting = tenants.filter(({ name }) => !record.done.includes(name));
    const sizes = await sizesOfCopies(tools.copies, { ...tools, tenants: waiting });
    const turns = waiting.map((tenant) => ({
      title: tenant.name,
      bytes: sizes[tenant.name]!,
      recover: async () => {
        const say = (text: string): void => this.say(`${tenant.name}: ${text}`);
        await recoverTenant(tools, tenant, { stackId: record.stackId, keys: keys[tenant.name]!, say });
        record = this.note(record, tenant.name);
        return "restored and proven";
      },
    }));
    await inTurn(`host ${tools.host.name}: ${waiting.length} of ${tenants.length} tenants`, turns, this.say);
    return record;
  }

  /** What the host's own services kept: after the tenants, whom it keeps from nothing. */
  private async recoverServices(
    tools: RecoveryTools,
    { fleet, host }: ToRecover,
    all: Readonly<Record<string, EscrowedKeys>>,
    begun: RecoveryRecord,
  ): Promise<RecoveryRecord> {
    const name = snapshotsRepository(host.name);
    const keys = all[name];
    if (keys === undefined || begun.done.includes(name)) {
      return begun;
    }
    const say = (text: string): void => this.say(`the services of ${host.name}: ${text}`);
    await recoverServices(tools, fleet, { stackId: begun.stackId, keys, say });
    return this.note(begun, name);
  }

  /** Tenants in stacks of their own come after what hosts have for all of them. */
  private async recoverOwn(tools: RecoveryTools, { own }: ToRecover, begun: RecoveryRecord): Promise<RecoveryRecord> {
    let record = begun;
    const failed = await recoverOwnStacks({
      ...{ options: this.options, tools, say: this.say },
      tenants: own.filter(({ name }) => !record.done.includes(name)),
      done: (name) => (record = this.note(record, name)),
    });
    if (failed.length > 0) {
      throw new RestoreError(
        `not back: ${failed.join(", ")}. What is back stays: run this again to go on: ${this.command()}`,
      );
    }
    return record;
  }

  /** Notes what is back. */
  private note({ stackId, done }: RecoveryRecord, name: string): RecoveryRecord {
    const record = { stackId, done: [...done, name] };
    this.journal.write(record);
    return record;
  }

  private layout(): Fleet["layout"] {
    return fleetOfStackFile(readFileSync(this.options.configFile, "utf8"), this.environment).layout;
  }

  private declared(): ToRecover {
    const fleet = fleetOfStackFile(readFileSync(this.options.configFile, "utf8"), this.environment);
    const host = fleet.hosts[this.options.host];
    if (host === undefined) {
      throw new RestoreError(
        `HOST=${this.options.host} isn't declared; expected one of: ${Object.keys(fleet.hosts).join(", ")}`,
      );
    }
    const customers = createdOf(tenantsOn(fleet, host)).filter(({ copyOf }) => copyOf === undefined);
    const ordered = inOrder(customers, this.options.first);
    if (this.tenant !== undefined) {
      const tenants = ordered.filter(({ name }) => name === this.tenant);
      if (tenants.length === 0) {
        throw new RestoreError(`${this.tenant} isn't declared to run on host ${host.name}. Nothing was changed.`);
      }
      return { fleet, host, tenants, services: [], own: [] };
    }
    const [tenants, own] = fleet.layout === "perTenant" ? [[], ordered] : [ordered, []];
    const portal = fleet.portal?.host === host.name ? fleet.portal : undefined;
    const { isOrderedOnly } = this.options;
    if (isOrderedOnly && !sellsOn(fleet, host.name)) {
      throw new RestoreError(`ORDERED=only: the portal sells nothing on host ${host.name}`);
    }
    const services = serviceVolumes(fleet, host).kept;
    const isNothing = ordered.length === 0 && portal === undefined && services.length === 0;
    if (isNothing && !sellsOn(fleet, host.name)) {
      throw new RestoreError(
        `host ${host.name} has nothing to recover: make up STACK=${this.environment} makes it anew`,
      );
    }
    return { fleet, host, tenants, portal, services, own };
  }

  private command(): string {
    const { host, identity, first, isOrderedOnly } = this.options;
    const more = [
      ...(isOrderedOnly ? ["ORDERED=only"] : []),
      ...(identity ? [`IDENTITY=${identity}`] : []),
      ...(first.length > 0 ? [`FIRST=${first.join(",")}`] : []),
    ];
    const { name } = parseStackReference(this.options.stack);
    return ["make recover", `HOST=${host}`, ...more, `STACK=${name}`].join(" ");
  }
}

/** Runs the tool. @returns its exit code. */
async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  const options = readOptions(args);
  if (options === undefined) {
    console.error(usage);
    return 2;
  }
  await new Recovery(options, signal).go();
  return 0;
}

runInterruptible(run);
