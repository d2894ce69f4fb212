import { type ConfigProblem, hidden, looksSecret, showValue } from "./errors";
import { type ConfigPath, formatPath, removeCommand, setCommand } from "./paths";
import { keysAt, schemaAt } from "./schemaInfo";
import { nearest, oneOf } from "./suggest";

/** A value that isn't what its key takes. Expectation and proposal come from the schema. */
export function wrongValue(path: ConfigPath, value: unknown): ConfigProblem {
  const node = schemaAt(path);
  const example = node?.["x-example"];
  return {
    path: formatPath(path),
    value: showValue(value, path),
    expected: node?.["x-expected"] ?? "another value",
    wayOut:
      example === undefined
        ? `correct it in the stack's file, or leave it out: ${removeCommand(path)}`
        : setCommand(path, example),
  };
}

/** A key that doesn't exist. One that looks like a secret's is never shown: there is no place for secrets in here. */
export function unknownKey(path: ConfigPath, value: unknown): ConfigProblem {
  const key = String(path.at(-1));
  const parent = path.slice(0, -1);
  if (looksSecret(key)) {
    return {
      path: formatPath(path),
      value: hidden,
      expected: "no secret: passwords are generated for each tenant and are never configuration",
      wayOut: `${removeCommand(path)}, and change the secret where else it is used: it has been in a plain file. Read passwords with: pulumi stack output adminPasswords --show-secrets`,
    };
  }
  const keys = keysAt(parent);
  const meant = nearest(key, keys);
  return {
    path: formatPath(path),
    value: showValue(value, path),
    expected: `a known key: ${oneOf(key, keys)}`,
    wayOut:
      meant === undefined
        ? removeCommand(path)
        : `rename it to ${formatPath([...parent, meant])}, or remove it: ${removeCommand(path)}`,
  };
}

/** A reference to something that isn't declared. */
export function unknownName(path: ConfigPath, given: string, candidates: readonly string[]): ConfigProblem {
  const meant = nearest(given, candidates) ?? candidates[0];
  return {
    path: formatPath(path),
    value: showValue(given, path),
    expected: candidates.length === 0 ? "a declared name, but there is none" : oneOf(given, candidates),
    wayOut: meant === undefined ? removeCommand(path) : setCommand(path, meant),
  };
}
