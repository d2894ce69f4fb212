import type { OdooVersion, PostgresVersion } from "./types";

/** Odoo releases, oldest first. */
export const odooVersions: readonly OdooVersion[] = ["17.0", "18.0", "19.0"];

/** The release after one, to which a database of it can be taken; undefined: it is the newest, or none of these. */
export function nextOdoo(version: string): OdooVersion | undefined {
  const index = odooVersions.findIndex((one) => one === version);
  return index === -1 ? undefined : odooVersions[index + 1];
}

/** PostgreSQL majors, oldest first. */
export const postgresVersions: readonly PostgresVersion[] = [13, 14, 15, 16, 17, 18];

/**
 * PostgreSQL majors that each Odoo release supports: first and last.
 *
 * First: 17.0 and 18.0 need 12, 19.0 needs 13 (`content/administration/on_premise/source.rst` of odoo/documentation,
 * raised for 19 by its pull request 14803; `MIN_PG_VERSION` in `odoo/release.py` of 19.0). 12 isn't offered: its support ended.
 *
 * Last: PostgreSQL 18 makes every `NOT NULL` a named constraint, which clashes with constraints that earlier Odoo modules
 * declare under the very same names, so that a dump can't be restored (odoo/odoo pull requests 229274 and 233186), and a
 * tenant starts from a dump. Odoo took care of the names from 19 on (229287).
 */
const supported: Readonly<Record<OdooVersion, { readonly first: PostgresVersion; readonly last: PostgresVersion }>> = {
  "17.0": { first: 13, last: 17 },
  "18.0": { first: 13, last: 17 },
  "19.0": { first: 13, last: 18 },
};

/** Majors that a release supports, oldest first. */
export function supportedPostgres(odoo: OdooVersion): readonly PostgresVersion[] {
  const { first, last } = supported[odoo];
  return postgresVersions.filter((version) => version >= first && version <= last);
}

/** Whether Odoo supports the pair. */
export function isSupportedPair(odoo: OdooVersion, postgres: PostgresVersion): boolean {
  return supportedPostgres(odoo).includes(postgres);
}
