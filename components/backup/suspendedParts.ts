import * as pulumi from "@pulumi/pulumi";
import type Docker from "dockerode";
import type { Tenant } from "../../fleet/types";
import { stateLabel } from "../container/suspended";
import { ignoreAbsent } from "../host/engineErrors";
import { execText } from "../host/engineExec";

/** Milliseconds for a database to accept connections: one that wasn't stopped in order replays its log first. */
const databaseDeadline = 600_000;

type Parts = Pick<Tenant["names"], "postgres" | "backup" | "files">;

/** A container as the engine has it. */
export interface Found {
  readonly isRunning: boolean;
  /** Whether it was declared as stopped. */
  readonly isSuspended: boolean;
}

/** Those of a tenant's containers that are there, by name. */
export async function containersOf(engine: Docker, names: readonly string[]): Promise<ReadonlyMap<string, Found>> {
  const found = await Promise.all(
    names.map(async (name): Promise<[string, Found][]> => {
      const container = await engine.getContainer(name).inspect().catch(ignoreAbsent);
      const isSuspended = container?.Config.Labels[stateLabel] === "suspended";
      return container ? [[name, { isRunning: container.State.Running, isSuspended }]] : [];
    }),
  );
  return new Map(found.flat());
}

/**
 * Starts what a backup of a suspended tenant needs: its database and the helpers, and neither its Odoo nor anything else that could write
 * for a customer. They are the containers that are declared as stopped, so a run notices nothing of it (decision 0063).
 *
 * @throws when one can't be started, or the database doesn't accept connections in ten minutes.
 */
export async function startParts(engine: Docker, { postgres, backup, files }: Parts): Promise<void> {
  for (const name of [postgres, backup, files]) {
    await engine.getContainer(name).start().catch(ignoreAbsent);
  }
  const database = engine.getContainer(postgres);
  for (const end = Date.now() + databaseDeadline; ;) {
    try {
      await execText(database, ["pg_isready", "--quiet"], AbortSignal.timeout(10_000));
      return;
    } catch (error) {
      if (Date.now() > end) {
        throw new Error(`its database doesn't accept connections: ${(error as Error).message}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

/**
 * Leaves a suspended tenant as it was, unless somebody has let it serve meanwhile. What fails of that is only said: the reason for it comes
 * first.
 */
export async function putBack(engine: Docker, names: Tenant["names"]): Promise<void> {
  try {
    const odoo = (await containersOf(engine, [names.odoo])).get(names.odoo);
    // The database last: it hands the end of its log to the archive.
    for (const together of odoo?.isRunning ? [] : [[names.files, names.backup], [names.postgres]]) {
      await Promise.all(together.map((name) => engine.getContainer(name).stop().catch(ignoreAbsent)));
    }
  } catch (error) {
    void pulumi.log.warn(`${names.postgres} may still run: ${(error as Error).message}`);
  }
}
