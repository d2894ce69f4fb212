import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isOtherAlive, type ProcessOf, thisProcess } from "../processes";

/**
 * How far a restore has come. `restoring`: the tenant serves from its volumes, and what is in the new ones is thrown away by
 * the next run. `switching`: the new ones are proven. `restored`: the tenant runs on them; its old volumes wait to be confirmed. `undoing`: it goes
 * back to these. `undone`: it runs on them, and the restored ones wait to be confirmed.
 */
export type RestoreStep = "restoring" | "switching" | "restored" | "undoing" | "undone";

/** A restore that has begun. */
export interface RestoreRecord {
  readonly step: RestoreStep;
  /** Host that it happens on. */
  readonly host: string;
  /** Number of the new volumes; the old ones have the one before. */
  readonly generation: number;
  /** Time that was asked for, Unix seconds; undefined: the newest. */
  readonly at?: number;
}

/**
 * The note of an operation on a tenant, such as its restore, which is there from the first step until the operation is over.
 * Nothing secret is in it.
 */
export class TenantJournal<Note extends object> {
  private readonly file: string;

  /** @param folder where the notes of such operations are. */
  constructor(
    private readonly folder: string,
    environment: string,
    tenant: string,
  ) {
    this.file = join(folder, `${environment}.${tenant}.json`);
  }

  /**
   * Keeps other runs away until this process ends.
   *
   * @returns the process that works on it already; undefined: none does, and now this one.
   */
  claim(): ProcessOf | undefined {
    const file = `${this.file}.by`;
    const by = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as ProcessOf) : undefined;
    if (by !== undefined && isOtherAlive(by)) {
      return by;
    }
    this.put(file, thisProcess);
    process.once("exit", () => rmSync(file, { force: true }));
    return undefined;
  }

  /** The operation that has begun; undefined: none has. */
  read(): Note | undefined {
    return existsSync(this.file) ? (JSON.parse(readFileSync(this.file, "utf8")) as Note) : undefined;
  }

  /** Notes a step, whole or not at all. */
  write(record: Note): void {
    this.put(this.file, record);
  }

  /** Forgets it. */
  remove(): void {
    rmSync(this.file, { force: true });
  }

  private put(file: string, content: object): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.new`, `${JSON.stringify(content)}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
}

/** The note of a tenant's restore, which is there until it is confirmed. */
export class RestoreJournal extends TenantJournal<RestoreRecord> {}
