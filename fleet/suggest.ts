import { distance } from "fastest-levenshtein";

/**
 * The candidate that was probably meant: the nearest one, unless even that differs in more than about a third of its
 * letters (then a suggestion would mislead).
 */
export function nearest(given: string, candidates: readonly string[]): string | undefined {
  const lower = given.toLowerCase();
  const ranked = candidates
    .map((candidate) => ({ candidate, away: distance(lower, candidate.toLowerCase()) }))
    .sort((a, b) => a.away - b.away || a.candidate.localeCompare(b.candidate, "en"));
  const best = ranked[0];
  return best && best.away <= Math.max(2, Math.floor(best.candidate.length / 3)) ? best.candidate : undefined;
}

/** "one of a, b, c", and the one that was probably meant. */
export function oneOf(given: string, candidates: readonly string[]): string {
  const suggestion = nearest(given, candidates);
  const list = candidates.length === 1 ? candidates[0]! : `one of ${candidates.join(", ")}`;
  return suggestion === undefined ? list : `${list}. Did you mean "${suggestion}"?`;
}
