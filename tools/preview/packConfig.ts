import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { listProblems } from "../../fleet/errors";
import { exitCodes, PreviewError } from "./exitCodes";

/** One thing that is wrong with a pack's configuration, as the pack itself reports it. */
interface PackConfigProblem {
  readonly path: string;
  readonly value: unknown;
  readonly expected: string;
  readonly wayOut: string;
}

interface PackConfigModule {
  readonly checkPackConfig: (config: unknown) => readonly PackConfigProblem[];
}

/**
 * Refuses a pack's configuration that names a rule which the pack doesn't have: the engine would ignore it, and somebody
 * would believe that a rule is off, or that an exception holds. The pack's own `lib/packConfig.ts` knows its rules.
 */
export function refusePackConfig(pack: string, file: string): void {
  const module = resolve(join(pack, "lib", "packConfig.ts"));
  const problems = existsSync(module)
    ? (createRequire(module)(module) as PackConfigModule).checkPackConfig(readConfig(file))
    : (readConfig(file), []);
  if (problems.length > 0) {
    const shown = problems.map((one) => ({ ...one, value: JSON.stringify(one.value) ?? "(not set)" }));
    throw new PreviewError(
      exitCodes.packConfig,
      listProblems(`The policy pack's configuration ${file} is wrong. Nothing was changed.`, shown),
    );
  }
}

function readConfig(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as unknown;
  } catch (error) {
    throw new PreviewError(
      exitCodes.packConfig,
      `The policy pack's configuration ${file} can't be read as JSON: ${(error as Error).message}. Nothing was changed.`,
    );
  }
}
