import { readFileSync } from "node:fs";
import { declaredCopy, type DeclaredCopy } from "../../components/copy/declaredCopy";
import { fillCopy, fillingOf } from "../../components/copy/fill";
import { stackIdIn } from "../../components/restore/lostState";
import { removeOwn, restoredTenant, RestoreError } from "../../components/restore/restorer";
import { showTime } from "../../components/restore/time";
import type { Fleet } from "../../fleet/types";
import { placeTenant } from "../move/declaration";
import type { StackCommands } from "../move/stack";
import { tenantOn } from "../move/target";
import { TenantJournal } from "../restore/journal";
import { renameVolumes } from "../restore/state";
import { replaceFile } from "../yamlFile";

/** A copy that has begun. `filling`: what is in its new volumes is thrown away by the next run. `switching`: it is neutral and proven. */
interface CopyRecord {
  readonly step: "filling" | "switching";
  readonly host: string;
  /** Number of the new volumes. */
  readonly generation: number;
}

/** What copies are made with. */
export interface CopyTools {
  readonly environment: string;
  /** Folder of the notes of copies. */
  readonly copies: string;
  /** What is declared now. */
  readonly fleet: () => Fleet;
  readonly stack: StackCommands;
}

/** Fills one copy. */
export class Copier {
  private readonly journal: TenantJournal<CopyRecord>;

  constructor(
    private readonly tools: CopyTools,
    private readonly name: string,
    private readonly signal: AbortSignal,
  ) {
    this.journal = new TenantJournal(tools.copies, tools.environment, name);
  }

  private readonly say = (text: string): void => console.log(`odoo-fleet: ${this.name}: ${text}`);

  /**
   * Fills the copy, or goes on with a run that was interrupted.
   *
   * @param at moment of the source's data, Unix seconds; undefined: now.
   * @throws RestoreError
   */
  async go(at: number | undefined): Promise<void> {
    const declared = this.declared();
    const other = this.journal.claim();
    if (other) {
      throw new RestoreError(
        `another make copy of ${this.name} is under way: process ${other.pid}. Nothing was changed.`,
      );
    }
    const begun = this.journal.read();
    if (begun?.step === "switching" && begun.host === declared.host.name) {
      this.say("going on with the copy that was interrupted");
      return this.switchOver(begun);
    }
    if (begun) {
      this.say("an earlier run was interrupted: beginning anew");
    }
    await this.switchOver(await this.fill(declared, at));
  }

  /** Restores, neutralises and proves in new volumes, while source and copy serve. Whatever fails, nothing of it is left. */
  private async fill(declared: DeclaredCopy, at: number | undefined): Promise<CopyRecord> {
    const { copy, source, host } = declared;
    const now = Date.now() / 1000;
    if (at !== undefined && at > now) {
      throw new RestoreError(`AT, ${showTime(at)}, is in the future: it is ${showTime(now)} now. Nothing was changed.`);
    }
    const generation = copy.restored + 1;
    const { environment, stack } = this.tools;
    this.say("looking whether the stack is as it is declared");
    const isUp = (await stack.preview()) === 0;
    const stackId = isUp ? stackIdIn(await stack.export()) : undefined;
    if (stackId === undefined) {
      throw new RestoreError(`the stack isn't as it is declared: make up STACK=${environment}. Nothing was changed.`);
    }
    const { say, signal } = this;
    const filling = await fillingOf(declared, { environment, stackId, at, say, signal });
    const record: CopyRecord = { step: "filling", host: host.name, generation };
    this.journal.write(record);
    const started = Date.now();
    try {
      await fillCopy(filling);
    } catch (error) {
      this.journal.remove();
      const left = copy.state === "unfilled" ? "has no data, as before" : "is as it was";
      throw new RestoreError(
        `${this.why(error)}\n${this.name} wasn't filled: it ${left}, and ${source.name} wasn't touched.`,
      );
    }
    this.say(`filled, neutralised and proven in ${Math.round((Date.now() - started) / 1000)} s`);
    const ready: CopyRecord = { ...record, step: "switching" };
    this.journal.write(ready);
    return ready;
  }

  /** Lets the copy run on its new volumes, and removes those that it had. Each step finds out whether it is done. */
  private async switchOver(record: CopyRecord): Promise<void> {
    const { environment, copies, stack } = this.tools;
    try {
      const { copy, engine } = this.declared();
      const before = restoredTenant(environment, copy, record.generation - 1);
      const after = restoredTenant(environment, copy, record.generation);
      if (copy.restored < record.generation) {
        if (copy.restored > 0) {
          // Told first what its volumes are called, Pulumi replaces what mounts them and neither makes nor removes one.
          await renameVolumes(stack, copies, before, after);
        }
        this.signal.throwIfAborted();
        const file = `Pulumi.${environment}.yaml`;
        replaceFile(file, placeTenant(readFileSync(file, "utf8"), copy.name, { restored: record.generation }));
      }
      this.say("connecting it");
      await stack.up();
      if (!(await tenantOn(engine, after)).serves) {
        throw new RestoreError("its containers don't all run");
      }
      if (record.generation > 1) {
        await removeOwn(engine, before);
      }
    } catch (error) {
      throw new RestoreError(
        `${this.why(error)}\n${this.name} is filled and proven, and doesn't serve its new data yet. Run this again to go on: ` +
          `make copy TENANT=${this.name} STACK=${environment}`,
      );
    }
    this.journal.remove();
    const { copy } = this.declared();
    this.say(`serves a neutral copy of ${copy.copyOf}: ${copy.url}`);
    this.say(`  user admin, password: make password TENANT=${this.name} STACK=${environment}`);
  }

  private declared(): DeclaredCopy {
    return declaredCopy(this.tools.fleet(), this.name);
  }

  private why(error: unknown): string {
    return this.signal.aborted ? "interrupted" : (error as Error).message;
  }
}
