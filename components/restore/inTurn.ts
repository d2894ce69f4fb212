/** One that is recovered when it is its turn. */
export interface Turn {
  /** What it is called. */
  readonly title: string;
  /** Size of its copies, by which the time that is left is told. */
  readonly bytes: number;
  /** Recovers it. @returns what came of it, for who watches. */
  readonly recover: () => Promise<string>;
}

/**
 * Recovers one after the other, in the order in which they are given. Says that order with the sizes first, and after each what came of it, how
 * many are left, and how long these will take.
 *
 * @param what is being recovered, such as `host paris: 3 of 5 tenants`.
 * @throws what a recovery throws; those after it aren't begun then.
 */
export async function inTurn(what: string, turns: readonly Turn[], say: (text: string) => void): Promise<void> {
  const list = turns.map(({ title, bytes }) => `${title} (${showBytes(bytes)})`).join(", ");
  say(`${what} to recover${turns.length > 0 ? `, in this order: ${list}` : ""}`);
  const left = (from: number): number => turns.slice(from).reduce((sum, { bytes }) => sum + bytes, 0);
  const total = left(0);
  const started = Date.now();
  for (const [index, { title, recover }] of turns.entries()) {
    const outcome = await recover();
    const seconds = (Date.now() - started) / 1000;
    const rest = secondsLeft(left(index + 1), { bytes: total - left(index + 1), seconds });
    const after = turns.length - index - 1;
    const told = rest === undefined ? "" : `, about ${showSeconds(rest)}`;
    say(`${title}: ${outcome}${after === 0 ? "" : `; ${after} left${told}`}`);
  }
}

/**
 * Seconds that are left, by what was recovered so far.
 *
 * @param done bytes of the copies that were recovered, and how many seconds that took; undefined: nothing was yet.
 */
export function secondsLeft(
  left: number,
  done?: { readonly bytes: number; readonly seconds: number },
): number | undefined {
  return done === undefined || done.bytes === 0 ? undefined : Math.round((left * done.seconds) / done.bytes);
}

/** A duration as people say it. */
export function showSeconds(seconds: number): string {
  return seconds < 120
    ? `${seconds} s`
    : seconds < 7200
      ? `${Math.round(seconds / 60)} min`
      : `${Math.round(seconds / 3600)} h`;
}

/** A size as people say it. */
export function showBytes(bytes: number): string {
  return bytes < 2 ** 30 ? `${Math.ceil(bytes / 2 ** 20)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
