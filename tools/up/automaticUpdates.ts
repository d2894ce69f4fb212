import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import type { StackOwner } from "../../fleet/layout";
import type { Fleet } from "../../fleet/types";
import { isWindowOpen, nextWindow } from "../../fleet/updates";
import { fleetOfStackFile } from "../stackFile";
import { type DueUpdate, dueUpdates, tenantsOfStack } from "../update/due";

/** Where `make update` keeps its notes, and what those of restores are. */
export interface UpdateFolders {
  readonly updates: string;
  readonly restores: string;
}

/** What comes before an `up` of a fleet whose updates are automatic. */
export interface ComingUpdates {
  readonly fleet: Fleet;
  /** At least one. */
  readonly due: readonly DueUpdate[];
}

/**
 * The updates that come before an `up`; undefined: none. One that was interrupted waits for no window. A declaration that can't be read has none: the program says why.
 *
 * @param owner whose the stack is that is brought up.
 * @param among names of the tenants that are looked at. Default: those of the stack.
 * @throws Error when there are some, and this isn't their time.
 */
export async function comingUpdates(
  configFile: string,
  owner: StackOwner,
  { updates }: UpdateFolders,
  { among, now = new Date() }: { readonly among?: readonly string[]; readonly now?: Date } = {},
): Promise<ComingUpdates | undefined> {
  const { environment } = owner;
  const fleet = readFleet(configFile, environment);
  const all =
    fleet?.updates === undefined ? [] : await dueUpdates(fleet, updates, among ?? tenantsOfStack(fleet, owner));
  if (fleet?.updates === undefined || all.length === 0) {
    return undefined;
  }
  const due = isWindowOpen(fleet.updates, now) ? all : all.filter(({ isBegun }) => isBegun);
  if (due.length === 0) {
    const opens = nextWindow(fleet.updates, now) ?? "not within 400 days";
    throw new Error(
      [
        "tenants are to be updated, and odoo-fleet:updates.window is closed. Nothing was changed.",
        ...all.map(({ tenant, what }) => `  ${tenant}: ${what}`),
        `It opens next: ${opens}. Run make up then, or now: make update STACK=${environment}`,
      ].join("\n"),
    );
  }
  return { fleet, due };
}

/** Says which tenants are updated first. */
export function announce(coming: ComingUpdates | undefined): void {
  for (const { tenant, what } of coming?.due ?? []) {
    console.log(`odoo-fleet: ${tenant}: is updated first: it ${what}`);
  }
}

/** Carries them out, as `make update` does. @returns its exit code. */
export async function carryOut(
  stack: string,
  configFile: string,
  { fleet, due }: ComingUpdates,
  { updates, restores }: UpdateFolders,
): Promise<number> {
  const only = due.map(({ tenant }) => tenant);
  const canary = only.find((name) => name === fleet.updates?.canary);
  const args = [
    ...["--require", "tsx/cjs", "tools/update.ts", stack, "--config-file", configFile],
    ...["--updates", updates, "--restores", restores, "--only", only.join(",")],
    ...(canary === undefined ? [] : ["--canary", canary]),
  ];
  // An interrupt is the update's to answer: it brings back what it has begun.
  const wait = (): void => undefined;
  process.on("SIGINT", wait);
  try {
    return await new Promise((resolve, reject) =>
      spawn(process.execPath, args, { stdio: "inherit" })
        .on("error", reject)
        .on("close", (code) => resolve(code ?? 1)),
    );
  } finally {
    process.off("SIGINT", wait);
  }
}

function readFleet(configFile: string, environment: string): Fleet | undefined {
  try {
    return existsSync(configFile) ? fleetOfStackFile(readFileSync(configFile, "utf8"), environment) : undefined;
  } catch {
    return undefined;
  }
}
