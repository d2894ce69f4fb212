import type { Figures } from "../figures";
import type { Bench } from "../fixture";
import { median } from "../stats";
import { mustBeUnchanged } from "../unchanged";

const rounds = 3;

/** `pulumi up` of a fleet where nothing is to be changed. */
export async function noop(bench: Bench, count: number): Promise<Figures> {
  const { stack } = await bench.fleetOf(count);
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const { seconds, output } = await stack.up();
    mustBeUnchanged(output);
    times.push(seconds);
  }
  bench.say(`nothing to change, ${count} tenants: ${times.map((one) => one.toFixed(2)).join(", ")} s`);
  return { [`noop.${count}.seconds`]: median(times) };
}
