import type { Kysely } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import * as orders from "./migrations/0001-orders.ts";
import * as api from "./migrations/0002-api.ts";
import * as jobs from "./migrations/0003-jobs.ts";
import * as retries from "./migrations/0004-retries.ts";
import * as audit from "./migrations/0005-audit.ts";
import * as login from "./migrations/0006-login.ts";
import * as lifecycle from "./migrations/0007-lifecycle.ts";
import * as figures from "./migrations/0008-figures.ts";
import * as ends from "./migrations/0009-ends.ts";
import * as operators from "./migrations/0011-operators.ts";
import * as resizes from "./migrations/0012-resizes.ts";
import * as restores from "./migrations/0013-restores.ts";
import * as webhooks from "./migrations/0014-webhooks.ts";
import * as usage from "./migrations/0015-usage.ts";
import * as exports from "./migrations/0016-exports.ts";
import * as invoices from "./migrations/0017-invoices.ts";
import * as passwordLinks from "./migrations/0018-password-links.ts";
import * as teams from "./migrations/0019-teams.ts";
import * as suspensionReasons from "./migrations/0020-suspension-reasons.ts";
import * as alerts from "./migrations/0021-alerts.ts";
import * as passkeys from "./migrations/0022-passkeys.ts";
import * as payments from "./migrations/0023-payments.ts";
import * as identities from "./migrations/0024-identities.ts";
import * as arrears from "./migrations/0026-arrears.ts";
import * as copies from "./migrations/0028-copies.ts";
import * as moduleSets from "./migrations/0029-module-sets.ts";
import * as domains from "./migrations/0030-domains.ts";
import * as cards from "./migrations/0031-cards.ts";
import * as lostDomains from "./migrations/0032-lost-domains.ts";
import * as certificates from "./migrations/0033-certificates.ts";
import * as wakes from "./migrations/0034-wakes.ts";
import * as asleepPrices from "./migrations/0035-asleep-prices.ts";
import * as loginLinks from "./migrations/0036-login-links.ts";
import * as jobFaults from "./migrations/0037-job-faults.ts";
import * as operatorRoles from "./migrations/0038-operator-roles.ts";
import * as lastExports from "./migrations/0039-last-exports.ts";
import * as erasure from "./migrations/0040-erasure.ts";
import * as linkMembers from "./migrations/0041-link-members.ts";
import * as reverseCharges from "./migrations/0042-reverse-charges.ts";
import * as reversedPayments from "./migrations/0043-reversed-payments.ts";
import * as trialDays from "./migrations/0044-trial-days.ts";
import type { Tables } from "./schema.ts";

/** All migrations, in the sequence of their names. */
export const migrations: Readonly<Record<string, Migration>> = {
  "0001-orders": orders,
  "0002-api": api,
  "0003-jobs": jobs,
  "0004-retries": retries,
  "0005-audit": audit,
  "0006-login": login,
  "0007-lifecycle": lifecycle,
  "0008-figures": figures,
  "0009-ends": ends,
  "0011-operators": operators,
  "0012-resizes": resizes,
  "0013-restores": restores,
  "0014-webhooks": webhooks,
  "0015-usage": usage,
  "0016-exports": exports,
  "0017-invoices": invoices,
  "0018-password-links": passwordLinks,
  "0019-teams": teams,
  "0020-suspension-reasons": suspensionReasons,
  "0021-alerts": alerts,
  "0022-passkeys": passkeys,
  "0023-payments": payments,
  "0024-identities": identities,
  "0026-arrears": arrears,
  "0028-copies": copies,
  "0029-module-sets": moduleSets,
  "0030-domains": domains,
  "0031-cards": cards,
  "0032-lost-domains": lostDomains,
  "0033-certificates": certificates,
  "0034-wakes": wakes,
  "0035-asleep-prices": asleepPrices,
  "0036-login-links": loginLinks,
  "0037-job-faults": jobFaults,
  "0038-operator-roles": operatorRoles,
  "0039-last-exports": lastExports,
  "0040-erasure": erasure,
  "0041-link-members": linkMembers,
  "0042-reverse-charges": reverseCharges,
  "0043-reversed-payments": reversedPayments,
  "0044-trial-days": trialDays,
};

/** The database is of a newer release than this one, which can't use it. */
export class NewerSchemaError extends Error {
  constructor(migration: string) {
    super(
      `the portal's database has the migration ${migration}, which this release doesn't know: a newer one made it; use that one or a later, or restore the database to before it`,
    );
  }
}

/**
 * Brings the database to the newest schema; several at once wait for each other, and a failed one changes nothing.
 *
 * @returns the names of the migrations that it carried out.
 * @throws NewerSchemaError when a newer release has migrated it; nothing is changed then.
 */
export async function migrate(database: Kysely<Tables>): Promise<string[]> {
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
  });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error !== undefined) {
    const [, newer] = /previously executed migration (\S+) is missing/.exec((error as Error).message) ?? [];
    if (newer !== undefined) {
      throw new NewerSchemaError(newer);
    }
    throw error instanceof Error ? error : new Error("the database's migration failed", { cause: error });
  }
  return results.map(({ migrationName }) => migrationName);
}
