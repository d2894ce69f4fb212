import { readFileSync } from "node:fs";
import { sql } from "kysely";
import type { Database } from "../database/connect.ts";
import { OrderRefusedError } from "./orderErrors.ts";

/** Days for which a deleted tenant's address is given to nobody: links, mail and cookies of its users outlive it. */
export const heldDays = 90;

/** Longest address. DNS allows 63 (RFC 1035); a shorter one leaves room for what the fleet puts before it. */
const longest = 40;

/**
 * Addresses that a mail client, a browser or a visitor takes for the provider's own. `wpad` and `autodiscover` are asked for by
 * themselves (CERT VU#598349); the mailboxes are RFC 2142's.
 */
const reserved: ReadonlySet<string> = new Set(
  (
    "www www1 www2 web api app apps admin administrator root portal console dashboard account accounts my login signin signup auth sso " +
    "oauth id mail email webmail smtp imap pop pop3 mx mta-sts autodiscover autoconfig wpad isatap localhost local ns ns1 ns2 dns ftp " +
    "sftp ssh vpn proxy gateway status support help docs blog shop billing invoice invoices pay payment payments security abuse " +
    "postmaster hostmaster webmaster noc info sales test demo staging dev prod monitoring grafana prometheus alertmanager backup cdn " +
    "static assets odoo"
  ).split(" "),
);

/** Why an address can't be ordered. */
export type AddressFault = "invalid" | "reserved" | "taken" | "held";

/** What is wrong with an address whoever has it; undefined when nothing is. */
export function addressFault(address: string): "invalid" | "reserved" | undefined {
  if (address.length > longest || !/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(address)) {
    return "invalid";
  }
  // Two hyphens in the third place mark encoded names (RFC 5891, 4.2.3.1): `xn--...` shows as other letters than it has.
  if (address.slice(2, 4) === "--" || reserved.has(address)) {
    return "reserved";
  }
  return undefined;
}

/**
 * Whether the fleet's declaration gives an address, or a domain outside of its own, to somebody: by the JSON file that `PORTAL_TAKEN_ADDRESSES` names. It is read
 * each time: `up` changes it while the process runs, so that it isn't restarted for each declared tenant.
 */
export function isDeclared(name: string): boolean {
  const file = process.env["PORTAL_TAKEN_ADDRESSES"];
  return file !== undefined && (JSON.parse(readFileSync(file, "utf8")) as readonly string[]).includes(name);
}

/** Whether an address can be ordered now: undefined, or why it can't. It may be another customer's a moment later. */
export async function judgeAddress(database: Database, address: string): Promise<AddressFault | undefined> {
  const fault = addressFault(address);
  if (fault) {
    return fault;
  }
  if (isDeclared(address)) {
    return "taken";
  }
  const known = await database
    .selectFrom("tenant")
    .select("deleted_at")
    .where("address", "=", address)
    .where("withdrawn_at", "is", null)
    .where((where) =>
      where.or([
        where("deleted_at", "is", null),
        where("deleted_at", ">", sql<Date>`now() - make_interval(days => ${heldDays})`),
      ]),
    )
    // One that is there counts more than one that was.
    .orderBy(sql`deleted_at desc nulls first`)
    .executeTakeFirst();
  return known && (known.deleted_at ? "held" : "taken");
}

const details: Readonly<Record<AddressFault, string>> = {
  invalid: "expected 1 to 40 lower-case letters, digits and hyphens, a letter first and no hyphen last",
  reserved: "it is reserved; choose another one",
  taken: "it is taken already; choose another one",
  held: `it was deleted within the last ${heldDays} days; choose another one`,
};

/** @throws OrderRefusedError where an address can't be had now. */
export async function demandAddress(transaction: Database, address: string): Promise<void> {
  const fault = await judgeAddress(transaction, address);
  if (fault) {
    throw new OrderRefusedError("address", fault, details[fault]);
  }
}
