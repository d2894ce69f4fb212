import { exitCodes } from "../preview/exitCodes";
import { codeOfAll } from "./asOne";
import type { Environment } from "./environment";
import { inParallel, runProgram } from "./inParallel";
import type { Task } from "./plan";
import { removeStack } from "./removeStack";

/** What a run is told. */
export interface UpOptions {
  /** What goes to the tool that brings the environment's own stack up. */
  readonly own: readonly string[];
  /** What goes to Pulumi, for every stack. */
  readonly args: readonly string[];
  /** Updates of tenants that come before their stacks, and after the environment's own; undefined: there are none. */
  readonly updates?: {
    readonly tenants: readonly string[];
    /** @returns an exit code. */
    readonly carryOut: () => Promise<number>;
  };
}

/**
 * Brings up the environment's own stack, and then those of tenants, side by side; each only if it isn't what it was brought up as. One that fails stops no
 * other, but the environment's own, which all others need, does. Updates that are automatic come before tenants' stacks; where one fails, no tenant
 * that waits for one is brought up.
 *
 * @returns the exit code.
 */
export async function upAll(environment: Environment, options: UpOptions, signal: AbortSignal): Promise<number> {
  const { backend, declared, isOwnChanged, tasks, unchanged, name } = environment;
  if (isOwnChanged) {
    console.log(`odoo-fleet: ${name}: what hosts have for all of their tenants`);
    const command = [process.execPath, "--require", "tsx/cjs", "tools/up.ts", backend.stack, ...options.own] as const;
    const { code } = await runProgram([...command, ...options.args], "own", signal);
    if (code !== exitCodes.nothingToDo) {
      if (tasks.length > 0) {
        console.error(`odoo-fleet: ${name}: failed, so no stack of a tenant was brought up (${tasks.length} to do)`);
      }
      return code;
    }
    await backend.noteOwn(declared.own, declared.ground);
  }
  const isUpdated = ((await options.updates?.carryOut()) ?? exitCodes.nothingToDo) === exitCodes.nothingToDo;
  const waiting = isUpdated ? [] : tasks.filter(({ tenant }) => options.updates?.tenants.includes(tenant));
  const ready = tasks.filter((task) => !waiting.includes(task));
  const done = await inParallel(ready, signal, async (task) => ({
    task,
    code: await upTenant(environment, task, options, signal).catch((error: Error) => {
      console.error(`odoo-fleet: ${name}.${task.tenant}: ${error.message}`);
      return exitCodes.failed;
    }),
  }));
  const failed = [
    ...done.filter(({ code }) => code !== exitCodes.nothingToDo),
    ...waiting.map((task) => ({ task, code: exitCodes.failed })),
  ];
  const left = ready.length - done.length;
  console.log(
    [
      `odoo-fleet: ${name}: ${done.length + waiting.length - failed.length} of ${tasks.length} changed stacks of tenants brought up`,
      `${unchanged} unchanged`,
      ...(failed.length > 0
        ? [`failed: ${failed.map(({ task, code }) => `${task.tenant} (${code})`).join(", ")}`]
        : []),
      ...(left > 0 ? [`interrupted, ${left} not begun; the next make up goes on`] : []),
    ].join("; "),
  );
  const code = codeOfAll(failed.map((one) => one.code));
  return code === exitCodes.nothingToDo && left > 0 ? exitCodes.failed : code;
}

const reasons: Readonly<Record<Task["why"], string>> = {
  new: "is new",
  changed: "is declared otherwise than it was brought up",
  written: "was interrupted, or something else has worked on its stack since",
  left: "has left the declaration",
  refreshed: "is looked at, whatever is declared",
};

async function upTenant(
  { backend, declared, name }: Environment,
  { tenant, why }: Task,
  { args }: UpOptions,
  signal: AbortSignal,
): Promise<number> {
  const title = `odoo-fleet: ${name}.${tenant}`;
  if (why === "left" && (await backend.resourcesOf(tenant)).all.length === 0) {
    return removeStack(backend, tenant, signal);
  }
  console.log(`${title}: ${reasons[why]}`);
  const up = async (): Promise<number> =>
    (await runProgram(["tools/pulumi.sh", backend.stackOf(tenant), "up", "--yes", ...args], "show", signal)).code;
  const code = await up();
  if (code !== exitCodes.nothingToDo) {
    return code;
  }
  const hash = declared.tenants.get(tenant);
  if (hash !== undefined) {
    await backend.noteTenant(tenant, hash);
    return code;
  }
  const keptUntil = await backend.outputOf(tenant, "keptUntil");
  if (keptUntil !== undefined) {
    await backend.noteTenant(tenant, declared.left, keptUntil);
    return code;
  }
  return removeStack(backend, tenant, signal);
}
