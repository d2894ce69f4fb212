import { sql } from "kysely";
import type { ServedCertificate } from "odoo-fleet";
import type { Database } from "../database/connect.ts";

/** A certificate as operators see it. */
export interface CertificateView {
  readonly name: string;
  readonly host: string;
  readonly tenant: string;
  /** Whether `tenant` is the portal's, and not one that the fleet declares. */
  readonly isOrdered: boolean;
  readonly authority: "acme" | "internal";
  /** null: the name was served without any. */
  readonly endsAt: string | null;
  /** As of when that is known. */
  readonly seenAt: string;
}

/** Which of them are asked for. */
export interface CertificateFilter {
  /** How many are passed over; undefined: none. */
  readonly after?: string | undefined;
  readonly limit: number;
  readonly tenant?: string | undefined;
  /** Part of the name, in any case. */
  readonly search?: string | undefined;
}

/** Rows that one statement writes, well within PostgreSQL's 65,535 parameters. */
const rowsAtOnce = 1000;

/** Notes what a Prometheus told of all the names that it watches. Rows that say the same stay untouched: it is asked each minute, and they change by the month. */
export async function noteCertificates(
  database: Database,
  monitor: string,
  told: readonly ServedCertificate[],
  now: Date,
): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    await transaction
      .insertInto("certificate_look")
      .values({ monitor, answered_at: now })
      .onConflict((conflict) => conflict.column("monitor").doUpdateSet({ answered_at: now }))
      .execute();
    const gone = transaction.deleteFrom("certificate").where("monitor", "=", monitor);
    const keys = JSON.stringify(told.map(({ host, name }) => ({ host, name })));
    await gone
      .where(
        sql<boolean>`(host, name) not in (select * from jsonb_to_recordset(${keys}) as served(host text, name text))`,
      )
      .execute();
    for (let first = 0; first < told.length; first += rowsAtOnce) {
      const rows = told
        .slice(first, first + rowsAtOnce)
        .map(({ endsAt, ...certificate }) => ({ ...certificate, monitor, ends_at: endsAt ?? null }));
      await transaction
        .insertInto("certificate")
        .values(rows)
        .onConflict((conflict) =>
          conflict
            .columns(["monitor", "host", "name"])
            .doUpdateSet((row) => ({
              tenant: row.ref("excluded.tenant"),
              authority: row.ref("excluded.authority"),
              ends_at: row.ref("excluded.ends_at"),
            }))
            .where(
              sql<boolean>`(certificate.tenant, certificate.authority, certificate.ends_at) is distinct from (excluded.tenant, excluded.authority, excluded.ends_at)`,
            ),
        )
        .execute();
    }
  });
}

/** Forgets Prometheuses that aren't declared any more. */
export async function keepCertificatesOf(database: Database, monitors: readonly string[]): Promise<void> {
  const all = database.deleteFrom("certificate_look");
  await (monitors.length === 0 ? all : all.where("monitor", "not in", monitors)).execute();
}

/** What the names at the fleet's edges are served with: those without any first, then the first to end. */
export async function listCertificates(
  database: Database,
  { limit, after = "0", tenant, search = "" }: CertificateFilter,
): Promise<{ certificates: CertificateView[]; next: string | undefined }> {
  let rows = database
    .selectFrom("certificate")
    .innerJoin("certificate_look", "certificate_look.monitor", "certificate.monitor")
    .leftJoin("tenant", "tenant.id", "certificate.tenant")
    .selectAll("certificate")
    .select(["answered_at", "tenant.id as ordered"])
    .orderBy("ends_at", (order) => order.asc().nullsFirst())
    .orderBy("name")
    .orderBy("certificate.host")
    .orderBy("certificate.monitor");
  if (tenant !== undefined) {
    rows = rows.where("certificate.tenant", "=", tenant);
  }
  if (search.trim() !== "") {
    rows = rows.where(sql<boolean>`strpos(certificate.name, ${search.trim().toLowerCase()}) > 0`);
  }
  const found = await rows
    .offset(Number(after))
    .limit(limit + 1)
    .execute();
  return {
    certificates: found.slice(0, limit).map(({ name, host, tenant: of, ordered, authority, ends_at, answered_at }) => ({
      ...{ name, host, tenant: of, isOrdered: ordered !== null, authority },
      endsAt: ends_at?.toISOString() ?? null,
      seenAt: answered_at.toISOString(),
    })),
    next: found.length > limit ? String(Number(after) + limit) : undefined,
  };
}
