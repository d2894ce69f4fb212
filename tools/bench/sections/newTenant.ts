import { commonWay } from "../common";
import type { Figures } from "../figures";
import type { Bench, RunningFleet } from "../fixture";
import { firstOk } from "../http";
import { originOf } from "../stack";
import { median, ratio } from "../stats";

/** Times each way is taken, in turns. */
const rounds = 3;

/** What adding one more tenant takes, in seconds from the start of `pulumi up`. */
export interface Added {
  /** Until its login page answers 200 through its own Nginx. */
  readonly usable: number;
  /** Until the command ends. */
  readonly done: number;
}

/** Declares one more tenant in a running fleet, measures its `up`, and takes it away again. */
export async function addTenant({ stack, tenants, freeSlot }: RunningFleet): Promise<Added> {
  const before = await stack.remember();
  stack.declare({ ...tenants, "one-more": freeSlot });
  const failed = new AbortController();
  const started = performance.now();
  const page = firstOk(`${originOf(freeSlot)}/web/login`, failed.signal);
  page.catch(() => undefined);
  const { seconds } = await stack.up().catch((error: Error) => {
    failed.abort();
    throw error;
  });
  const usable = ((await page) - started) / 1000;
  stack.declare(tenants);
  await stack.forget("one-more", before);
  return { usable, done: seconds };
}

/** One more tenant in a fleet of two, against the common way to a new Odoo on the same engine from the same images. */
export async function newTenant(bench: Bench): Promise<Figures> {
  const fleet = await bench.fleetOf(2);
  const added: Added[] = [];
  const common: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    bench.say(`one more tenant, round ${round} of ${rounds}`);
    const one = await addTenant(fleet);
    bench.say(`usable after ${one.usable.toFixed(2)} s, pulumi up ended after ${one.done.toFixed(2)} s`);
    added.push(one);
    const seconds = await commonWay(bench.cleanup);
    bench.say(`the common way: usable after ${seconds.toFixed(2)} s`);
    common.push(seconds);
  }
  const seconds = median(added.map(({ usable }) => usable));
  return {
    "newTenant.seconds": seconds,
    "newTenant.up.seconds": median(added.map(({ done }) => done)),
    "newTenant.common.seconds": median(common),
    "newTenant.ratio": ratio(seconds, median(common)),
  };
}
