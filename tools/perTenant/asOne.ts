import type { Change } from "../preview/changes";
import { exitCodes } from "../preview/exitCodes";
import type { PreviewedStacks, Summary } from "../preview/summary";

/** What the preview of a stack came to. */
export interface StackPreview {
  readonly stack: string;
  /** Undefined: it is the environment's own. */
  readonly tenant?: string;
  readonly code: number;
  /** Undefined: none could be made; the preview has printed why. */
  readonly summary?: Summary;
}

/** The previews of an environment's stacks as one, for whoever reads that of one stack. */
export function asOne(
  environment: string,
  previews: readonly StackPreview[],
  beside: Pick<Summary, "hosts" | "suspended" | "policyPack"> & Pick<PreviewedStacks, "later" | "unchanged">,
): Summary {
  const { later, unchanged, ...whole } = beside;
  const announced = previews.flatMap(({ summary }) => summary?.updates ?? []);
  const looked = previews.flatMap(({ summary }) => (summary?.lostDomains ? [summary.lostDomains] : []));
  const exitCode = codeOfAll(previews.map(({ code }) => code));
  return {
    stack: environment,
    exitCode: exitCode === exitCodes.nothingToDo && later.length > 0 ? exitCodes.changes : exitCode,
    changes: previews.flatMap(({ tenant, summary }) =>
      (summary?.changes ?? []).map((change): Change => (tenant === undefined ? change : { ...change, tenant })),
    ),
    policies: previews.flatMap(({ summary }) => summary?.policies ?? []),
    ...whole,
    ...(announced[0] && { updates: { ...announced[0], due: announced.flatMap(({ due }) => due) } }),
    ...(looked.length > 0 && { lostDomains: looked.flat() }),
    errors: previews.flatMap(({ stack, code, summary }) =>
      summary === undefined
        ? [`${stack}: no preview could be made (${code}); what it printed says why`]
        : summary.errors.map((error) => `${stack}: ${error}`),
    ),
    stacks: { previewed: Object.fromEntries(previews.map(({ stack, code }) => [stack, code])), later, unchanged },
  };
}

/** The code of several runs: what is worst of them, and `failed` where they failed for different reasons. */
export function codeOfAll(codes: readonly number[]): number {
  const failed = [...new Set(codes.filter((code) => code !== exitCodes.nothingToDo && code !== exitCodes.changes))];
  return failed.length === 0
    ? codes.includes(exitCodes.changes)
      ? exitCodes.changes
      : exitCodes.nothingToDo
    : failed.length === 1
      ? failed[0]!
      : exitCodes.failed;
}
