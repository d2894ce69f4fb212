import { mkdirSync, mkdtempSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { estimateHosts } from "../../fleet";
import { suspendedByLifecycle } from "../../fleet/lifecycle/told";
import { markdown } from "../preview/markdown";
import type { Summary } from "../preview/summary";
import { asOne, type StackPreview } from "./asOne";
import type { Environment } from "./environment";
import { inParallel, runProgram } from "./inParallel";

/**
 * Previews what `up` would bring up, and no other stack, as one. A tenant whose host has nothing yet of what the environment's own stack makes is
 * named, and not previewed.
 *
 * @param options.own what goes to the tool that previews the environment's own stack.
 * @param options.args what goes to Pulumi, for every stack.
 */
export async function previewAsOne(
  { name, backend, declared, isOwnChanged, hasGround, tasks, unchanged }: Environment,
  {
    own,
    args,
    hasPack,
  }: { readonly own: readonly string[]; readonly args: readonly string[]; readonly hasPack: boolean },
  signal: AbortSignal,
): Promise<Summary> {
  const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-preview-"));
  const summaryOf = (file: string): Summary | undefined =>
    existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Summary) : undefined;
  const quiet = ["--format", "json", "--output", folder, ...args];
  const ready = hasGround ? tasks : [];
  try {
    const stacks = [...(isOwnChanged ? [undefined] : []), ...ready.map(({ tenant }) => tenant)];
    const previews = await inParallel(stacks, signal, async (tenant): Promise<StackPreview> => {
      const stack = tenant === undefined ? backend.stack : backend.stackOf(tenant);
      const { code } = await runProgram(
        tenant === undefined
          ? [process.execPath, "--require", "tsx/cjs", "tools/preview.ts", stack, ...own, ...quiet]
          : ["tools/pulumi.sh", stack, "preview", ...quiet],
        "keep",
        signal,
      );
      const title = tenant === undefined ? name : `${name}.${tenant}`;
      const summary = summaryOf(join(folder, `${title}.json`));
      return { stack: title, code, ...(tenant !== undefined && { tenant }), ...(summary && { summary }) };
    });
    return asOne(name, previews, {
      hosts: estimateHosts(declared.fleet),
      suspended: suspendedByLifecycle(declared.fleet),
      policyPack: hasPack,
      later: tasks.filter((task) => !ready.includes(task)).map(({ tenant }) => `${name}.${tenant}`),
      unchanged,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes a summary where that of one stack is. @returns it as text. */
export function writeSummary(
  summary: Summary,
  folder = join("build", "preview"),
): { readonly md: string; readonly json: string } {
  const texts = { md: markdown(summary), json: `${JSON.stringify(summary, null, 2)}\n` };
  mkdirSync(folder, { recursive: true });
  for (const [ending, text] of Object.entries(texts)) {
    writeFileSync(join(folder, `${summary.stack}.${ending}`), text);
  }
  return texts;
}
