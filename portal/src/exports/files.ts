import { createReadStream } from "node:fs";
import { stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";

/** Bytes that have to stay free where exports are: others write there too. */
export const spared = 2 ** 30;

/** Bytes that are left where a folder is. */
export async function leftIn(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** The part of a file that a header `Range` asks for, both ends included. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * What a client asks for of a file (RFC 9110, 14.2).
 *
 * @returns undefined: all of it, also where several parts are asked for; "unsatisfiable": nothing of it is in the file.
 */
export function rangeOf(header: string | undefined, bytes: number): Range | "unsatisfiable" | undefined {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? "") ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) {
    return undefined;
  }
  const from = first === "" ? Math.max(0, bytes - Number(last)) : Number(first);
  const to = first === "" || last === "" ? bytes - 1 : Math.min(Number(last), bytes - 1);
  if (first !== "" && last !== "" && Number(last) < Number(first)) {
    // It makes no sense, and is passed over.
    return undefined;
  }
  return from >= bytes || to < from ? "unsatisfiable" : { from, to };
}

/** A file of an export; undefined: it isn't there, or isn't what it was. */
export async function openExport(
  folder: string,
  id: string,
  bytes: number,
): Promise<((range?: Range) => ReadableStream) | undefined> {
  const file = join(folder, `${id}.zip`);
  const found = await stat(file).catch(() => undefined);
  return found?.size === bytes
    ? (range) => Readable.toWeb(createReadStream(file, range && { start: range.from, end: range.to }))
    : undefined;
}
