import type { Declared } from "./declared";

/** What a stack was when it was last brought up to its end. */
export interface Note {
  /** What it was brought up as. */
  readonly hash: string;
  /** When its state was last written then, as the backend says it: any later run of anybody makes it another. */
  readonly written: string;
  /** Of a tenant that has left: the last day, UTC, for which its backups stay. */
  readonly keptUntil?: string;
}

/** A stack that the backend has. */
export interface FoundStack {
  /** When its state was last written; undefined: never. */
  readonly written?: string | undefined;
}

/**
 * Why a stack is brought up. `written`: its state was written since it was last brought up: by a run that was interrupted, by another tool, or by hand.
 */
export type Reason = "new" | "changed" | "written" | "left" | "refreshed";

/** A tenant's stack that is to be brought up. */
export interface Task {
  readonly tenant: string;
  readonly why: Reason;
}

/** What an environment's stacks are, and were. */
export interface Standing {
  readonly declared: Pick<Declared, "own" | "tenants" | "left">;
  /** Tenants' stacks that the backend has, by tenant. */
  readonly stacks: ReadonlyMap<string, FoundStack>;
  readonly notes: ReadonlyMap<string, Note>;
  /** Today, UTC, such as `2026-12-27`. */
  readonly today: string;
}

/** Which stacks of tenants are to be brought up, those of tenants that have left last; and how many are as they are declared. */
export function planOf(
  { declared, stacks, notes, today }: Standing,
  isAll: boolean,
): { readonly tasks: readonly Task[]; readonly unchanged: number } {
  const whyOf = (tenant: string, hash: string): Reason | undefined => {
    const [found, note] = [stacks.get(tenant), notes.get(tenant)];
    if (found === undefined || note === undefined) {
      return "new";
    }
    if (isAll) {
      return "refreshed";
    }
    return note.hash !== hash ? "changed" : note.written !== found.written ? "written" : undefined;
  };
  const known = [...declared.tenants].map(([tenant, hash]) => ({ tenant, why: whyOf(tenant, hash) }));
  const left = [...stacks.keys()]
    .filter((tenant) => !declared.tenants.has(tenant))
    .map((tenant) => {
      const isOver = (notes.get(tenant)?.keptUntil ?? "") < today;
      return { tenant, why: isOver || whyOf(tenant, declared.left) ? ("left" as const) : undefined };
    });
  const all = [...known, ...left];
  const tasks = all.flatMap(({ tenant, why }) => (why ? [{ tenant, why }] : []));
  return { tasks, unchanged: all.length - tasks.length };
}

/** Whether a stack isn't what it was brought up as. */
export function isChanged(note: Note | undefined, found: FoundStack | undefined, hash: string): boolean {
  return note === undefined || note.written !== found?.written || note.hash !== hash;
}

/** A note as the value of a tag. */
export function writeNote({ hash, written, keptUntil }: Note): string {
  return [hash, written, ...(keptUntil === undefined ? [] : [keptUntil])].join(" ");
}

/** Reads a tag's value; undefined: it isn't one. */
export function readNote(value: string): Note | undefined {
  const [, hash, written, keptUntil] = /^([0-9a-f]{32}) (\S+)(?: (\S+))?$/.exec(value) ?? [];
  return hash === undefined || written === undefined ? undefined : { hash, written, ...(keptUntil && { keptUntil }) };
}
