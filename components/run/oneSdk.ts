import { dirname, join } from "node:path";
import { inspect } from "node:util";
import * as pulumi from "@pulumi/pulumi";

/** A copy of the SDK in the program's process. */
export interface SdkCopy {
  readonly folder: string;
  readonly version: string;
}

/**
 * More than one copy of `@pulumi/pulumi` is loaded. Each keeps its own classes and part of its own state: secrets, hooks and
 * errors of one are no such things to the other, and a run goes wrong half-way.
 */
export class SdkCopiesError extends pulumi.RunError {
  /** @param copies all that are loaded, the library's own first. */
  constructor(readonly copies: readonly SdkCopy[]) {
    const list = copies.map(
      ({ folder, version }, index) => `  ${version} in ${folder}${index === 0 ? " (odoo-fleet's)" : ""}`,
    );
    super(
      [
        `${copies.length} copies of @pulumi/pulumi are loaded; expected one, which odoo-fleet shares with your program:`,
        ...list,
        "Way out: `npm ls @pulumi/pulumi` says who brings each. Install one version that all accept (odoo-fleet has it as a " +
          "peer dependency), by `npm dedupe` or by `overrides` in package.json. Nothing was changed.",
      ].join("\n"),
    );
  }

  /** The message alone; RefusedError says why. */
  [inspect.custom](): string {
    return this.message;
  }
}

/**
 * Folders of the copies of `@pulumi/pulumi` among the paths of loaded modules, each once.
 *
 * @param paths as Node resolved them, so links to one copy are that copy.
 */
function sdkFolders(paths: readonly string[]): string[] {
  const folders = paths.flatMap((path) => /^(.*[\\/]node_modules[\\/]@pulumi[\\/]pulumi)[\\/]/.exec(path)?.[1] ?? []);
  return [...new Set(folders)];
}

/** @throws SdkCopiesError if the program has loaded another copy of the SDK than the library. */
export function assertOneSdk(): void {
  const own = dirname(require.resolve("@pulumi/pulumi/package.json"));
  const others = sdkFolders(Object.keys(require.cache)).filter((folder) => folder !== own);
  if (others.length > 0) {
    throw new SdkCopiesError([own, ...others].map((folder) => ({ folder, version: versionIn(folder) })));
  }
}

function versionIn(folder: string): string {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a file that only this call knows
  return (require(join(folder, "package.json")) as { version: string }).version;
}
