import type { Resolver } from "node:dns/promises";
import type { Selectable } from "kysely";
import { checkDomain, domainProof, type DomainState } from "odoo-fleet/fleet";
import { record } from "../audit/audit.ts";
import type { Database } from "../database/connect.ts";
import type { DomainTable } from "../database/domainTables.ts";
import type { TenantTable } from "../database/schema.ts";
import type { ChangeParts } from "../lifecycle/changes.ts";
import { findTenant } from "../lifecycle/findTenant.ts";
import { queueDue } from "../lifecycle/queueDue.ts";
import { isDeclared } from "../orders/addresses.ts";
import { OrderRefusedError, OrderStateError } from "../orders/orderErrors.ts";
import { lockPlaces } from "../orders/slots.ts";
import type { Settings } from "../settings.ts";

/** Most domains of one tenant: for each a certificate is ordered. */
export const mostDomains = 10;

/** What names and addresses of domains are judged by. */
export type DomainSettings = Pick<Settings, "domain" | "origin" | "trustedProxies">;

/** A record that the customer publishes. */
export interface DomainRecord {
  readonly type: "TXT" | "CNAME";
  readonly name: string;
  readonly value: string;
}

/** A domain of a customer's own, as he sees it. */
export interface DomainView {
  readonly domain: string;
  /** What DNS said last. */
  readonly state: Selectable<DomainTable>["state"];
  /** Where it leads that isn't the tenant's. */
  readonly addresses: readonly string[];
  readonly checkedAt: string | null;
  /** When it was first proven: since then it is the tenant's, until it is removed. */
  readonly provenAt: string | null;
  /** Whether the tenant was brought up with it. */
  readonly isServed: boolean;
  /** What has to be there, in this order. */
  readonly records: readonly DomainRecord[];
}

type Tenant = Pick<Selectable<TenantTable>, "id" | "address" | "made_domains">;

/** The domains of a tenant, the oldest first; undefined when there is no such tenant, or when it is somebody else's. */
export async function readDomains(
  database: Database,
  settings: DomainSettings,
  customer: string | undefined,
  id: string,
): Promise<DomainView[] | undefined> {
  const tenant = await findTenant(database, id, customer);
  return tenant && (await rowsOf(database, id)).map((row) => viewOf(row, tenant, settings));
}

/** One of them; undefined when it has none of that name. */
export async function readDomain(
  database: Database,
  settings: DomainSettings,
  customer: string | undefined,
  { id, domain }: { readonly id: string; readonly domain: string },
): Promise<DomainView | undefined> {
  const all = await readDomains(database, settings, customer, id);
  return all?.find((one) => one.domain === domain);
}

/** Domains that a tenant is to be served at, its public address first. */
export async function provenDomains(database: Database, tenant: string): Promise<string[]> {
  return (await rowsOf(database, tenant)).flatMap(({ domain, proven_at }) => (proven_at === null ? [] : [domain]));
}

/**
 * Notes a domain that a tenant is to be served at. It is once DNS has shown that it is the customer's and leads here.
 *
 * @returns whether there is such a tenant that is the customer's.
 * @throws OrderRefusedError when it is the provider's own, or the fleet's declaration gives it to somebody.
 * @throws OrderStateError when the tenant never served, is to be deleted, has it already, or has as many as it may.
 */
export async function addDomain(
  { transaction, customer }: ChangeParts,
  settings: DomainSettings,
  id: string,
  domain: string,
): Promise<boolean> {
  await lockPlaces(transaction);
  const tenant = await findTenant(transaction, id, customer);
  if (!tenant) {
    return false;
  }
  const isOurs = domain === settings.domain || domain.endsWith(`.${settings.domain}`);
  if (isOurs || domain === new URL(settings.origin).hostname) {
    throw new OrderRefusedError("domain", "reserved", "it is the provider's; expected a domain of your own");
  }
  if (isDeclared(domain)) {
    throw new OrderRefusedError(
      "domain",
      "taken",
      "the provider serves it for somebody already; ask the provider, if it is yours",
    );
  }
  if (tenant.made_state === null) {
    throw new OrderStateError("the tenant was never ready; expected one that has served", "neverReady");
  }
  if (tenant.delete_at !== null) {
    throw new OrderStateError("it is to be deleted; undo that first", "deleting");
  }
  const had = await rowsOf(transaction, id);
  if (had.some((one) => one.domain === domain)) {
    throw new OrderStateError(`it has ${domain} already`, "hasDomain");
  }
  if (had.length >= mostDomains) {
    throw new OrderStateError(`it has ${mostDomains} domains already; remove one first`, "manyDomains");
  }
  await transaction.insertInto("tenant_domain").values({ tenant_id: id, domain }).execute();
  return true;
}

