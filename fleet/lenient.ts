import type { z } from "zod";
import type { ConfigProblem } from "./errors";
import { type ConfigPath, valueAt } from "./paths";
import { unknownKey, wrongValue } from "./problems";

/** What could be read of an object of the configuration: its sound keys, and the names of those that aren't. */
export interface Read<T> {
  readonly value: Partial<T>;
  readonly faulty: ReadonlySet<string>;
}

/** Whether a value is a plain object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Reads an object key by key, so that one wrong key hides no other error: what is sound takes part in the checks that
 * compare keys, what isn't is reported and left out.
 */
export function readObject<T>(schema: z.ZodObject, raw: unknown, path: ConfigPath, problems: ConfigProblem[]): Read<T> {
  const faulty = new Set<string>();
  const value: Record<string, unknown> = {};
  if (!isObject(raw)) {
    problems.push(wrongValue(path, raw));
    return { value: value as Partial<T>, faulty: new Set(Object.keys(schema.shape)) };
  }
  for (const [key, entry] of Object.entries(raw)) {
    const field = Object.hasOwn(schema.shape, key) ? (schema.shape[key] as z.ZodType) : undefined;
    if (field === undefined) {
      problems.push(unknownKey([...path, key], entry));
      continue;
    }
    const result = field.safeParse(entry);
    if (result.success) {
      value[key] = result.data;
    } else {
      faulty.add(key);
      problems.push(...issueProblems(result.error.issues, entry, [...path, key]));
    }
  }
  return { value: value as Partial<T>, faulty };
}

/** Reads an object of named things with one function for each. */
export function readNamed<T>(
  raw: unknown,
  path: ConfigPath,
  problems: ConfigProblem[],
  read: (raw: unknown, path: ConfigPath) => T,
): Map<string, T> {
  if (raw === undefined) {
    return new Map();
  }
  if (!isObject(raw)) {
    problems.push(wrongValue(path, raw));
    return new Map();
  }
  return new Map(Object.entries(raw).map(([name, entry]) => [name, read(entry, [...path, name])]));
}

/** One problem for each place that issues name; the first issue of a place speaks for the others. */
function issueProblems(issues: readonly z.core.$ZodIssue[], value: unknown, path: ConfigPath): ConfigProblem[] {
  const found = new Map<string, ConfigProblem>();
  const add = (problem: ConfigProblem): void => {
    if (!found.has(problem.path)) {
      found.set(problem.path, problem);
    }
  };
  for (const issue of issues) {
    const inner = issue.path.map((segment) => (typeof segment === "symbol" ? String(segment) : segment));
    if (issue.code === "unrecognized_keys") {
      for (const key of issue.keys) {
        add(unknownKey([...path, ...inner, key], valueAt(value, [...inner, key])));
      }
    } else if (issue.code === "invalid_key") {
      add(unknownKey([...path, ...inner], valueAt(value, inner)));
    } else {
      add(wrongValue([...path, ...inner], valueAt(value, inner)));
    }
  }
  return [...found.values()];
}
