import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * How far a move has come. `copying`: the data counts where it was, and what is on the target is thrown away by the next run.
 * `switching`: the target has all of it, checked. `moved`: the tenant runs on the target; its old volumes and the dump wait to be
 * confirmed.
 */
export type MoveStep = "copying" | "switching" | "moved";

/** A move that has begun. */
export interface MoveRecord {
  readonly from: string;
  readonly to: string;
  /** Slot on the target. */
  readonly slot: number;
  readonly step: MoveStep;
  /** When the Odoo that was dumped had been started, as its engine says: another one since may have written more. */
  readonly odooStartedAt: string;
}

/** The private folder of a tenant's move, which is there from its first step until it is confirmed. */
export class MoveJournal {
  /** Path of the folder; nobody else may read it. */
  readonly folder: string;

  /** @param parent where the folders of moves are. */
  constructor(parent: string, environment: string, tenant: string) {
    this.folder = join(parent, `${environment}.${tenant}`);
  }

  /** A file of the folder. */
  file(name: "database.dump" | "filestore.tar" | "database.txt" | "filestore.txt"): string {
    return join(this.folder, name);
  }

  /** The move that has begun; undefined: none has. */
  read(): MoveRecord | undefined {
    return existsSync(this.record) ? (JSON.parse(readFileSync(this.record, "utf8")) as MoveRecord) : undefined;
  }

  /** Notes a step, whole or not at all. */
  write(record: MoveRecord): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    writeFileSync(`${this.record}.new`, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
    renameSync(`${this.record}.new`, this.record);
  }

  /** Writes one of the folder's files, for its owner alone. */
  keep(name: "database.txt" | "filestore.txt", text: string): void {
    writeFileSync(this.file(name), text, { mode: 0o600 });
  }

  /** Forgets the move, with its dump. */
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get record(): string {
    return join(this.folder, "move.json");
  }
}
