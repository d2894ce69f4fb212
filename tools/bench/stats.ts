/** Pure arithmetic of the benchmark. */

/**
 * The value below which `percent` of the values lie: linear between the two nearest ranks.
 *
 * @param percent 0 to 100.
 * @throws RangeError without values, since a figure out of nothing would be taken for a measurement.
 */
export function percentile(values: readonly number[], percent: number): number {
  if (values.length === 0) {
    throw new RangeError("a percentile needs at least one value");
  }
  if (!(percent >= 0 && percent <= 100)) {
    throw new RangeError(`a percentile is between 0 and 100, not ${percent}`);
  }
  const sorted = [...values].sort((one, other) => one - other);
  const rank = (percent / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(rank)]!;
  const above = sorted[Math.ceil(rank)]!;
  return below + (above - below) * (rank - Math.floor(rank));
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/**
 * How many times `of` goes into `value`.
 *
 * @throws RangeError when `of` is not above zero: nothing was measured then.
 */
export function ratio(value: number, of: number): number {
  if (!(of > 0)) {
    throw new RangeError(`a ratio needs a reference above zero, not ${of}`);
  }
  return value / of;
}

/** Rounds to three decimals: more is noise in every unit that is used here. */
export function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
