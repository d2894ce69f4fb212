import type { AlertLookTable } from "./alertTables.ts";
import type { CertificateLookTable, CertificateTable } from "./certificateTables.ts";
import type { DomainTables } from "./domainTables.ts";
import type { PasskeyTables } from "./passkeyTables.ts";
import type { IdentityTables } from "./identityTables.ts";
import type { PaymentTables } from "./paymentTables.ts";
import type { Language } from "../languages.ts";
import type { ColumnType, Generated } from "kysely";
import type { InvoiceTables } from "./invoiceTables.ts";
import type { UsageTables } from "./usageTables.ts";
import type { ExportTable } from "./exportTables.ts";
import type { PasswordLinkTable } from "./passwordTables.ts";
import type { TeamTables } from "./teamTables.ts";
import type { WebhookTables } from "./webhookTables.ts";

/** A moment that the database sets when a row is made. */
export type MadeAt = ColumnType<Date, Date | undefined, never>;

/** Who orders and pays: a team, which is one login until somebody is invited. */
export interface CustomerTable {
  readonly id: string;
  /** Where its mails go, and what it is called: the address of an owner, in lower case. */
  email: string;
  /** Address that it came to be with; by it trials are counted. */
  readonly founded_by: string;
  /** What its mails are written in: what its owner's browser asked for; null: it isn't known. */
  language: Language | null;
  /** Until when an operator gives it more time to pay: up to then nothing of it is suspended; null: none. */
  deferred_until: Date | null;
  /** When everything of it was erased that nobody has to keep; null: it is a customer. */
  forgotten_at: Date | null;
  readonly created_at: MadeAt;
}

/** A customer's Odoo, from its order on. */
export interface TenantTable {
  /** Names its stack and all of its objects for good: neither its address nor its company is in it. */
  readonly id: string;
  readonly customer_id: string;
  /** First label of its host name; can change. */
  address: string;
  company: string;
  plan: string;
  /** The plan that it is on its way to; null: none. */
  next_plan: string | null;
  odoo_version: string;
  /** Names of the sets of modules that it was ordered with. */
  readonly sets: Generated<string[]>;
  /** What they held then, which its database began with: sorted, each once. */
  readonly modules: Generated<string[]>;
  /** Where it is; null together with `slot` while it waits for a place, and after it has given it back. */
  host: string | null;
  slot: number | null;
  readonly created_at: MadeAt;
  /** The tenant that it is a staging copy of; null: it is none. A copy has no order, and isn't invoiced. */
  readonly copy_of: string | null;
  /** When a copy is removed, unless that is put off; null of what is none. */
  copy_until: Date | null;
  /** Number of the volumes that were filled and that it isn't brought to yet; null: there are none. */
  copy_filled: number | null;
  /** Of when a copy's data is; null: it has none yet. */
  copied_at: Date | null;
  /** When its order was cancelled or expired, before anything of it was made; its address is free at once. */
  withdrawn_at: Date | null;
  /** When its grace ends, of one that is to be deleted; null: it isn't, or that was undone. Until then it is suspended. */
  delete_at: Date | null;
  /** When its customer was told so by mail; null: not yet. */
  deletion_told_at: Date | null;
  /** When it was deleted after it had served: its last backup is proven, nothing of it runs, and its address is held back for a while. */
  deleted_at: Date | null;
  /** Up to then the backups of a deleted one stay; null: none do. */
  keep_until: Date | null;
  /** When the database and the files of a deleted one were removed. */
  data_erased_at: Date | null;
  /** When its backups were, with all that opened them: nothing is left. */
  erased_at: Date | null;
  /** When its address and company were erased; null: they weren't. */
  forgotten_at: Date | null;
  /** Where customers reach it; null until it is ready. */
  url: string | null;
  /** When it first served. */
  ready_at: Date | null;
  /** What a job brought it to last; null until it was ready. */
  made_state: "running" | "suspended" | null;
  /** Minutes without a visit after which it sleeps again, where it was brought to sleep so that a visit wakes it; null: none does. */
  made_sleep_after: number | null;
  /** Since when it is awake by a visit, of one that is suspended; null: it sleeps, as far as the worker knows. */
  woken_at: Date | null;
  /** Domains of its customer's that it was brought up with last, its public address first. */
  made_domains: Generated<string[]>;
  /** Which restore its data is of, as the fleet counts them; 0: none. */
  restored: Generated<number>;
  /** When its customer stopped it; null: he didn't, or started it since. */
  stopped_at: Date | null;
  /** When an operator suspended it, which only an operator takes back. */
  operator_suspended_at: Date | null;
  /** Why he did, in words that its customer reads; null: he said nothing, or it isn't suspended. */
  suspension_reason: string | null;
  /** When it was suspended as an invoice of its customer isn't paid; null: it isn't. */
  unpaid_at: Date | null;
  /** From then on it doesn't run, as its customer wants it. */
  expires_at: Date | null;
  /** The end of its trial; from then on it doesn't run. */
  trial_until: Date | null;
  /** Up to then it runs outside of its active hours too. */
  awake_until: Date | null;
  /** Hours in which it runs, as the fleet writes them; empty: at any time. */
  active_hours: Generated<string[]>;
  /** Days on which no active hours start. */
  holidays: Generated<string[]>;
  /** Minutes without a visit after which it sleeps again, where its customer wants a visit to wake it; null: he doesn't. */
  sleep_after: number | null;
}

