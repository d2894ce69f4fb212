import { join } from "node:path";
import type { Figures } from "../figures";
import type { Bench } from "../fixture";
import { removeLabelled, environmentFilter } from "../engine";
import { BenchStack } from "../stack";
import { median, ratio } from "../stats";
import { addTenant } from "./newTenant";

const rounds = 3;

/** Slot of the tenant that has a stack of its own. */
const ownSlot = 960;

/** One more tenant in a stack of 20, against one tenant in a new stack of its own on the same host. */
export async function inStackOf20(bench: Bench): Promise<Figures> {
  const fleet = await bench.fleetOf(20);
  const together: number[] = [];
  const alone: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    together.push((await addTenant(fleet)).done);
    alone.push(await ownStack(bench, round));
    bench.say(
      `one more tenant: ${together.at(-1)!.toFixed(2)} s in the stack of 20, ${alone.at(-1)!.toFixed(2)} s alone`,
    );
  }
  return {
    "newTenant.inStackOf20.seconds": median(together),
    "newTenant.ownStack.seconds": median(alone),
    "newTenant.inStackOf20.ratio": ratio(median(together), median(alone)),
  };
}

async function ownStack({ cleanup, folder }: Bench, round: number): Promise<number> {
  const name = "test-bench-own";
  const stack = new BenchStack(name, join(folder, `own-${round}`), cleanup, "tools/bench/oneTenant.ts");
  await stack.init();
  stack.declare({ solo: ownSlot }, { "bench:tenant": "solo" });
  const { seconds } = await stack.up();
  await removeLabelled([environmentFilter(name)]);
  return seconds;
}
