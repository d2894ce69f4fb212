import type { Figures } from "../figures";
import type { Bench } from "../fixture";
import { median } from "../stats";

const rounds = 3;

/** `pulumi up` of a fleet where nothing is to be changed. */
export async function noop(bench: Bench, count: number): Promise<Figures> {
  const { stack } = await bench.fleetOf(count);
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const { seconds, output } = await stack.up();
    if (!/^ {4}\d+ unchanged$/m.test(output) || /^ {4}[-+~]/m.test(output)) {
      const changes = output
        .split("\n")
        .filter((line) => /\[diff: |^ {4}\S.*(unchanged|replaced|created|deleted|updated)$/.test(line));
      throw new Error(`pulumi up was to change nothing, and said:\n${changes.slice(-20).join("\n")}`);
    }
    times.push(seconds);
  }
  bench.say(`nothing to change, ${count} tenants: ${times.map((one) => one.toFixed(2)).join(", ")} s`);
  return { [`noop.${count}.seconds`]: median(times) };
}
