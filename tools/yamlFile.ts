/** Changes to a YAML file, such as `Pulumi.<stack>.yaml`, that keep its comments and layout. */
import { renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { type Document, isMap, isNode, isScalar, isSeq, parse, parseDocument, stringify, type YAMLMap } from "yaml";

/** A file can't be read as YAML; the message says where. */
export class YamlError extends Error {}

/**
 * The document of a YAML file.
 *
 * @param file its name, for the error.
 * @throws YamlError that says what is wrong and where, and shows nothing of what is written there.
 */
export function readDocument(text: string, file: string): Document {
  const document = parseDocument(text);
  if (document.errors.length > 0) {
    const faults = document.errors.map(({ message }) => message.split("\n")[0]!.replace(/:$/, ""));
    throw new YamlError(`${file} isn't YAML that can be read: ${faults.join("; ")}. Nothing was changed.`);
  }
  return document;
}

/**
 * The text of a YAML file with another value at a path, every other byte as it was. What is written in a way that can't be
 * edited so is laid out anew by the library, comments kept.
 *
 * @param value `undefined` removes the key.
 */
export function setInFile(text: string, path: readonly string[], value: unknown): string {
  const document = parseDocument(text);
  const outer = path.slice(0, -1);
  const map = document.getIn(outer);
  const inPlace = isMap(map) ? edit(text, map, path.at(-1) ?? "", value) : undefined;
  if (value !== undefined) {
    if (!isMap(map)) {
      document.setIn(outer, document.createNode({}));
    }
    const parent = document.getIn(outer) as YAMLMap;
    // An empty map is written as {}, and a filled one below its key.
    parent.flow = parent.items.length === 0 ? false : parent.flow;
    document.setIn(path, isScalar(document.getIn(path, true)) ? value : document.createNode(value));
  } else if (isMap(map)) {
    document.deleteIn(path);
  }
  const isRight = inPlace !== undefined && isDeepStrictEqual(parse(inPlace), document.toJS());
  return isRight ? inPlace : document.toString({ lineWidth: 0 });
}

/** Undefined: not in this way. */
function edit(text: string, map: YAMLMap, key: string, value: unknown): string | undefined {
  const index = map.items.findIndex((item) => isScalar(item.key) && item.key.value === key);
  if (index < 0) {
    return value === undefined ? text : append(text, map, key, value);
  }
  if (value === undefined) {
    return remove(text, map, index);
  }
  const old = map.items[index]?.value;
  return isScalar(old) && old.range && typeof value !== "object"
    ? text.slice(0, old.range[0]) + stringify(value).trimEnd() + text.slice(old.range[1])
    : undefined;
}

/** An entry behind the last one. */
function append(text: string, map: YAMLMap, key: string, value: unknown): string | undefined {
  const first = map.items[0]?.key;
  if (!isNode(first) || !first.range) {
    return undefined;
  }
  const end = contentEnd(map.items.at(-1));
  const entry = stringify({ [key]: value }).trimEnd();
  if (map.flow) {
    return typeof value === "object" ? undefined : `${text.slice(0, end)}, ${entry}${text.slice(end)}`;
  }
  const indent = text.slice(text.lastIndexOf("\n", first.range[0] - 1) + 1, first.range[0]);
  const lineEnd = text.indexOf("\n", end);
  const before = lineEnd < 0 ? `${text}\n` : text.slice(0, lineEnd + 1);
  const lines = entry.split("\n").map((line) => `${indent}${line}\n`);
  return before + lines.join("") + text.slice(before.length);
}

function remove(text: string, map: YAMLMap, index: number): string | undefined {
  const item = map.items[index];
  const name = item?.key;
  if (!isNode(name) || !name.range) {
    return undefined;
  }
  const end = contentEnd(item);
  if (!map.flow) {
    const next = text.indexOf("\n", end);
    return text.slice(0, text.lastIndexOf("\n", name.range[0]) + 1) + (next < 0 ? "" : text.slice(next + 1));
  }
  const next = map.items[index + 1]?.key;
  if (isNode(next) && next.range) {
    return text.slice(0, name.range[0]) + text.slice(next.range[0]);
  }
  return index === 0 ? undefined : text.slice(0, contentEnd(map.items[index - 1])) + text.slice(end);
}

/** Where the last value of an entry ends, without what follows it. */
function contentEnd(item: { readonly key: unknown; readonly value?: unknown } | undefined): number {
  let node = item?.value ?? item?.key;
  while ((isMap(node) || isSeq(node)) && !node.flow && node.items.length > 0) {
    const last = node.items.at(-1);
    node = isMap(node) ? ((last as YAMLMap["items"][number]).value ?? (last as YAMLMap["items"][number]).key) : last;
  }
  return isNode(node) && node.range ? node.range[1] : 0;
}

/** Writes beside the file and renames, so that an interruption leaves the old file or the new one. */
export function replaceFile(path: string, text: string): void {
  const partial = `${path}.${process.pid}.new`;
  try {
    writeFileSync(partial, text, { mode: statSync(path).mode });
    renameSync(partial, path);
  } finally {
    rmSync(partial, { force: true });
  }
}
