/** Exit codes of `tools/pulumi.sh STACK preview`; the table in docs/operations.md says the same. */
export const exitCodes = {
  nothingToDo: 0,
  failed: 1,
  changes: 2,
  policyBroken: 3,
  packFailed: 10,
  packConfig: 11,
  noStack: 12,
  passphrase: 13,
  locked: 14,
} as const;

/** A run that can't be made, with its own code. */
export class PreviewError extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

const known: readonly (readonly [RegExp, number, string])[] = [
  [
    /policy pack .* failed to start|policy pack not started|failed to load Pulumi policy project|could not load policy|error loading policy/i,
    exitCodes.packFailed,
    "the policy pack doesn't start",
  ],
  [/no stack named/i, exitCodes.noStack, "the stack doesn't exist in this backend"],
  [
    /incorrect passphrase/i,
    exitCodes.passphrase,
    "the passphrase isn't the one that the stack's secrets were encrypted with; set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE",
  ],
  [
    /currently locked by|another update is currently in progress|conflict: another update/i,
    exitCodes.locked,
    "another run has locked the stack; wait for it, or `pulumi cancel` if it is gone",
  ],
];

/** What a failed run of the CLI means, by what it printed; undefined when it is none of the known mistakes. */
export function knownFailure(output: string): PreviewError | undefined {
  for (const [pattern, code, meaning] of known) {
    const line = output.split("\n").find((one) => pattern.test(one));
    if (line !== undefined) {
      return new PreviewError(code, `${meaning}. Nothing was changed.\n${line.trim()}`);
    }
  }
  return undefined;
}
