import type { SelectQueryBuilder } from "kysely";

/** Which page of a list is asked for. */
export interface PageRequest {
  /** Number of the entry after which the page begins; undefined: at the newest. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/**
 * Reads a page of rows that are numbered as they came, the newest first.
 *
 * @param rows all of them, in that order and from the page's beginning on.
 * @returns the page, and the number after which the next one begins; undefined at the end.
 */
export async function readPage<Tables, Names extends keyof Tables, Row extends { readonly number: string }>(
  rows: SelectQueryBuilder<Tables, Names, Row>,
  limit: number,
): Promise<{ page: Row[]; next: string | undefined }> {
  const found = await rows.limit(limit + 1).execute();
  const page = found.slice(0, limit);
  return { page, next: found.length > limit ? page.at(-1)!.number : undefined };
}
