/**
 * `lifecycle.ts STACK [--format text|json]`: what each tenant of `Pulumi.STACK.yaml` is meant to be now, why, and the next five times at which that
 * changes. Asks no engine: what is there follows with the next `up`.
 */
import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { FleetConfigError, nextTransitions } from "../fleet";
import { localOf, toldLifecycle, utcOf, zoneOf } from "../fleet/lifecycle/told";
import type { Fleet, Tenant } from "../fleet/types";
import { columns } from "./columns";
import { fleetOfStackFile } from "./stackFile";
import { parseStackReference } from "./stackName";

/** A tenant's times; also the shape of the JSON. */
export interface TenantTimes {
  readonly tenant: string;
  readonly state: Tenant["state"];
  /** Why, and until when, as a person reads it; undefined: it has no lifecycle, and its declared state is its state. */
  readonly why?: string;
  /** Of a suspended one that a visit wakes: minutes without one after which it sleeps again. */
  readonly sleepAfter?: number;
  /** At most five, in order; none where there is none within a year. */
  readonly next: readonly {
    /** UTC, such as `2026-11-30T08:00Z`. */
    readonly at: string;
    /** By the clock of its first active hours. */
    readonly local: string;
    readonly state: "running" | "suspended";
  }[];
}

const shown = 5;
const yearMilliseconds = 365 * 86_400_000;

/** The times of all tenants, in the fleet's order. */
export function timesOf(fleet: Fleet): TenantTimes[] {
  return Object.values(fleet.tenants).map((tenant): TenantTimes => {
    const { name, state, lifecycle: own } = tenant;
    const wake = tenant.state === "suspended" && tenant.wake ? { sleepAfter: tenant.wake.sleepAfterMinutes } : {};
    if (own === undefined) {
      return { tenant: name, state, ...wake, next: [] };
    }
    const { lifecycle, now } = own;
    const zone = zoneOf(lifecycle);
    const next = nextTransitions(lifecycle, now, new Date(now.getTime() + yearMilliseconds)).slice(0, shown);
    return {
      tenant: name,
      state,
      why: toldLifecycle(own),
      ...wake,
      next: next.map((one) => ({ at: utcOf(one.at), local: localOf(one.at, zone), state: one.state })),
    };
  });
}

/** The same for people. */
export function timesText(times: readonly TenantTimes[]): string {
  return times
    .map(({ tenant, state, why, sleepAfter, next }) => {
      const woken =
        sleepAfter === undefined ? "" : `; a visit wakes it, and it sleeps after ${sleepAfter} min without one`;
      const heading = `${tenant} is ${why ?? `${state}: as its state says`}${woken}\n`;
      return next.length === 0 ? heading : heading + columns(next.map((one) => [one.state, one.local, one.at]));
    })
    .join("");
}

/** Runs the tool. @param now the moment that is looked at. @throws FleetConfigError, or an Error about the file. */
export function main(args: readonly string[], now: Date): void {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { format: { type: "string" } },
  });
  const { environment: name } = parseStackReference(positionals[0] ?? "dev");
  const { format = "text" } = values;
  if (!["text", "json"].includes(format)) {
    throw new Error(`FORMAT=${format}; expected text or json`);
  }
  const source = `Pulumi.${name}.yaml`;
  if (!existsSync(source)) {
    throw new Error(`STACK=${name}: there is no ${source}`);
  }
  const times = timesOf(fleetOfStackFile(readFileSync(source, "utf8"), name, now));
  process.stdout.write(format === "json" ? `${JSON.stringify(times, null, 2)}\n` : timesText(times));
}

if (require.main === module) {
  try {
    main(process.argv.slice(2), new Date());
  } catch (error) {
    console.error(error instanceof FleetConfigError ? error.message : `odoo-fleet: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
