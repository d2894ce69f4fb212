/** A zone's clock, read minute by minute from `Intl`: slow, and without anything of the code that it judges. */

const minute = 60_000;

/** Minutes since 1970 by the clock on the wall, as if that were UTC. */
type WallMinutes = number;

export class Clock {
  /** By minute since the first: what the wall's clock shows. */
  private readonly shown: WallMinutes[] = [];
  private readonly firstAt = new Map<WallMinutes, number>();

  /** @param first UTC, milliseconds; both are whole minutes. */
  constructor(
    zone: string,
    readonly first: number,
    readonly last: number,
  ) {
    const format = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      dateStyle: "short",
      timeStyle: "short",
      hourCycle: "h23",
    });
    for (let at = first; at <= last; at += minute) {
      const [, day, month, year, hours, minutes] = /^(\d+)\/(\d+)\/(\d+), (\d+):(\d+)$/.exec(format.format(at))!;
      const wall = Date.UTC(+year!, +month! - 1, +day!, +hours!, +minutes!) / minute;
      this.shown.push(wall);
      if (!this.firstAt.has(wall)) {
        this.firstAt.set(wall, at);
      }
    }
  }

  /** When the clock shows a time first; one that it skips, as much later as it skips. UTC, milliseconds. */
  instantOf(wall: WallMinutes): number | undefined {
    const exact = this.firstAt.get(wall);
    if (exact !== undefined) {
      return exact;
    }
    const after = this.shown.findIndex((shown) => shown > wall);
    // Out of what was read.
    return after <= 0 ? undefined : this.first + (after - 1) * minute + (wall - this.shown[after - 1]!) * minute;
  }
}

/** One interval of some days of the week, the oracle's own shape: minutes since midnight, and the day that it ends on. */
export interface Hours {
  readonly zone: string;
  /** 0 is Sunday. */
  readonly weekdays: readonly number[];
  readonly start: number;
  /** Up to this minute of the same day, or of the next one where it isn't later. */
  readonly end: number;
}

/** For each minute of a clock's time, whether any of the hours has it. */
export function activeMinutes(
  clocks: ReadonlyMap<string, Clock>,
  hours: readonly Hours[],
  holidays: readonly string[],
): Uint8Array {
  const { first, last } = [...clocks.values()][0]!;
  const active = new Uint8Array((last - first) / minute + 1);
  for (const { zone, weekdays, start, end } of hours) {
    const clock = clocks.get(zone)!;
    for (let midnight = first - 3 * 86_400_000; midnight < last + 3 * 86_400_000; midnight += 86_400_000) {
      const day = new Date(midnight);
      if (!weekdays.includes(day.getUTCDay()) || holidays.includes(day.toISOString().slice(0, 10))) {
        continue;
      }
      const from = clock.instantOf(midnight / minute + start);
      const to = clock.instantOf(midnight / minute + end + (end > start ? 0 : 1440));
      // What reaches out of what was read isn't compared.
      for (let at = from ?? last; at < (to ?? last); at += minute) {
        active[(at - first) / minute] = 1;
      }
    }
  }
  return active;
}
