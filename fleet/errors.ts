/** One thing that is wrong with the configuration, in the four parts that a reader needs. */
export interface ConfigProblem {
  /** Where, as `pulumi config set --path` takes it: `odoo-fleet:tenants.acme.plan`. */
  readonly path: string;
  /** What is there, ready to print; never the value of something that may be a secret. */
  readonly value: string;
  /** What would have been right. */
  readonly expected: string;
  /** What to do about it: where possible a command to paste. */
  readonly wayOut: string;
}

/** The configuration can't be used. Its message lists every problem at once; nothing was changed. */
export class FleetConfigError extends Error {
  override readonly name = "FleetConfigError";

  constructor(
    readonly environment: string,
    readonly problems: readonly ConfigProblem[],
  ) {
    super(formatProblems(environment, problems));
  }
}

/** Renders problems as one numbered block each. */
export function formatProblems(environment: string, problems: readonly ConfigProblem[]): string {
  const count = problems.length === 1 ? "1 error" : `${problems.length} errors`;
  return listProblems(`The configuration of environment "${environment}" has ${count}. Nothing was changed.`, problems);
}

/** Problems below a heading, numbered. */
export function listProblems(heading: string, problems: readonly ConfigProblem[]): string {
  const blocks = problems.map((problem, index) =>
    [
      `${index + 1}. ${problem.path}`,
      `   value:    ${problem.value}`,
      `   expected: ${problem.expected}`,
      `   way out:  ${problem.wayOut}`,
    ].join("\n"),
  );
  return [heading, ...blocks].join("\n\n");
}

/** What stands for a value that must not be shown. */
export const hidden = "(hidden)";

const secretKey = /passw(or)?d|passwd|secret|token|credential|private[-_]?key|api[-_]?key|access[-_]?key/i;

/** Whether a key's name says that its value is a secret. */
export function looksSecret(key: string): boolean {
  return secretKey.test(key);
}

/** Longest value that is shown in full. */
const longestShown = 120;

/**
 * A value ready to print. What is below a key that looks like a secret's is hidden, and so are user names and
 * passwords in URLs; long values are cut. Values are JSON's, as configuration is.
 */
export function showValue(value: unknown, path: readonly (string | number)[] = []): string {
  if (value === undefined) {
    return "(not set)";
  }
  if (path.some((segment) => typeof segment === "string" && looksSecret(segment))) {
    return hidden;
  }
  const text = JSON.stringify(value, (key, inner: unknown) => (key !== "" && looksSecret(key) ? hidden : inner));
  const safe = text.replace(/:\/\/[^@/\s"]*:[^@\s"]*@/g, `://${hidden}@`);
  return safe.length > longestShown ? `${safe.slice(0, longestShown)}... (${safe.length} characters)` : safe;
}