/**
 * Lets a domain go: it is free for everybody at once, and the tenant is brought up without it.
 *
 * @returns whether there was one.
 */
export async function removeDomain(
  { transaction, queue, now, customer }: ChangeParts,
  { id, domain }: { readonly id: string; readonly domain: string },
): Promise<boolean> {
  await lockPlaces(transaction);
  if (!(await findTenant(transaction, id, customer))) {
    return false;
  }
  const gone = await transaction
    .deleteFrom("tenant_domain")
    .where("tenant_id", "=", id)
    .where("domain", "=", domain)
    .returning("proven_at")
    .executeTakeFirst();
  if (gone?.proven_at) {
    await queueDue(transaction, queue, id, now, true);
  }
  return gone !== undefined;
}

/** Lets all domains of a tenant go that is there no more. */
export async function releaseDomains(transaction: Database, tenant: string): Promise<void> {
  await transaction.deleteFrom("tenant_domain").where("tenant_id", "=", tenant).execute();
}

/** Asks DNS for a domain of a tenant. */
export function askDomain(
  resolver: Resolver,
  settings: DomainSettings,
  { id, address }: Pick<Tenant, "id" | "address">,
  domain: string,
): Promise<DomainState> {
  return checkDomain(resolver, {
    domain,
    proof: proofOf(settings, id, domain),
    own: `${address}.${settings.domain}`,
    trustedProxies: settings.trustedProxies ?? [],
  });
}

/**
 * Notes what DNS says of a domain, and has its tenant brought up with it once it is proven. One that was proven stays, whatever DNS says later: a server that is down takes
 * nobody's site away.
 *
 * @param actor who had it asked for.
 * @returns whether the tenant has it.
 */
export async function noteAnswer(
  { transaction, queue, now }: Pick<ChangeParts, "transaction" | "queue" | "now">,
  { id, domain }: { readonly id: string; readonly domain: string },
  answer: DomainState,
  actor: "portal" | "worker",
): Promise<boolean> {
  await lockPlaces(transaction);
  const row = (await rowsOf(transaction, id)).find((one) => one.domain === domain);
  if (!row) {
    return false;
  }
  const isProven = answer.kind === "proven" && row.proven_at === null;
  const isTaken = isProven && (await isHad(transaction, domain));
  const isFirst = isProven && !isTaken;
  const isGone = answer.kind === "unproven" || answer.kind === "elsewhere";
  const isLost = row.proven_at !== null && row.lost_at === null && isGone;
  await transaction
    .updateTable("tenant_domain")
    .set({ state: isTaken ? "taken" : answer.kind, checked_at: now })
    .set({ addresses: answer.kind === "elsewhere" ? [...answer.addresses] : [] })
    .set(isFirst ? { proven_at: now } : {})
    .set(isLost ? { lost_at: now, lost_told_at: null } : answer.kind === "proven" ? { lost_at: null } : {})
    .where("number", "=", row.number)
    .execute();
  if (isFirst || isLost) {
    const action = isFirst ? "domain.proven" : "domain.lost";
    await record(transaction, { actor, action, tenant: id, subject: id, details: { domain } });
  }
  if (isFirst) {
    await queueDue(transaction, queue, id, now, true);
  }
  return true;
}

async function isHad(transaction: Database, domain: string): Promise<boolean> {
  const other = await transaction
    .selectFrom("tenant_domain")
    .select("number")
    .where("domain", "=", domain)
    .where("proven_at", "is not", null)
    .executeTakeFirst();
  return other !== undefined;
}

async function rowsOf(database: Database, tenant: string): Promise<Selectable<DomainTable>[]> {
  return database.selectFrom("tenant_domain").selectAll().where("tenant_id", "=", tenant).orderBy("number").execute();
}

/** The record names the tenant by its id, which no other portal's tenant has. */
function proofOf(
  { domain: fleetDomain }: DomainSettings,
  tenant: string,
  domain: string,
): ReturnType<typeof domainProof> {
  return domainProof(fleetDomain, "portal", tenant, domain);
}

function viewOf(row: Selectable<DomainTable>, tenant: Tenant, settings: DomainSettings): DomainView {
  const { domain, state, addresses } = row;
  return {
    ...{ domain, state, addresses },
    checkedAt: row.checked_at?.toISOString() ?? null,
    provenAt: row.proven_at?.toISOString() ?? null,
    isServed: tenant.made_domains.includes(domain),
    records: [
      { type: "TXT", ...proofOf(settings, tenant.id, domain) },
      { type: "CNAME", name: domain, value: `${tenant.address}.${settings.domain}` },
    ],
  };
}
