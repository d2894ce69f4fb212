import type { BackupSettings } from "./backup";

/** A named size, as declared. What the containers get from it is solved by `solveSizing`. */
export interface Plan {
  /** MiB for a tenant's three containers together. */
  readonly memory: number;
  /** CPUs that the three containers may use together; a ceiling, not a reservation. */
  readonly cpus: number;
  /** HTTP workers; 0 is the threaded server, "auto" as many as `users` need, or else as memory and CPUs allow. */
  readonly workers: number | "auto";
  /** Users at work at the same time; with "auto" they decide the workers. */
  readonly users?: number;
  /** Cron threads, or cron processes beside workers. */
  readonly maxCronThreads: number;
  /** Minutes after which a scheduled action that is due wakes a tenant that sleeps; undefined: none does. */
  readonly wakeForActions?: number;
  /** Longest that a request may take. */
  readonly requestSeconds: number;
  /** Largest upload, MiB. */
  readonly uploadMiB: number;
  /** How its tenants are backed up, where that isn't the default. */
  readonly backup?: Partial<BackupSettings>;
}

/** What a plan that leaves these out gets. */
export const planDefaults = { workers: "auto", maxCronThreads: 1, uploadMiB: 128, requestSeconds: 600 } as const;

/** What no plan lets a request take longer than. */
export const longestRequestSeconds = 3600;

/** Seconds that whatever is in front of Odoo waits longer than Odoo lets a request take, so that it is Odoo which ends one. */
export const requestMarginSeconds = 120;

const longest = { requestSeconds: planDefaults.requestSeconds };

/** Plans that every environment has. Configuration may change some of their figures, or add plans. */
export const builtInPlans: Readonly<Record<string, Plan>> = {
  // The smallest: one threaded process, which idles at 92 MiB (measured, Odoo 19) where workers would take twice that.
  starter: { memory: 768, cpus: 2, workers: 0, maxCronThreads: 1, uploadMiB: 64, ...longest },
  basic: { memory: 2048, cpus: 2, workers: 2, maxCronThreads: 1, uploadMiB: 128, ...longest },
  pro: { memory: 4096, cpus: 4, workers: "auto", users: 24, maxCronThreads: 1, uploadMiB: 128, ...longest },
  enterprise: { memory: 8192, cpus: 8, workers: "auto", users: 60, maxCronThreads: 2, uploadMiB: 256, ...longest },
};
