import { type ConfigProblem, hidden, looksSecret, showValue } from "./errors";
import { type ConfigPath, formatPath, removeCommand, setCommand, setSecretCommand } from "./paths";
import { refusedOption } from "./schema/odooOptions";
import { keysAt, schemaAt } from "./schemaInfo";
import { nearest, oneOf } from "./suggest";

/** A value that isn't what its key takes. Expectation and proposal come from the schema. */
export function wrongValue(path: ConfigPath, value: unknown): ConfigProblem {
  const node = schemaAt(path);
  const example = node?.["x-example"];
  return {
    path: formatPath(path),
    value: node?.["x-secret"] === true ? hiddenValue(value) : showValue(value, path),
    expected: node?.["x-expected"] ?? "another value",
    wayOut:
      node?.["x-secret"] === true && path.length > 1 && path.some((segment) => looksSecret(String(segment)))
        ? setSecretCommand(path)
        : example === undefined
          ? `correct it in the stack's file, or leave it out: ${removeCommand(path)}`
          : setCommand(path, example),
  };
}

/** A value that may be a secret: whether it is there, and no more. */
function hiddenValue(value: unknown): string {
  return value === undefined ? showValue(value) : hidden;
}

/** A key that doesn't exist. One that looks like a secret's, or may be a secret's misspelt, is never shown. */
export function unknownKey(path: ConfigPath, value: unknown): ConfigProblem {
  const key = String(path.at(-1));
  const parent = path.slice(0, -1);
  const keys = keysAt(parent);
  const reason = refusedOption(path);
  if (reason !== undefined) {
    return {
      path: formatPath(path),
      value: looksSecret(key) ? hidden : showValue(value, path),
      expected: `no value here: ${reason}`,
      wayOut: removeCommand(path),
    };
  }
  const holdsSecrets = schemaAt(parent)?.["x-secret"] === true;
  const meant = nearest(key, keys);
  if (looksSecret(key) && !holdsSecrets && (meant === undefined || !looksSecret(meant))) {
    return {
      path: formatPath(path),
      value: hidden,
      expected: "no secret: passwords are generated for each tenant and are never configuration",
      wayOut: `${removeCommand(path)}, and change the secret wherever else it is used: it was in a plain-text file. To read passwords: pulumi stack output adminPasswords --show-secrets`,
    };
  }
  return {
    path: formatPath(path),
    value: holdsSecrets || looksSecret(key) ? hiddenValue(value) : showValue(value, path),
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
    expected: candidates.length === 0 ? "a declared name; none is declared" : oneOf(given, candidates),
    wayOut: meant === undefined ? removeCommand(path) : setCommand(path, meant),
  };
}
