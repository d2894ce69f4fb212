import type { Resolver } from "node:dns/promises";
import type { Database } from "../database/connect.ts";
import { eachAlone } from "../database/eachAlone.ts";
import type { JobQueue } from "../jobs/queue.ts";
import { askDomain, type DomainSettings, noteAnswer } from "./domains.ts";

/** What looks after domains. */
export interface RecheckParts {
  readonly database: Database;
  readonly settings: DomainSettings;
  readonly queue: JobQueue;
  readonly resolver: Resolver;
}

/** Milliseconds between two questions for one that isn't proven, for the week after it was asked for, and for one that is; and how many are asked for in one look. */
const [unprovenEvery, unprovenFor, provenEvery, atOnce] = [10 * 60_000, 7 * 86_400_000, 86_400_000, 30];

/**
 * Asks DNS anew for domains that it wasn't asked for lately: one whose records have come is served without anybody's click, and one whose record is there no more is told. To be
 * called again and again.
 *
 * @returns of how many something was noted.
 */
export async function recheckDomains(
  { database, settings, queue, resolver }: RecheckParts,
  now: Date,
): Promise<number> {
  const ago = (milliseconds: number): Date => new Date(now.getTime() - milliseconds);
  const due = await database
    .selectFrom("tenant_domain")
    .innerJoin("tenant", "tenant.id", "tenant_domain.tenant_id")
    .select(["tenant.id", "tenant.address", "tenant_domain.domain"])
    .where("tenant.deleted_at", "is", null)
    .where((row) =>
      row.or([
        row.and([
          row("tenant_domain.proven_at", "is", null),
          row("tenant_domain.created_at", ">", ago(unprovenFor)),
          row.or([row("checked_at", "is", null), row("checked_at", "<=", ago(unprovenEvery))]),
        ]),
        row.and([row("tenant_domain.proven_at", "is not", null), row("checked_at", "<=", ago(provenEvery))]),
      ]),
    )
    .orderBy("checked_at", (order) => order.asc().nullsFirst())
    .limit(atOnce)
    .execute();
  // All at once, and before any transaction: DNS may take seconds.
  const told = await Promise.all(
    due.map(async (one) => ({ ...one, answer: await askDomain(resolver, settings, one, one.domain) })),
  );
  return eachAlone(
    database,
    told,
    (transaction, { id, domain, answer }) => noteAnswer({ transaction, queue, now }, { id, domain }, answer, "worker"),
    ({ domain }) => `what DNS says of ${domain} wasn't noted; it is tried again in ten minutes`,
  );
}
