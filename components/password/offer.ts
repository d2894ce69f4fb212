import type Docker from "dockerode";
import type { Tenant } from "../../fleet/types";
import { execText } from "../host/engineExec";
import { psql } from "../host/psql";
import { RestoreError } from "../restore/restorer";
import { odooRole } from "../tenant/config/odooConf";

/** A link by which a tenant's administrator sets his own password, or signs in. */
export interface LinkOffer {
  /** SHA-256 of the link's token, as text of 64 hexadecimal digits. The token itself never comes here: see `passwordLink` and `loginLink`. */
  readonly tokenHash: string;
  /** Until when it works, by the clock of the tenant's host. */
  readonly until: Date;
}

/** Milliseconds for the tenant to take it. */
const deadline = 30_000;

/** What a link is for. One for the other is another link. */
export type LinkPurpose = "password" | "login";

/** The parts of its Odoo that answer at links; images of before them don't have them. */
const parts: Readonly<Record<LinkPurpose, string>> = {
  password: "/opt/odoo-fleet/server/odoo_fleet_password",
  login: "/opt/odoo-fleet/server/odoo_fleet_password/login.py",
};

const whatFor: Readonly<Record<LinkPurpose, string>> = { password: "for a password", login: "to sign in by" };

/** Puts a link into a tenant that runs. @throws RestoreError where it can't be. */
export async function offerTo(
  engine: Docker,
  tenant: Pick<Tenant, "name" | "names" | "database">,
  offer: LinkOffer,
  purpose: LinkPurpose,
): Promise<void> {
  const script = offerScript(offer, purpose);
  const run = (container: string, command: readonly string[]): Promise<string> =>
    execText(engine.getContainer(container), command, AbortSignal.timeout(deadline));
  try {
    const isThere = await run(tenant.names.odoo, ["sh", "-c", `test ! -e ${parts[purpose]} || echo yes`]);
    if (isThere.trim() !== "yes") {
      throw new Error(
        `its Odoo is of an image without links ${whatFor[purpose]}: bring the tenant up with this release first`,
      );
    }
    await run(tenant.names.postgres, psql(tenant.database, script));
  } catch (error) {
    throw new RestoreError(
      `${tenant.name} took no link ${whatFor[purpose]}: ${(error as Error).message}. Nothing was changed.`,
    );
  }
}

/**
 * Puts a link into a tenant's database, in place of the one before. Put there again, it stays what it is: one that was used doesn't work again.
 *
 * The table is unlogged: neither PostgreSQL's log nor a backup has its rows, so a restore brings no link back that was used since. It is empty after
 * PostgreSQL was killed, too. Copies and exports are made from backups, and have no schema `odoo_fleet`.
 *
 * @throws RestoreError on a hash that is none, or a time that is none.
 */
export function offerScript({ tokenHash, until }: LinkOffer, purpose: LinkPurpose): string {
  demandOffer({ tokenHash, until });
  const table = `odoo_fleet.${purpose}_link`;
  // The tenant's helper makes the schema and grants rights on it, too, under the same lock: of two at once PostgreSQL refuses one.
  return `SET client_min_messages = warning;
BEGIN;
DO $$ BEGIN PERFORM pg_advisory_xact_lock(hashtext('odoo_fleet')); END $$;
CREATE SCHEMA IF NOT EXISTS odoo_fleet;
CREATE UNLOGGED TABLE IF NOT EXISTS ${table} (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one), token_hash text NOT NULL, expires_at timestamptz NOT NULL, used_at timestamptz);
GRANT USAGE ON SCHEMA odoo_fleet TO ${odooRole};
GRANT SELECT, UPDATE (used_at) ON ${table} TO ${odooRole};
INSERT INTO ${table} (token_hash, expires_at) VALUES ('${tokenHash}', '${until.toISOString()}')
  ON CONFLICT (only_one) DO UPDATE SET token_hash = EXCLUDED.token_hash, expires_at = EXCLUDED.expires_at, used_at = NULL
    WHERE ${purpose}_link.token_hash <> EXCLUDED.token_hash;
COMMIT;`;
}

/** @throws RestoreError on a hash that is none, or a time that is none. */
export function demandOffer({ tokenHash, until }: LinkOffer): void {
  if (!/^[0-9a-f]{64}$/.test(tokenHash)) {
    throw new RestoreError("tokenHash is no SHA-256; expected 64 hexadecimal digits. Nothing was changed.");
  }
  if (Number.isNaN(until.getTime())) {
    throw new RestoreError("until is no time; expected until when the link works. Nothing was changed.");
  }
}
