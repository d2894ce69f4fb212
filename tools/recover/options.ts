import { parseArgs } from "node:util";
import { readTime } from "../../components/restore/time";

/** How it is called. */
export const usage =
  'Usage: make recover HOST=local [IDENTITY=age-key.txt] [FIRST=acme,globex] [AT="2026-11-26 10:15"] [ORDERED=only] [STACK=dev]; IDENTITY is a file with a private key of age, where the stack\'s state is lost too';

/** What was asked for. */
export interface Options {
  readonly stack: string;
  readonly configFile: string;
  readonly recoveries: string;
  readonly host: string;
  /** File with private keys of age. Default: the keys are in the stack's state. */
  readonly identity?: string;
  /** Tenants that come first. */
  readonly first: readonly string[];
  /** Unix seconds; undefined: the newest. */
  readonly at?: number;
  /** Whether only what was ordered is brought back. */
  readonly isOrderedOnly: boolean;
}

/** What was asked for; undefined: it can't be read. */
export function readOptions(args: readonly string[]): Options | undefined {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      "config-file": text,
      recoveries: text,
      host: text,
      identity: text,
      first: text,
      at: text,
      ordered: text,
    },
  });
  const { "config-file": configFile, recoveries, host, identity, first, at: asked, ordered } = values;
  const at = readTime(asked);
  const [stack] = positionals;
  const isWrong = ![undefined, "only"].includes(ordered);
  const isOrderedOnly = ordered !== undefined;
  return stack && configFile && recoveries && host && !isWrong
    ? { stack, configFile, recoveries, host, identity, first: first?.split(",") ?? [], at, isOrderedOnly }
    : undefined;
}
