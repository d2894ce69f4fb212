/** Whether arguments of `pulumi up` say that only a part of the stack is brought up. */
export function isOfPart(args: readonly string[]): boolean {
  return args.some((arg) => /^(--target|--exclude|-t$)/.test(arg));
}

/**
 * What is added to the arguments by which a part of a stack is brought up: its resources come one at a time.
 *
 * What the program has no more, and something that isn't targeted still depends on, is kept by a step that Pulumi makes for the first of those that depend on it. Another of them, done beside
 * that step and before it, is written into the state before what it depends on, and no run reads that state any more (seen with 3.259 on a busy machine, as `snapshot integrity failure`).
 */
export function partOptions(args: readonly string[]): string[] {
  return isOfPart(args) && !args.some((arg) => /^(--parallel|-p)/.test(arg)) ? ["--parallel", "1"] : [];
}