/**
 * What is done to a tenant. `wake` has it sleep so that a visit wakes it, or so that none does any more. A restore can be undone until it is settled, which removes what there was before it. One that never served is removed; one that did is deleted, which makes its last backup, and erased: its data at
 * once, its backups when their time is over. A staging copy is filled, also anew, and removed.
 */
export type JobKind =
  | "create"
  | "suspend"
  | "resume"
  | "wake"
  | "resize"
  | "domains"
  | "restore"
  | "undo"
  | "settle"
  | "export"
  | "password"
  | "login"
  | "copy"
  | "removeCopy"
  | "remove"
  | "delete"
  | "erase";

/** Why a job failed: a rule of the policy pack refused what was to be made, it can't be restored and is as it was, or something else. */
export type JobFailure = "policy" | "restore" | "fault";

/** Something that a worker does to a tenant. */
export interface JobTable {
  readonly id: string;
  /** Place in the queue. */
  readonly number: Generated<string>;
  readonly tenant_id: string;
  readonly kind: JobKind;
  /** Id by which pg-boss delivers it. */
  readonly delivery_id: string;
  state: "queued" | "running" | "done" | "failed" | "cancelled";
  readonly queued_at: MadeAt;
  started_at: Date | null;
  ended_at: Date | null;
  /** Null unless it failed; `fault` is also that of a job that failed before this was noted. */
  failure: JobFailure | null;
  /** The end of what was said of that, at most 2,000 characters with secrets masked, for operators; null: nothing was kept. */
  fault: string | null;
  /** When its customer wanted it to end; the worker that has it looks for this each second. */
  cancel_requested_at: Date | null;
}

/** A phase that a job came to. */
export interface JobEventTable {
  /** Rises within a job: what an event stream goes on from. */
  readonly id: Generated<string>;
  readonly job_id: string;
  readonly phase: string;
  readonly at: MadeAt;
}

/** What was ordered, at which price; never changed, except for how far it got. */
export interface OrderTable {
  readonly id: string;
  /** Place in the queue: orders are served in the sequence in which they came. */
  readonly number: Generated<string>;
  readonly customer_id: string;
  readonly tenant_id: string;
  readonly plan: string;
  /** Price a month, in the currency's smallest unit. */
  readonly price: number;
  /** The same while it sleeps by its hours; null: it is the price. */
  readonly asleep_price: number | null;
  readonly currency: string;
  readonly is_trial: boolean;
  /** Days for which a trial lasts, as it was ordered; null: it is none, or was ordered before they were noted. */
  readonly trial_days: ColumnType<number | null, number | null | undefined, never>;
  state: "unconfirmed" | "confirmed" | "cancelled" | "expired";
  readonly placed_at: MadeAt;
  /** Until when its e-mail address has to be confirmed. */
  readonly confirm_by: Date;
  confirmed_at: Date | null;
  /** Until when a confirmed one waits for its customer's card; null: it waits for none. */
  card_by: Date | null;
}

/** Links of confirmation; of a token only its hash is kept. */
export interface ConfirmationTable {
  readonly token_hash: string;
  readonly order_id: string;
  /** Address that it was sent to, which it proves. */
  readonly email: string;
  readonly created_at: MadeAt;
  used_at: Date | null;
}

/** Tokens by which a program acts for a customer; of a token only its hash is kept. */
export interface ApiTokenTable {
  readonly id: string;
  readonly customer_id: string;
  /** Who made it, and whose role it may no more than; null: he has left the team, and it is revoked. */
  readonly member_id: string | null;
  readonly token_hash: string;
  /** What its owner calls it. */
  readonly name: string;
  /** What it may do. */
  readonly scopes: string[];
  readonly created_at: MadeAt;
  revoked_at: Date | null;
}

/** Answers to writes, by the key that the client gave. No secret is in one. */
export interface IdempotencyTable {
  /** Whose key it is: a member's id, or `nobody`. */
  readonly owner: string;
  readonly key: string;
  /** Hash of what was asked. */
  readonly fingerprint: string;
  readonly status: number;
  readonly body: string;
  readonly created_at: MadeAt;
}

