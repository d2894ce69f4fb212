import { setTimeout as delay } from "node:timers/promises";
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import type { BackupFacts, ExportFacts, LinkOffer, TenantSizes } from "odoo-fleet";
import type { LinkPurpose } from "../../src/database/passwordTables.ts";
import type { Phase } from "../../src/jobs/jobs.ts";
import type { Provisioner, RecoverableTenant, TenantSpec } from "../../src/worker/provisioner.ts";

/** Makes nothing, and notes what it was asked for. */
export class FakeProvisioner implements Provisioner {
  /** Tenants that are being made, and how many of them there were at once of one at most. */
  readonly busy = new Map<string, number>();
  mostOfOne = 0;
  readonly made: TenantSpec[] = [];
  readonly removed: string[] = [];
  /** Tenants that were stopped and started, in that sequence. */
  readonly brought: [string, "running" | "suspended"][] = [];
  /** The plans that they had then. */
  readonly plans: [string, string][] = [];
  /** Minutes without a visit after which they sleep again, where a visit wakes them then. */
  readonly wakes: [string, number | undefined][] = [];
  /** Tenants that were decommissioned, and the last day for which their backups stay. */
  readonly decommissioned: [string, string | undefined][] = [];
  /** Tenants of which something was erased, and whether that was all. */
  readonly erased: [string, boolean][] = [];
  /** Milliseconds that making one takes. */
  takes = 50;
  /** Set, making one takes until it is fulfilled instead. */
  held: Promise<void> | undefined;
  /** Set, it is called as one is about to be made. */
  finishing: ((tenant: string) => Promise<void>) | undefined;
  /** Set, it fails each. */
  fault: Error | undefined;
  /** The next ones that are made fail by these, one after the other. */
  faults: Error[] = [];

  async create(tenant: TenantSpec, report: (phase: Phase) => void, signal: AbortSignal): Promise<string> {
    const busy = (this.busy.get(tenant.id) ?? 0) + 1;
    this.busy.set(tenant.id, busy);
    this.mostOfOne = Math.max(this.mostOfOne, busy);
    try {
      report("preparing");
      report("database");
      report("preparing");
      await (this.held ?? delay(this.takes, undefined, { signal }));
      const fault = this.faults.shift() ?? this.fault;
      if (fault) {
        throw fault;
      }
      report("odoo");
      await this.finishing?.(tenant.id);
      this.made.push(tenant);
      return `http://127.0.0.1/${tenant.id}`;
    } finally {
      this.busy.set(tenant.id, this.busy.get(tenant.id)! - 1);
    }
  }

  async bring(
    { id, plan, domains, sleepAfter }: TenantSpec,
    state: "running" | "suspended",
    report: (phase: Phase) => void,
    signal: AbortSignal,
  ): Promise<string> {
    report("preparing");
    await delay(this.takes, undefined, { signal });
    if (this.fault) {
      throw this.fault;
    }
    this.brought.push([id, state]);
    this.wakes.push([id, state === "suspended" ? sleepAfter : undefined]);
    this.plans.push([id, plan]);
    return domains[0] === undefined ? `http://127.0.0.1/${id}` : `https://${domains[0]}`;
  }

  /** Restores that were made, what was switched to, and what was removed. */
  readonly restores: [string, number][] = [];
  readonly switched: [string, number][] = [];
  readonly removedData: [string, number][] = [];
  /** Set, a step of a restore fails by it. */
  restoreFault: { readonly step: "restore" | "undo" | "switch" | "copy"; readonly error: Error } | undefined;
  facts: BackupFacts = { from: new Date("2026-11-10T10:00:00Z"), isUnproven: false };

  private failAt(step: "restore" | "undo" | "switch" | "copy"): void {
    if (this.restoreFault?.step === step) {
      throw this.restoreFault.error;
    }
  }

  async restore({ id, restored }: TenantSpec, _at: Date, signal: AbortSignal): Promise<number> {
    await delay(this.takes, undefined, { signal });
    this.failAt("restore");
    this.restores.push([id, restored + 1]);
    return restored + 1;
  }

  async undoRestore(_tenant: TenantSpec, signal: AbortSignal): Promise<void> {
    await delay(this.takes, undefined, { signal });
    this.failAt("undo");
  }

