import { isDeepStrictEqual } from "node:util";
import { isMap, isNode, isScalar, parse, parseDocument, type YAMLMap } from "yaml";
import { namespace } from "../../fleet/paths";

/** What is declared of a tenant's place; `undefined` takes a key out, so that its default counts. */
export interface Place {
  readonly host?: string;
  readonly slot?: number;
  readonly state?: "decommissioned" | undefined;
}

/**
 * The text of a stack file with another place for a tenant, every other byte as it was. Where the entry is written in a way
 * that can't be edited so, the document is laid out anew.
 */
export function placeTenant(text: string, tenant: string, place: Place): string {
  return Object.entries(place).reduce(
    (edited, [key, value]) => setKey(edited, tenant, key, value as string | number | undefined),
    text,
  );
}

function setKey(text: string, tenant: string, key: string, value: string | number | undefined): string {
  const document = parseDocument(text);
  const path = ["config", `${namespace}:tenants`, tenant];
  const entry = document.getIn(path);
  const inPlace = isMap(entry) ? editMap(text, entry, key, value) : undefined;
  if (value === undefined) {
    document.deleteIn([...path, key]);
  } else if (isMap(entry)) {
    document.setIn([...path, key], value);
  } else {
    document.setIn(path, document.createNode({ [key]: value }));
  }
  const isRight = inPlace !== undefined && isDeepStrictEqual(parse(inPlace), document.toJS());
  return isRight ? inPlace : document.toString({ lineWidth: 0 });
}

/** Undefined: not in this way. */
function editMap(text: string, map: YAMLMap, key: string, value: string | number | undefined): string | undefined {
  const index = map.items.findIndex((item) => isScalar(item.key) && item.key.value === key);
  const first = map.items[0]?.key;
  if (index < 0 && value === undefined) {
    return text;
  }
  if (!isNode(first) || !first.range) {
    return undefined;
  }
  if (index < 0) {
    const start = first.range[0];
    const indent = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
    const separator = map.flow ? ", " : `\n${indent}`;
    return `${text.slice(0, start)}${key}: ${value}${separator}${text.slice(start)}`;
  }
  const { key: name, value: old } = map.items[index]!;
  if (!isNode(name) || !name.range || !isScalar(old) || !old.range) {
    return undefined;
  }
  if (value !== undefined) {
    return `${text.slice(0, old.range[0])}${value}${text.slice(old.range[1])}`;
  }
  if (!map.flow) {
    const line = text.lastIndexOf("\n", name.range[0]) + 1;
    const next = text.indexOf("\n", old.range[1]);
    return text.slice(0, line) + (next < 0 ? "" : text.slice(next + 1));
  }
  const next = map.items[index + 1]?.key;
  return isNode(next) && next.range ? text.slice(0, name.range[0]) + text.slice(next.range[0]) : undefined;
}
