import type { Database } from "../database/connect.ts";
import { type PageRequest, readPage } from "../database/pages.ts";
import type { AuditActor } from "../database/schema.ts";
import type { Membership } from "../team/memberships.ts";

/** Words, numbers and truths that say more of an entry. Never a secret, and no text that a customer typed but what is shown anyway. */
export type AuditDetails = Readonly<Record<string, string | number | boolean | null>>;

/** Something that was done. */
export interface AuditEntry {
  readonly actor: AuditActor;
  /** The customer or operator who did it, where it was one. */
  readonly actorId?: string;
  /** The token that he did it by. */
  readonly token?: string;
  /** Where he did it from: the client's address. */
  readonly clientAddress?: string;
  /** An operation of the API by its id, or a state that a job came to: `placeOrder`, `job.done`. */
  readonly action: string;
  /** Whom it concerns; by default the customer of the tenant. */
  readonly customer?: string;
  readonly tenant?: string;
  /** Id of what was changed: an order, a job, a token. */
  readonly subject?: string;
  readonly details?: AuditDetails;
}

/** Writes an entry. To be called in the transaction that does what it says: neither can be without the other. */
export async function record(transaction: Database, entry: AuditEntry): Promise<void> {
  const { actor, actorId, token, clientAddress, action, subject, details = {} } = entry;
  const known = entry.tenant === undefined ? undefined : await ownerOf(transaction, entry.tenant);
  const customer = entry.customer ?? known?.customer_id;
  // What is done to a copy belongs to the timeline of its tenant.
  const tenant = known?.copy_of ?? entry.tenant;
  await transaction
    .insertInto("audit")
    .values({
      actor,
      actor_id: actorId ?? null,
      token_id: token ?? null,
      client_address: clientAddress ?? null,
      action,
      customer_id: customer ?? null,
      tenant_id: tenant ?? null,
      subject: subject ?? null,
      details: JSON.stringify(details),
    })
    .execute();
}

/** An entry as it is read. */
export interface AuditView {
  readonly id: string;
  readonly at: string;
  readonly actor: AuditActor;
  readonly actorId: string | null;
  readonly token: string | null;
  readonly clientAddress: string | null;
  readonly action: string;
  readonly customer: string | null;
  readonly tenant: string | null;
  readonly subject: string | null;
  readonly details: AuditDetails;
}

/** Which entries are asked for: a customer's, or those of all. */
export interface AuditRequest extends PageRequest {
  readonly tenant?: string | undefined;
}

/**
 * What concerns a customer, the newest first. Of his team it says who did it, and from where: to an owner of everybody, to others of themselves. Of others, an operator or whoever
 * ordered in his name, it says what they did, and neither who nor where they are.
 */
export async function listAuditOf(
  database: Database,
  { customer, member, role }: Membership,
  request: AuditRequest,
): Promise<{ entries: AuditView[]; next: string | undefined }> {
  const rows = auditRows(database, request).where("customer_id", "=", customer);
  const { page, next } = await readPage(rows, request.limit);
  const entries = page.map(viewOf).map((entry) => {
    if (entry.actor !== "customer") {
      return { ...entry, actorId: null, token: null, clientAddress: null };
    }
    return entry.actorId === member || role === "owner" ? entry : { ...entry, token: null, clientAddress: null };
  });
  return { entries, next };
}

/** Everything, the newest first; for operators. */
export async function listAudit(
  database: Database,
  request: AuditRequest & { readonly customer?: string | undefined },
): Promise<{ entries: AuditView[]; next: string | undefined }> {
  let rows = auditRows(database, request);
  if (request.customer !== undefined) {
    rows = rows.where("customer_id", "=", request.customer);
  }
  const { page, next } = await readPage(rows, request.limit);
  return { entries: page.map(viewOf), next };
}

// Its type is the query so far, which only Kysely can spell out.
function auditRows(database: Database, { before, tenant }: AuditRequest) {
  let rows = database.selectFrom("audit").selectAll().select("id as number").orderBy("id", "desc");
  if (before !== undefined) {
    rows = rows.where("id", "<", before);
  }
  return tenant === undefined ? rows : rows.where("tenant_id", "=", tenant);
}

type AuditRow = Awaited<ReturnType<ReturnType<typeof auditRows>["execute"]>>[number];

function viewOf(row: AuditRow): AuditView {
  return {
    id: row.id,
    at: row.at.toISOString(),
    actor: row.actor,
    actorId: row.actor_id,
    token: row.token_id,
    clientAddress: row.client_address,
    action: row.action,
    customer: row.customer_id,
    tenant: row.tenant_id,
    subject: row.subject,
    details: row.details as AuditDetails,
  };
}

async function ownerOf(
  database: Database,
  tenant: string,
): Promise<{ readonly customer_id: string; readonly copy_of: string | null } | undefined> {
  return database.selectFrom("tenant").select(["customer_id", "copy_of"]).where("id", "=", tenant).executeTakeFirst();
}
