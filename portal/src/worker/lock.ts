import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import type { Database } from "../database/connect.ts";

/** Tells locks of tenants from others of the portal. */
const seed = 7_130_002;

/** Milliseconds between two looks whether a lock's connection is still there, and between two tries to have it again. */
const [lookEvery, tryEvery] = [1000, 250];

/** Another worker, or another part of this one, has the tenant. */
export class TenantBusyError extends Error {
  constructor(tenant: string) {
    super(`another worker has tenant ${tenant}`);
  }
}

/**
 * Does something while nobody else does something to the tenant. The lock is a session's of the database: it goes with the process, however that ends. A database
 * that restarts ends the session too: then the lock is taken again as soon as that answers, and the work goes on.
 *
 * @param work gets a signal that is aborted where somebody else was faster: it has to end.
 * @returns false when somebody else has it; then nothing was done.
 */
export async function withTenant(
  database: Database,
  tenant: string,
  work: (lost: AbortSignal) => Promise<void>,
): Promise<boolean> {
  const lock = new TenantLock(database, tenant);
  if (!(await lock.take())) {
    return false;
  }
  try {
    await work(lock.lost.signal);
  } finally {
    await lock.release();
  }
  return true;
}

/** A tenant's lock, which outlives its connection. */
class TenantLock {
  readonly lost = new AbortController();
  private readonly released = new AbortController();
  private readonly database: Database;
  private readonly tenant: string;
  private kept: Promise<void> = Promise.resolve();

  constructor(database: Database, tenant: string) {
    this.database = database;
    this.tenant = tenant;
  }

  /** @returns whether it is ours, until it is released. @throws when the database can't be asked. */
  take(): Promise<boolean> {
    return new Promise((resolve, reject) => {
      let isTaken = false;
      const taken = (isOurs: boolean): void => {
        isTaken = isOurs;
        resolve(isOurs);
      };
      this.kept = this.keepOnce(taken).then(
        () => undefined,
        (error: Error) => (isTaken ? this.keepAgain(error) : reject(error)),
      );
    });
  }

  /** Lets go of it. */
  async release(): Promise<void> {
    this.released.abort();
    await this.kept;
  }

  /** Takes it again each time that its connection goes, until it is released or somebody else has it. */
  private async keepAgain(fault: Error): Promise<void> {
    console.error(`the lock of tenant ${this.tenant} went with its connection, and is taken again: ${fault.message}`);
    for (let isOurs = true; isOurs && !this.released.signal.aborted;) {
      await this.pause(tryEvery);
      // Where it isn't somebody else's, the database doesn't answer yet.
      isOurs = await this.keepOnce(() => undefined).catch(() => true);
      if (!isOurs) {
        this.lost.abort(new TenantBusyError(this.tenant));
      }
    }
  }

  /**
   * Takes it and keeps it until it is released.
   *
   * @param taken is told whether it is ours, as soon as that is known.
   * @returns the same.
   * @throws when the connection goes.
   */
  private keepOnce(taken: (isOurs: boolean) => void): Promise<boolean> {
    return this.database.connection().execute(async (connection) => {
      const { rows } = await sql<{ isOurs: boolean }>`
        select pg_try_advisory_lock(hashtextextended(${this.tenant}, ${seed})) as "isOurs"`.execute(connection);
      const { isOurs } = rows[0]!;
      taken(isOurs);
      while (isOurs && !this.released.signal.aborted) {
        await this.pause(lookEvery);
        if (!this.released.signal.aborted) {
          await sql`select 1`.execute(connection);
        }
      }
      if (isOurs) {
        await sql`select pg_advisory_unlock(hashtextextended(${this.tenant}, ${seed}))`.execute(connection);
      }
      return isOurs;
    });
  }

  /** Waits, at most until it is released. */
  private pause(milliseconds: number): Promise<void> {
    return delay(milliseconds, undefined, { signal: this.released.signal }).catch(() => undefined);
  }
}
