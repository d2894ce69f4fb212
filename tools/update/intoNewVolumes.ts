import { readFileSync } from "node:fs";
import { execText } from "../../components/host/engineExec";
import { removeOwn, restoredTenant } from "../../components/restore/restorer";
import type { Tenant } from "../../fleet/types";
import { placeTenant } from "../move/declaration";
import type { StackCommands } from "../move/stack";
import { RestoreJournal } from "../restore/journal";
import { renameVolumes } from "../restore/state";
import { replaceFile } from "../yamlFile";
import type { Changer } from "./change";
import { bringBack } from "./container";
import { UpdateError, type UpdateRecord } from "./record";
import type { Way } from "./way";

/** What an update into new volumes needs beside what each update has. */
export interface NewVolumesTools {
  readonly stack: StackCommands;
  /** Folder of the notes of restores, of which this leaves one: the volumes that the tenant had before wait to be confirmed. */
  readonly restores: string;
  /** Number of the tenant's volumes before the update; the new ones have the next. */
  readonly generation: number;
}

/** What changes data in new volumes. The old ones stay as they are, so that going back is to mount them again. */
export abstract class IntoNewVolumes implements Way {
  private readonly file: string;
  private readonly journal: RestoreJournal;

  constructor(
    protected readonly changer: Changer,
    private readonly tools: NewVolumesTools,
  ) {
    this.file = `Pulumi.${changer.environment}.yaml`;
    this.journal = new RestoreJournal(tools.restores, changer.environment, changer.tenant.name);
  }

  abstract rehearse(stackId: string): Promise<void>;
  abstract change(record: UpdateRecord): Promise<void>;

  /** @throws UpdateError where the volumes of before an earlier restore or update are still kept: there is one note of them. */
  protected demandConfirmed(): void {
    const { tenant, environment } = this.changer;
    if (this.journal.read() !== undefined) {
      throw new UpdateError(
        `an earlier restore of it isn't over: make restore TENANT=${tenant.name} CONFIRM=yes STACK=${environment}`,
      );
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
    say("backing it up");
    // A time before this can't be restored as what is declared now, so that the first backup doesn't wait.
    await execText(engine.getContainer(tenant.names.backup), ["odoo-fleet-backup", "now"]).catch((error: Error) =>
      say(`its first backup failed, and is tried again by itself (alert BackupOverdue): ${error.message}`),
    );
    say("the volumes that it had before are kept until");
    say(`  make restore TENANT=${tenant.name} CONFIRM=yes STACK=${environment}`);
  }

  /** The tenant with the names of its volumes before (0) or after (1) the update. */
  protected numbered(step: 0 | 1): Tenant {
    const { environment, tenant } = this.changer;
    return restoredTenant(environment, tenant, this.tools.generation + step);
  }

  /** Declares in the stack's file how many times the tenant's volumes were replaced. */
  private declare(generation: number): void {
    const text = readFileSync(this.file, "utf8");
    const place = { restored: generation === 0 ? undefined : generation };
    replaceFile(this.file, placeTenant(text, this.changer.tenant.name, place));
  }
}
