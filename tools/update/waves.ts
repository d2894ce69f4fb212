/** How updates of several tenants went. */
export interface WavesOutcome {
  readonly done: readonly string[];
  readonly failed: readonly (readonly [name: string, why: Error])[];
  /** Those of which nothing was begun. */
  readonly left: readonly string[];
}

/**
 * Works on the first tenant alone, and then on the others in waves: so many at once, and the next ones when all of a wave are done.
 * Where one fails, the others of its wave come to their end, and no other wave begins.
 *
 * @param size of a wave.
 * @param isOver whether no other wave may begin, asked before each.
 */
export async function inWaves(
  names: readonly string[],
  size: number,
  work: (name: string) => Promise<void>,
  isOver: () => boolean = () => false,
): Promise<WavesOutcome> {
  const done: string[] = [];
  const failed: (readonly [string, Error])[] = [];
  let begun = 0;
  while (begun < names.length && failed.length === 0 && !isOver()) {
    const wave = names.slice(begun, begun === 0 ? 1 : begun + size);
    begun += wave.length;
    const results = await Promise.allSettled(wave.map(work));
    results.forEach((result, index) => {
      if (result.status === "fulfilled") {
        done.push(wave[index]!);
      } else {
        failed.push([wave[index]!, result.reason as Error]);
      }
    });
  }
  return { done, failed, left: names.slice(begun) };
}
