import { type ConfigProblem, showValue } from "./errors";
import type { Read } from "./lenient";
import { labelFault } from "./names";
import { type ConfigPath, formatPath, removeCommand, setCommand } from "./paths";
import { builtInPlans, type Plan, planDefaults } from "./plans";
import { wrongValue } from "./problems";
import type { PlanConfig } from "./schema";
import { backupFault } from "./schema/backup";
import { backupMemoryMiB, solveSizing } from "./sizing";
import type { BackupSettings } from "./backup";
import type { PlanSize, Sizing } from "./types";

/** A plan that tenants can name. Without a sizing it has faults of its own, which have been reported. */
export interface ResolvedPlan {
  readonly memory?: number;
  readonly cpus?: number;
  readonly sizing?: Sizing;
  /** How its tenants are backed up, where that isn't the default. */
  readonly backup?: Partial<BackupSettings>;
  /** Minutes after which a scheduled action that is due wakes a tenant that sleeps; undefined: none does. */
  readonly wakeForActions?: number;
}

/** Puts the declared plans over the built-in ones and solves each; reports those that have no solution. */
export function resolvePlans(
  declared: ReadonlyMap<string, Read<PlanConfig>>,
  problems: ConfigProblem[],
): Map<string, ResolvedPlan> {
  const names = [...new Set([...Object.keys(builtInPlans), ...declared.keys()])];
  return new Map(names.map((name) => [name, resolvePlan(name, declared.get(name), problems)]));
}

/** What each plan takes from its host; plans with faults, which have been reported, are left out. */
export function planSizes(plans: ReadonlyMap<string, ResolvedPlan>): Record<string, PlanSize> {
  return Object.fromEntries(
    [...plans].flatMap(([name, { memory, cpus }]) =>
      memory === undefined || cpus === undefined ? [] : [[name, { memoryMiB: memory + backupMemoryMiB, cpus }]],
    ),
  );
}

function resolvePlan(name: string, read: Read<PlanConfig> | undefined, problems: ConfigProblem[]): ResolvedPlan {
  const builtIn = Object.hasOwn(builtInPlans, name) ? builtInPlans[name] : undefined;
  const path = ["plans", name];
  const fault = labelFault(name);
  if (fault !== undefined) {
    problems.push({
      path: formatPath(path),
      value: showValue(name),
      expected: `a plan's name: ${fault}`,
      wayOut: "rename it in the stack's file, and where tenants name it",
    });
  }
  const plan: Partial<Plan> = { ...planDefaults, ...builtIn, ...read?.value };
  checkBackup([...path, "backup"], plan.backup, problems);
  if (plan.wakeForActions !== undefined && plan.maxCronThreads === 0) {
    problems.push({
      path: formatPath([...path, "wakeForActions"]),
      value: showValue(plan.wakeForActions),
      expected: "no value here with maxCronThreads: 0, by which no scheduled action ever runs",
      wayOut: `${removeCommand([...path, "wakeForActions"])}, or ${setCommand([...path, "maxCronThreads"], planDefaults.maxCronThreads)}`,
    });
  }
  if (plan.memory === undefined || plan.cpus === undefined || read?.faulty.size) {
    for (const key of ["memory", "cpus"] as const) {
      if (plan[key] === undefined && !read?.faulty.has(key)) {
        problems.push(wrongValue([...path, key], undefined));
      }
    }
    return { memory: plan.memory, cpus: plan.cpus };
  }
  const result = solveSizing({ ...plan, memory: plan.memory, cpus: plan.cpus } as Plan);
  if (result.ok) {
    const { memory, cpus, backup, wakeForActions } = plan;
    return { memory, cpus, sizing: result.sizing, backup, ...(wakeForActions !== undefined && { wakeForActions }) };
  }
  const { key, reason, minimum } = result.fault;
  problems.push({
    path: formatPath([...path, key]),
    value: showValue(plan[key]),
    expected: `at least ${minimum} for plan "${name}": ${reason}`,
    wayOut: setCommand([...path, key], minimum),
  });
  return { memory: plan.memory, cpus: plan.cpus };
}

/** Reports settings of backups that don't go together. */
export function checkBackup(
  path: ConfigPath,
  backup: Partial<BackupSettings> | undefined,
  problems: ConfigProblem[],
): void {
  const fault = backupFault(backup ?? {});
  if (fault !== undefined) {
    problems.push({
      path: formatPath(path),
      value: showValue(backup),
      expected: fault,
      wayOut: `set keep to at least pitr, or leave both out: ${removeCommand(path)}`,
    });
  }
}
