import type { Context } from "hono";
import { type AuditDetails, type AuditEntry, record } from "../audit/audit.ts";
import { sql } from "kysely";
import type { Database } from "../database/connect.ts";
import { wantedLanguage } from "../languages.ts";
import { noteLanguage } from "../orders/customers.ts";
import { hashOf } from "../orders/identifiers.ts";
import { type ApiEnv, operatorPath } from "./operation.ts";
import { Problem } from "./problems.ts";
import type { Caller } from "./tokens.ts";

/** Hours for which an answer is kept for a repeated request. */
const keptHours = 24;

/** What a write did. */
export interface Effect {
  readonly status: 200 | 201 | 204;
  readonly body?: unknown;
  /** What is kept for repeated requests in place of a body that has a secret. */
  readonly kept?: unknown;
  /** What follows once it is certain; not repeated, and its failure doesn't undo anything. */
  readonly afterwards?: () => Promise<void>;
  /** What the audit trail says of it, beside who did which operation. */
  readonly audit: {
    readonly tenant?: string | undefined;
    /** Whom an operator's write concerns, where that doesn't follow from the tenant. */
    readonly customer?: string;
    /** Id of what was changed. */
    readonly subject: string;
    readonly details?: AuditDetails;
  };
}

/**
 * Carries a write out once for an idempotency key, and answers repeated requests as the first was. Effect and answer are in one
 * transaction, with the entry of the audit trail, and so is the lock: a process that dies leaves neither, and the next request is the first again. A refused write
 * changed nothing, so its key is free.
 *
 * Keys of different members have nothing to do with each other; those who have no account share theirs.
 *
 * @param body what was validated of the body.
 * @throws Problem when the key is missing, is of another request, or of one that is still being answered.
 */
export async function once(
  context: Context<ApiEnv>,
  database: Database,
  body: unknown,
  effect: (transaction: Database) => Promise<Effect>,
): Promise<Response> {
  const key = context.req.header("Idempotency-Key") ?? "";
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new Problem("keyMissing", "expected 1 to 255 characters that nobody used before, for example a UUID");
  }
  const owner = (context.var.caller as Caller | undefined)?.member ?? "nobody";
  const fingerprint = hashOf(JSON.stringify([context.req.method, context.req.path, body]));
  const { done, isRepeated } = await database.transaction().execute(async (transaction) => {
    // Arrays as text: no owner and key can be put together to pass for another pair.
    const { rows } = await sql<{ isMine: boolean }>`
      select pg_try_advisory_xact_lock(hashtextextended(${JSON.stringify([owner, key])}, 7130002)) as "isMine"
    `.execute(transaction);
    if (!rows[0]!.isMine) {
      throw new Problem("inFlight", "ask again in a second; the answer will be the first request's");
    }
    const before = await transaction
      .selectFrom("idempotency")
      .selectAll()
      .where("owner", "=", owner)
      .where("key", "=", key)
      .executeTakeFirst();
    if (before && before.fingerprint !== fingerprint) {
      throw new Problem("keyReused", "take a new key for another request");
    }
    if (before) {
      const repeated = { status: before.status as Effect["status"], body: JSON.parse(before.body) as unknown };
      return { done: repeated, isRepeated: true };
    }
    const fresh = await effect(transaction);
    await record(transaction, { ...whoAsks(context), ...fresh.audit });
    const caller = context.var.caller as Caller | undefined;
    // A program's language is nobody's.
    if (caller?.role === "owner" && context.var.session) {
      await noteLanguage(transaction, caller.customer, wantedLanguage(context));
    }
    await transaction
      .insertInto("idempotency")
      .values({
        owner,
        key,
        fingerprint,
        status: fresh.status,
        body: JSON.stringify(fresh.kept ?? fresh.body ?? null),
      })
      .execute();
    return { done: fresh, isRepeated: false };
  });
  if ("afterwards" in done) {
    await done.afterwards?.();
  }
  if (isRepeated) {
    context.header("Idempotency-Replayed", "true");
  }
  return done.status === 204 ? context.body(null, 204) : context.json(done.body as object, done.status);
}

/** Who asks for an operation, as the audit trail says it. */
export function whoAsks(context: Context<ApiEnv>): AuditEntry {
  const { operation: action, clientAddress } = context.var;
  // What needs no token has no caller.
  const caller = context.var.caller as Caller | undefined;
  if (!caller) {
    return { actor: "anyone", action, clientAddress };
  }
  const { customer, member, token } = caller;
  // An operator changes what is others'; whose it is follows from the tenant.
  return context.req.path.startsWith(operatorPath)
    ? { actor: "operator", actorId: member, token, action, clientAddress }
    : { actor: "customer", actorId: member, token, customer, action, clientAddress };
}

/** Forgets answers that are older than `keptHours`. */
export async function forgetOldKeys(database: Database): Promise<void> {
  await database
    .deleteFrom("idempotency")
    .where("created_at", "<", sql<Date>`now() - make_interval(hours => ${keptHours})`)
    .execute();
}