  async switchTo({ id, restored }: TenantSpec, report: (phase: Phase) => void, signal: AbortSignal): Promise<string> {
    report("database");
    await delay(this.takes, undefined, { signal });
    this.failAt("switch");
    this.switched.push([id, restored]);
    return `http://127.0.0.1/${id}`;
  }

  /** Copies that were filled, of what, and with which number; and that were removed, with the number that they had and another one. */
  readonly copies: [string, string | undefined, number][] = [];
  readonly removedCopies: [string, number, number][] = [];

  async copy({ id, copyOf, restored }: TenantSpec, signal: AbortSignal): Promise<number> {
    await delay(this.takes, undefined, { signal });
    this.failAt("copy");
    this.copies.push([id, copyOf?.id, restored + 1]);
    return restored + 1;
  }

  async removeCopy(
    { id, restored }: TenantSpec,
    other: number,
    report: (phase: Phase) => void,
    signal: AbortSignal,
  ): Promise<void> {
    report("preparing");
    await delay(this.takes, undefined, { signal });
    this.removedCopies.push([id, restored, other]);
  }

  removeRestored({ id, restored }: TenantSpec, generation: number): Promise<void> {
    if (generation === restored) {
      throw new Error(`tenant ${id} runs on ${restored}`);
    }
    this.removedData.push([id, generation]);
    return Promise.resolve();
  }

  /** Tenants whose host was lost. */
  readonly lostOnes = new Set<string>();

  isLost({ id }: TenantSpec): Promise<boolean> {
    return Promise.resolve(this.lostOnes.has(id));
  }

  lost({ id }: TenantSpec, state: "running" | "suspended"): RecoverableTenant {
    const settings = { environment: "test", hosts: {}, tenant: id, tenants: { [id]: { slot: 1, state } } };
    return { settings, stack: () => Promise.reject(new Error("no stack")) };
  }

  /** What files of exports hold; tenants that were exported, and what they were then. */
  exported = "a zip";
  readonly exports: [string, "running" | "suspended"][] = [];
  /** Set, an export fails by it. */
  exportFault: Error | undefined;

  async export(
    { id }: TenantSpec,
    state: "running" | "suspended",
    file: string,
    packing: () => void,
    signal: AbortSignal,
  ): Promise<ExportFacts> {
    await delay(this.takes, undefined, { signal });
    packing();
    if (this.exportFault) {
      throw this.exportFault;
    }
    await writeFile(file, this.exported, { flag: "wx" });
    this.exports.push([id, state]);
    const sha256 = createHash("sha256").update(this.exported).digest("hex");
    return { bytes: Buffer.byteLength(this.exported), sha256 };
  }

  /** Links that tenants were given. */
  readonly offers: [string, LinkOffer, LinkPurpose][] = [];
  /** Set, giving one fails by it. */
  offerFault: Error | undefined;

  offerLink({ id }: TenantSpec, purpose: LinkPurpose, offer: LinkOffer): Promise<void> {
    if (this.offerFault) {
      return Promise.reject(this.offerFault);
    }
    this.offers.push([id, offer, purpose]);
    return Promise.resolve();
  }

  readBackups(): Promise<BackupFacts> {
    return Promise.resolve(this.facts);
  }

  /** What tenants have stored; undefined: their helpers don't answer. */
  sizes: TenantSizes | undefined = { databaseBytes: 20_000_000, filesBytes: 5_000_000, memoryBytes: 600_000_000 };

  readSizes({ id }: TenantSpec): Promise<TenantSizes> {
    return this.sizes ? Promise.resolve(this.sizes) : Promise.reject(new Error(`no helper of ${id}`));
  }

  async decommission(
    { id }: TenantSpec,
    keepUntil: string | undefined,
    report: (phase: Phase) => void,
    signal: AbortSignal,
  ): Promise<void> {
    report("backup");
    await delay(this.takes, undefined, { signal });
    if (this.fault) {
      throw this.fault;
    }
    this.decommissioned.push([id, keepUntil]);
  }

  erase(id: string, isOver: boolean, report: (phase: Phase) => void): Promise<void> {
    report("preparing");
    this.erased.push([id, isOver]);
    return this.fault ? Promise.reject(this.fault) : Promise.resolve();
  }

  removeUnserved({ id }: TenantSpec): Promise<void> {
    this.removed.push(id);
    return Promise.resolve();
  }
}
