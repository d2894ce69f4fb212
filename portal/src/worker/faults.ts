import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { looksSecret } from "odoo-fleet/fleet";

/** Most characters of a fault that are kept: its end, where programs say what stopped them. */
export const longestFault = 2000;

/** What stands for what is masked. */
const hidden = "(hidden)";

/** Names of what is secret, as they stand before its value in a text. */
const secretName = String.raw`[\w-]*(?:passw(?:or)?d|passphrase|passwd|pwd|secret|token|credential|authorization|cookie|(?:private|api|access|storage)[-_]?key)[\w-]*`;

/** What a secret looks like that nobody has named: each is masked wherever it stands, also where it is none. */
const lookalikes: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, hidden],
  // Who signs in at an address: up to the last @ of what has no space.
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s"'<>]*@/gi, `$1${hidden}@`],
  [/\b(Bearer|Basic) +\S+/gi, `$1 ${hidden}`],
  // name=value, name: value to the end of the line, "name": "value", --name value.
  [new RegExp(String.raw`(${secretName}["'\\]*\s*=\s*)(?:"(?:[^"\\]|\\.)*"|'[^']*'|\S+)`, "gi"), `$1${hidden}`],
  [new RegExp(String.raw`(${secretName}["'\\]*[^\S\n]*:\s*)(?:"(?:[^"\\]|\\.)*"|'[^']*'|\S.*)`, "gi"), `$1${hidden}`],
  [new RegExp(String.raw`(--?${secretName}\s+)(?:"(?:[^"\\]|\\.)*"|'[^']*'|\S+)`, "gi"), `$1${hidden}`],
  [/\b(?:AGE-SECRET-KEY-|sk_|rk_|whsec_|oft_|eyJ)[\w.+/=-]+/g, hidden],
];

/** Runs of characters that are as long as the passwords, tokens and keys that programs make. */
const runs = [/[A-Za-z0-9]{20,}/g, /[A-Za-z0-9+/]{32,}={0,2}/g, /[\w-]{32,}/g];

/** Whether such a run may be made by chance: digests and ids are, too, and names that people give aren't. */
function mayBeRandom(run: string): boolean {
  const isMixed = /[a-z]/.test(run) && /[A-Z]/.test(run);
  if (/^[A-Za-z0-9]+$/.test(run)) {
    // Without a digit, more changes of case than words in one name have.
    return (/\d/.test(run) && /[A-Za-z]/.test(run)) || (run.match(/[a-z][A-Z]/g) ?? []).length >= 4;
  }
  return isMixed && /\d/.test(run);
}

/**
 * What a worker knows that nobody may read in a fault: what its environment and the files that it names hold below names of secrets, and what its
 * settings do.
 *
 * @param environment also of the CLI that it runs.
 * @param settings JSON values.
 */
export function secretsOf(environment: NodeJS.ProcessEnv, ...settings: readonly unknown[]): readonly string[] {
  const found = new Set<string>();
  for (const [name, value = ""] of Object.entries(environment)) {
    if (name.endsWith("_FILE")) {
      addText(found, contentOf(value));
    } else if (isSecret(name)) {
      addText(found, value);
    }
  }
  for (const value of settings) {
    addBelow(found, value, false);
  }
  // What holds another one goes first.
  return [...found].sort((one, other) => other.length - one.length);
}

/**
 * What an error and its causes say, for operators to read: without control characters, secrets masked, and no more than its last lines.
 *
 * @param secrets as `secretsOf` has them; what looks like a secret is masked besides.
 * @returns at most `longestFault` characters.
 */
export function faultText(error: unknown, secrets: readonly string[]): string {
  // Of an error neither its stack nor other properties, which may hold all that a program was run with.
  const said = stripVTControlCharacters(saidBy(error).join("\n"))
    .replace(/\r\n?/g, "\n")
    // eslint-disable-next-line no-control-regex -- a database keeps no NUL, and nobody reads the others.
    .replace(/[\u0000-\u0008\u000B-\u001F\u007F]/g, "");
  // Masked as a whole: of a secret that is cut nobody knows what it is.
  const masked = maskLookalikes(secrets.reduce((text, secret) => text.replaceAll(secret, hidden), said)).trim();
  if (masked.length <= longestFault) {
    return masked;
  }
  const end = masked.slice(1 - longestFault);
  const line = end.indexOf("\n");
  // From the beginning of a line on, unless that one is most of it.
  return `…${line >= 0 && line < longestFault / 2 ? end.slice(line + 1) : end}`;
}

function maskLookalikes(text: string): string {
  const named = lookalikes.reduce((masked, [pattern, by]) => masked.replace(pattern, by), text);
  return runs.reduce((masked, pattern) => masked.replace(pattern, (run) => (mayBeRandom(run) ? hidden : run)), named);
}

/** What an error says, and then each of its causes; deeper than programs nest them, nothing is looked for. */
function saidBy(error: unknown, depth = 0): string[] {
  if (depth > 8) {
    return [];
  }
  if (!(error instanceof Error)) {
    return [typeof error === "string" ? error : `something was thrown that is no error: ${typeof error}`];
  }
  const several = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  const causes = [...several, ...(error.cause === undefined ? [] : [error.cause])];
  return [`${error.name}: ${error.message}`, ...causes.flatMap((cause) => saidBy(cause, depth + 1))];
}

/** Whether the name of a variable or of a key of settings says that it is secret; an address to tell a heartbeat to is. */
const isSecret = (name: string): boolean => looksSecret(name) || /passphrase|key$|heartbeatUrl/i.test(name);

function addBelow(found: Set<string>, value: unknown, isBelow: boolean): void {
  if (typeof value === "string") {
    if (isBelow) {
      addText(found, value);
    }
  } else if (typeof value === "object" && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      addBelow(found, inner, isBelow || (!Array.isArray(value) && isSecret(name)));
    }
  }
}

/** Adds a secret in the forms in which programs print it: as it is, in JSON, in an address; of several lines each, and of an address its password. */
function addText(found: Set<string>, text: string): void {
  const whole = text.trim();
  const lines = whole.split("\n").map((line) => line.trim());
  const password = URL.canParse(whole) ? new URL(whole).password : "";
  for (const part of [whole, ...(lines.length > 1 ? lines.filter((line) => line.length >= 8) : []), password]) {
    for (const form of [part, JSON.stringify(part).slice(1, -1), encodeURIComponent(part), decoded(part)]) {
      if (form !== "") {
        found.add(form);
      }
    }
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What a file holds; empty where it can't be read, as one that belongs to another program. */
function contentOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