/**
 * Who did something: a customer or an operator by his token, anyone who had the code of a mail, the portal by itself as time passed, or
 * a worker.
 */
export type AuditActor = "customer" | "operator" | "anyone" | "portal" | "worker";

/** What was done. The database refuses to change or remove an entry. */
export interface AuditTable {
  readonly id: Generated<string>;
  readonly at: MadeAt;
  readonly actor: AuditActor;
  readonly actor_id: string | null;
  readonly token_id: string | null;
  readonly client_address: string | null;
  readonly action: string;
  /** Whom it concerns. */
  readonly customer_id: string | null;
  readonly tenant_id: string | null;
  readonly subject: string | null;
  readonly details: ColumnType<unknown, string, never>;
}

/** Warnings that were sent of a tenant's end. */
export interface WarningTable {
  readonly tenant_id: string;
  readonly ends_at: Date;
  /** How many days before. */
  readonly days: number;
  readonly sent_at: MadeAt;
}

/** What a plan that is sold gives its tenant. */
export interface PlanContentTable {
  readonly plan: string;
  readonly content: ColumnType<unknown, string, never>;
}

/** What a plan takes of a host, as the worker found it in the fleet's settings. */
export interface PlanNeedTable {
  readonly plan: string;
  readonly need: ColumnType<unknown, string, never>;
}

/** What a host gives to tenants, as the worker found it. */
export interface HostCapacityTable {
  readonly host: string;
  readonly capacity: ColumnType<unknown, string, never>;
}

/** Plans that tenants were to change to, at which price; never changed, except for when that was done. */
export interface PlanChangeTable {
  readonly id: Generated<string>;
  readonly tenant_id: string;
  readonly from_plan: string;
  readonly to_plan: string;
  /** Price a month, in the currency's smallest unit, as it was when it was asked for. */
  readonly price: number;
  /** The same while it sleeps by its hours; null: it is the price. */
  readonly asleep_price: number | null;
  readonly currency: string;
  readonly asked_at: Date;
  /** Null: not yet, or another one was asked for before it was. */
  done_at: Date | null;
}

/** What can be restored of a tenant, as its helper told a worker. */
export interface BackupFactTable {
  readonly tenant_id: string;
  /** From then on each moment can be; null: nothing yet. */
  readonly from_at: Date | null;
  readonly database_at: Date | null;
  readonly files_at: Date | null;
  readonly proven_at: Date | null;
  /** Whether a proof has failed since. */
  readonly is_unproven: boolean;
  readonly read_at: Date;
}

/**
 * How far a restore is. `asked`: its tenant serves what it had. `switching`: what was restored is proven, and its tenant is brought there.
 * `done`: it runs on that, and what it had before is kept. `undoing` and `switchingBack`: likewise on the way back. `failed`, `undone` and `settled` are
 * ends; after the last one, nothing is kept.
 */
export type RestoreStep =
  "asked" | "switching" | "done" | "failed" | "undoing" | "switchingBack" | "undone" | "settled";

/** Restores of tenants. */
export interface RestoreTable {
  readonly id: string;
  readonly number: Generated<string>;
  readonly tenant_id: string;
  /** The moment that is restored. */
  readonly at: Date;
  step: RestoreStep;
  /** Number of its volumes; those of before have the one before. Null: not restored yet. */
  generation: number | null;
  readonly asked_at: Date;
  /** When its tenant came to run on it. */
  done_at: Date | null;
  /** Until when what there was before is kept. */
  undo_until: Date | null;
  undone_at: Date | null;
}

/** All tables of the portal's database. */
export interface Tables
  extends
    DomainTables,
    WebhookTables,
    UsageTables,
    InvoiceTables,
    TeamTables,
    PasskeyTables,
    IdentityTables,
    PaymentTables {
  readonly customer: CustomerTable;
  readonly tenant: TenantTable;
  readonly order: OrderTable;
  readonly confirmation: ConfirmationTable;
  readonly api_token: ApiTokenTable;
  readonly idempotency: IdempotencyTable;
  readonly job: JobTable;
  readonly job_event: JobEventTable;
  readonly audit: AuditTable;
  readonly warning: WarningTable;
  readonly plan_need: PlanNeedTable;
  readonly host_capacity: HostCapacityTable;
  readonly plan_change: PlanChangeTable;
  readonly plan_content: PlanContentTable;
  readonly backup_fact: BackupFactTable;
  readonly restore: RestoreTable;
  readonly export: ExportTable;
  readonly password_link: PasswordLinkTable;
  readonly alert_look: AlertLookTable;
  readonly certificate_look: CertificateLookTable;
  readonly certificate: CertificateTable;
}
