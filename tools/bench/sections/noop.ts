import type { Figures } from "../figures";
import type { Bench, RunningFleet } from "../fixture";
import { median, ratio } from "../stats";
import { mustBeUnchanged } from "../unchanged";

const rounds = 3;

/** `pulumi up` of a fleet of two where nothing is to be changed. */
export async function noopOf2(bench: Bench): Promise<Figures> {
  const [two] = await unchanged(bench, [2]);
  return { "noop.2.seconds": two! };
}

/** The same of a fleet of 20, and what it is against one of two, in turns. */
export async function noopOf20(bench: Bench): Promise<Figures> {
  const [two, twenty] = await unchanged(bench, [2, 20]);
  return { "noop.20.seconds": twenty!, "noop.20.ratio": ratio(twenty!, two!) };
}

/** Median seconds of each fleet. */
async function unchanged(bench: Bench, counts: readonly number[]): Promise<number[]> {
  const fleets: { count: number; fleet: RunningFleet; times: number[] }[] = [];
  for (const count of counts) {
    fleets.push({ count, fleet: await bench.fleetOf(count), times: [] });
  }
  for (let round = 0; round < rounds; round++) {
    for (const { fleet, times } of fleets) {
      const { seconds, output } = await fleet.stack.up();
      mustBeUnchanged(output);
      times.push(seconds);
    }
  }
  for (const { count, times } of fleets) {
    bench.say(`nothing to change, ${count} tenants: ${times.map((one) => one.toFixed(2)).join(", ")} s`);
  }
  return fleets.map(({ times }) => median(times));
}
