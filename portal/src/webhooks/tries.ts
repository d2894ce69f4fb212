/**
 * Seconds between a failed try and the next one: soon after a hiccup, late in an outage, like the example schedule of the standardwebhooks specification
 * ("Delivery expectations"). Nine tries over 25.6 hours and more.
 */
export const waits: readonly number[] = [5, 60, 300, 1800, 7200, 18_000, 28_800, 36_000];

/** How much longer a wait may be, by chance: an endpoint that comes back isn't met by all that waited at once. */
const jitter = 0.2;

/** Days for which an endpoint may fail before it is told of nothing any more. */
export const patienceDays = 5;

/**
 * When a delivery is tried again.
 *
 * @param tries failed ones so far.
 * @param random from 0 to 1, but not 1.
 * @returns undefined when it is given up.
 */
export function nextTry(tries: number, failedAt: Date, random: number): Date | undefined {
  const seconds = waits[tries - 1];
  return seconds === undefined ? undefined : new Date(failedAt.getTime() + seconds * 1000 * (1 + jitter * random));
}

/** Whether an endpoint has failed for so long that it is disabled. */
export function isGivenUp(failingSince: Date, now: Date): boolean {
  return now.getTime() - failingSince.getTime() >= patienceDays * 86_400_000;
}
