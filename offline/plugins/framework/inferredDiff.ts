/** Compares a state with new inputs the way Pulumi's own Go providers do: part by part, left out isn't empty. */
import { Change } from "./diff";
import { Fields } from "./schema";
import { containsUnknown, equal, isObject, Properties, PropertyValue, revealAll } from "./values";

/**
 * Every part that differs, by its path. A property that replaces does so when it comes or goes as a whole; for its parts
 * the package asks for the replacement (`replaceOnChanges`), for which the engine looks at the paths.
 */
export function inferredDiff(fields: Fields, state: Properties, inputs: Properties, ignore: string[] = []): Change[] {
  const before = revealAll(state);
  const after = revealAll(inputs);
  return Object.entries(fields).flatMap(([property, { output, forceNew }]) =>
    output === true || ignore.includes(property)
      ? []
      : parts(property, before[property], after[property]).map(([path, kind]): Change => {
          const whole = path === property && kind !== "update";
          return { property, path, kind, replace: whole && forceNew === true };
        }),
  );
}

function parts(path: string, before?: PropertyValue, after?: PropertyValue): [string, Change["kind"]][] {
  const [had, has] = [(before ?? null) !== null, (after ?? null) !== null];
  if (!had && !has) return [];
  if (!had) return [[path, "add"]];
  if (!has) return [[path, "delete"]];
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, index) => index).flatMap((index) =>
      parts(`${path}[${index}]`, before[index], after[index]),
    );
  }
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) => parts(`${path}.${name}`, before[name], after[name]));
  }
  return equal(before, after) && !containsUnknown(after) ? [] : [[path, "update"]];
}
