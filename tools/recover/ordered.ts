import type { Fleet } from "../../fleet/types";
import { runTool } from "./runTool";

/** What is brought back, as `make recover` was asked for it. */
export interface OrderedOn {
  readonly host: string;
  /** File with private keys of age. */
  readonly identity?: string;
  /** Unix seconds; undefined: the newest. */
  readonly at?: number;
}

/** Whether the portal sells tenants on a host. */
export function sellsOn({ portal }: Pick<Fleet, "portal">, host: string): boolean {
  return portal?.sells.slots[host] !== undefined;
}

/** What the portal's process is told. */
export function orderedArguments({ host, identity, at }: OrderedOn): string[] {
  return [
    ...["--host", host],
    ...(identity === undefined ? [] : ["--identity", identity]),
    ...(at === undefined ? [] : ["--at", new Date(at * 1000).toISOString()]),
  ];
}

/**
 * Brings back what was ordered on a host, by a process of the portal: it has the tenants' stacks and the portal's database, which says what there was.
 *
 * @returns whether all of it is back; what isn't was said by then.
 */
export function recoverOrdered(stack: string, wanted: OrderedOn, signal: AbortSignal): Promise<boolean> {
  return runTool([stack, "portal", "recover", ...orderedArguments(wanted)], signal);
}
