import type { BackupFacts, ExportFacts, LostTenant, LinkOffer, TenantSizes } from "odoo-fleet";
import type { LinkPurpose } from "../database/passwordTables.ts";
import type { Phase } from "../jobs/jobs.ts";

/** What a tenant is made from. */
export interface TenantSpec {
  /** Names its stack and all of its objects. */
  readonly id: string;
  /** First label of its host name. */
  readonly address: string;
  readonly company: string;
  readonly plan: string;
  readonly odooVersion: string;
  /** What its database began with, beside what each has. */
  readonly modules: readonly string[];
  readonly host: string;
  readonly slot: number;
  /** Which restore its data is of; 0: none. */
  readonly restored: number;
  /** Domains of its customer's that are proven; the first is its public address. */
  readonly domains: readonly string[];
  /** Minutes without a visit after which it sleeps again when a visit has woken it while it is suspended; undefined: no visit does. */
  readonly sleepAfter?: number;
  /** What it is a staging copy of; undefined: it is none. */
  readonly copyOf?: TenantSpec;
}

/** What the library recovers a tenant by. */
export type RecoverableTenant = Pick<LostTenant, "settings" | "stack" | "up">;

/** Makes tenants. What is here is asked again after a worker died in the middle of it, so it goes on from wherever that was. */
export interface Provisioner {
  /**
   * Brings a tenant up.
   *
   * @param report is told of each phase that it comes to; the same one may come again.
   * @param signal ends it before it is done; then it throws.
   * @returns where customers reach it.
   * @throws PolicyError when a rule of the policy pack refuses it.
   */
  create(tenant: TenantSpec, report: (phase: Phase) => void, signal: AbortSignal): Promise<string>;
  /** Stops a tenant but for the page that says so, or lets it run again; its data stays. @returns where customers reach it. @throws PolicyError */
  bring(
    tenant: TenantSpec,
    state: "running" | "suspended",
    report: (phase: Phase) => void,
    signal: AbortSignal,
  ): Promise<string>;
  /**
   * Restores a tenant to a moment beside what serves, and proves that; it goes on serving what it has.
   *
   * @returns the number by which `switchTo` brings it there.
   * @throws RestoreError when that can't be restored; nothing is left of it then.
   */
  restore(tenant: TenantSpec, at: Date, signal: AbortSignal): Promise<number>;
  /** Makes what a tenant had before its last restore ready for `switchTo`. @throws RestoreError when it can't be; the tenant is as it was. */
  undoRestore(tenant: TenantSpec, signal: AbortSignal): Promise<void>;
  /** Lets a tenant, or a copy, run on the data of its `restored`, whichever it had. @returns where customers reach it. @throws PolicyError */
  switchTo(tenant: TenantSpec, report: (phase: Phase) => void, signal: AbortSignal): Promise<string>;
  /**
   * Fills a copy from the backups of what it is of, beside what it serves: neutralised, with an identity of its own, and proven.
   *
   * @returns the number by which `switchTo` brings it there.
   * @throws RestoreError when it can't be; nothing is left of it then, and the copy is as it was.
   * @throws PolicyError
   */
  copy(tenant: TenantSpec, signal: AbortSignal): Promise<number>;
  /** Removes all of a copy. @param other number of volumes that it may have besides. @throws PolicyError */
  removeCopy(tenant: TenantSpec, other: number, report: (phase: Phase) => void, signal: AbortSignal): Promise<void>;
  /**
   * Whether what a tenant had on its host is gone with it. To be called under the tenant's lock: one that is left on its stack by a process that was killed is
   * taken away.
   *
   * @throws RestoreError where that isn't known.
   */
  isLost(tenant: TenantSpec): Promise<boolean>;
  /** What a tenant is recovered by, to be brought to what it was. */
  lost(tenant: TenantSpec, state: "running" | "suspended", signal: AbortSignal): RecoverableTenant;
  /** Removes data of a tenant, or a copy, that it doesn't run on. @param generation which restore it is of; 0: of before the first. */
  removeRestored(tenant: TenantSpec, generation: number): Promise<void>;
  /**
   * Exports a tenant into a file that isn't there yet, and is only once it is whole; the tenant stays what it is.
   *
   * @param packing is called when what is packed was restored and proven.
   * @throws RestoreError when it can't be; nothing of it is left then.
   */
  export(
    tenant: TenantSpec,
    state: "running" | "suspended",
    file: string,
    packing: () => void,
    signal: AbortSignal,
  ): Promise<ExportFacts>;
  /** Puts a link by which its administrator sets his password, or signs in, into a tenant that runs; again, it changes nothing. @throws RestoreError when it can't be */
  offerLink(tenant: TenantSpec, purpose: LinkPurpose, offer: LinkOffer): Promise<void>;
  /** What can be restored of a tenant that runs. */
  readBackups(tenant: TenantSpec): Promise<BackupFacts>;
  /** How much a tenant that runs has stored. */
  readSizes(tenant: TenantSpec): Promise<TenantSizes>;
  /**
   * Ends a tenant that served: its last backup is made and proven, then its containers and networks go. Where that fails it is left as it
   * was, its data protected.
   *
   * @param keepUntil last day in UTC for which its backups stay, such as `2026-12-27`; undefined: they go with its data.
   * @throws PolicyError
   */
  decommission(
    tenant: TenantSpec,
    keepUntil: string | undefined,
    report: (phase: Phase) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /**
   * Removes what is left of a tenant that was decommissioned: its database and files, and its backups, with all that opens them, once their
   * time is over.
   *
   * @param id names its stack.
   * @param isOver whether its backups go too; then nothing of it may be left.
   * @throws PolicyError
   */
  erase(id: string, isOver: boolean, report: (phase: Phase) => void, signal: AbortSignal): Promise<void>;
  /** Removes all of a tenant that never served. Nothing of it may be left. @throws PolicyError */
  removeUnserved(tenant: TenantSpec): Promise<void>;
}
