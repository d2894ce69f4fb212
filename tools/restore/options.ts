import { parseArgs } from "node:util";
import { readTime } from "../../components/restore/time";

/** How it is called. */
export const usage =
  'Usage: make restore TENANT=acme [AT="2026-11-26 10:15"] [FROM=offsite] | [DUMP=acme.zip] [STACK=dev], or make restore TENANT=acme CONFIRM=yes, or UNDO=yes; AT is in UTC, or has a zone such as +02:00';

/** What was asked for. */
export interface Options {
  readonly stack: string;
  readonly configFile: string;
  readonly restores: string;
  readonly tenant: string;
  /** Unix seconds; undefined: the newest. */
  readonly at?: number;
  /** Whether it comes from the copies off the host. */
  readonly isOffsite: boolean;
  /** A dump to restore instead of a backup. */
  readonly dump?: string;
  readonly confirm: boolean;
  /** Whether it goes back to the volumes of before the last restore, which isn't confirmed. */
  readonly undo: boolean;
}

/** What was asked for; undefined: it can't be read. */
export function readOptions(args: readonly string[]): Options | undefined {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      "config-file": text,
      restores: text,
      tenant: text,
      at: text,
      from: text,
      dump: text,
      confirm: { type: "boolean" },
      undo: { type: "boolean" },
    },
  });
  const { "config-file": configFile, restores, tenant, at: asked, from, dump, confirm = false, undo = false } = values;
  const at = readTime(asked);
  const isWrongTime = at !== undefined && confirm;
  const isWrongDump = dump !== undefined && (asked !== undefined || from !== undefined || confirm);
  const isWrongUndo = undo && (confirm || asked !== undefined || from !== undefined || dump !== undefined);
  const isWrong = isWrongTime || isWrongDump || isWrongUndo || (from !== undefined && (from !== "offsite" || confirm));
  const [stack] = positionals;
  return stack && configFile && restores && tenant && !isWrong
    ? { stack, configFile, restores, tenant, at, isOffsite: from !== undefined, dump, confirm, undo }
    : undefined;
}
