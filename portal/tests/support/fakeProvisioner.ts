import { setTimeout as delay } from "node:timers/promises";
import type { Phase } from "../../src/jobs/jobs.ts";
import type { Provisioner, TenantSpec } from "../../src/worker/provisioner.ts";

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
  /** Tenants that were decommissioned, and the last day for which their backups stay. */
  readonly decommissioned: [string, string | undefined][] = [];
  /** Tenants of which something was erased, and whether that was all. */
  readonly erased: [string, boolean][] = [];
  /** Milliseconds that making one takes. */
  takes = 50;
  /** Set, making one takes until it is fulfilled instead. */
  held: Promise<void> | undefined;
  /** Set, it fails each. */
  fault: Error | undefined;

  async create(tenant: TenantSpec, report: (phase: Phase) => void, signal: AbortSignal): Promise<string> {
    const busy = (this.busy.get(tenant.id) ?? 0) + 1;
    this.busy.set(tenant.id, busy);
    this.mostOfOne = Math.max(this.mostOfOne, busy);
    try {
      report("preparing");
      report("database");
      report("preparing");
      await (this.held ?? delay(this.takes, undefined, { signal }));
      if (this.fault) {
        throw this.fault;
      }
      report("odoo");
      this.made.push(tenant);
      return `http://127.0.0.1/${tenant.id}`;
    } finally {
      this.busy.set(tenant.id, this.busy.get(tenant.id)! - 1);
    }
  }

  async bring(
    { id, plan }: TenantSpec,
    state: "running" | "suspended",
    report: (phase: Phase) => void,
    signal: AbortSignal,
  ): Promise<void> {
    report("preparing");
    await delay(this.takes, undefined, { signal });
    if (this.fault) {
      throw this.fault;
    }
    this.brought.push([id, state]);
    this.plans.push([id, plan]);
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
