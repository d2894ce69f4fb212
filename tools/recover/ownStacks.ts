import { inTurn } from "../../components/restore/inTurn";
import { sizesOfCopies } from "../../components/restore/offsite";
import type { RecoveryTools } from "../../components/restore/recoverData";
import type { CreatedTenant } from "../../fleet/types";
import type { Options } from "./options";
import { runTool } from "./runTool";

/** What a recovery of tenants in stacks of their own works with. */
export interface OwnStacks {
  readonly options: Options;
  readonly tools: RecoveryTools;
  /** Tenants of the host, in the order in which they are recovered. */
  readonly tenants: readonly CreatedTenant[];
  /** Told of each that is back. */
  readonly done: (tenant: string) => void;
  readonly say: (text: string) => void;
}

/** What the run for one tenant is told. */
export function ownArguments({ stack, host, identity, at }: Options, tenant: string): string[] {
  return [
    ...[`${stack}.${tenant}`, "recover", "--host", host],
    ...(identity === undefined ? [] : ["--identity", identity]),
    ...(at === undefined ? [] : ["--at", new Date(at * 1000).toISOString().replace("T", " ")]),
  ];
}

/**
 * Recovers tenants that have stacks of their own, each by a run of this tool on its stack, one after the other. One that fails stops no other.
 *
 * @returns those that aren't back; why was said by then.
 */
export async function recoverOwnStacks({ options, tools, tenants, done, say }: OwnStacks): Promise<readonly string[]> {
  const { signal, host } = tools;
  const failed: string[] = [];
  // One without copies is told of when it is its turn.
  const sizes = await sizesOfCopies(tools.copies, { ...tools, tenants }).catch((): Record<string, number> => ({}));
  const turns = tenants.map(({ name }) => ({
    title: name,
    bytes: sizes[name] ?? 0,
    recover: async () => {
      signal.throwIfAborted();
      if (await runTool(ownArguments(options, name), signal)) {
        done(name);
        return "is back";
      }
      signal.throwIfAborted();
      failed.push(name);
      return "isn't back";
    },
  }));
  await inTurn(`host ${host.name}: ${tenants.length} tenants in stacks of their own`, turns, say);
  return failed;
}
