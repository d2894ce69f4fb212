import { join } from "node:path";
import type { Cleanup } from "./cleanup";
import { firstOk } from "./http";
import { BenchStack, originOf, type Tenants } from "./stack";

/** What the sections of one run share. */
export interface Bench {
  readonly cleanup: Cleanup;
  /** Folder for the stacks' state and configuration; it goes at the end. */
  readonly folder: string;
  /** A running fleet of so many tenants, brought up when a section first needs it. */
  fleetOf(count: number): Promise<RunningFleet>;
  /** Says what is going on. */
  say(text: string): void;
}

/** A stack whose tenants run and answer. */
export interface RunningFleet {
  readonly stack: BenchStack;
  readonly tenants: Tenants;
  /** A slot for one more tenant. */
  readonly freeSlot: number;
}

/** First slot of a fleet of so many tenants: 900 to 919 for small ones, 920 on for bigger ones. */
function firstSlot(count: number): number {
  return count < 10 ? 900 : 920;
}

export function createBench(cleanup: Cleanup, folder: string): Bench {
  const fleets = new Map<number, Promise<RunningFleet>>();
  const say = (text: string): void => console.log(`==> ${text}`);
  return {
    cleanup,
    folder,
    say,
    fleetOf(count) {
      const fleet = fleets.get(count) ?? bringUp(count);
      fleets.set(count, fleet);
      return fleet;
    },
  };

  async function bringUp(count: number): Promise<RunningFleet> {
    say(`bringing up a fleet of ${count} tenants (images and seed too, if they aren't there yet)`);
    const stack = new BenchStack(`test-bench-${count}`, join(folder, `fleet-${count}`), cleanup);
    await stack.init();
    const first = firstSlot(count);
    const numbers = Array.from({ length: count }, (_, index) => index);
    const tenants = Object.fromEntries(numbers.map((index) => [`tenant-${index + 1}`, first + index]));
    stack.declare(tenants);
    await stack.up("--parallel", "6");
    await Promise.all(Object.values(tenants).map((slot) => firstOk(`${originOf(slot)}/web/login`)));
    return { stack, tenants, freeSlot: first + count };
  }
}
