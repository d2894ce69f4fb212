import fc from "fast-check";
import { builtInPlans, odooProcesses, solveSizing } from "../../../fleet";
import { renderNginxConf } from "../../../components/tenant/config/nginxConf";
import { maxWorkers, sizingRules } from "../../../fleet/sizing";
import type { Sizing } from "../../../fleet/types";
import { plan } from "./arbitraries";

const bytesPerMiB = 1024 * 1024;

/** Solves the plan and gives what follows from it, or skips the case. */
function solved(input: Parameters<typeof solveSizing>[0]) {
  const result = solveSizing(input);
  fc.pre(result.ok);
  const { odoo, postgres, nginx } = result.sizing;
  const processes = odooProcesses(odoo.workers, odoo.maxCronThreads);
  const threads = odoo.workers > 0 ? 0 : sizingRules.threadedHttpThreads + odoo.maxCronThreads;
  const overhead = sizingRules.virtualOverhead + threads * sizingRules.virtualPerThread;
  return { odoo, postgres, nginx, processes, overhead };
}

/** MiB that each Odoo process may have, and the process that watches them. */
function budget(odoo: Sizing["odoo"], overhead: number): { resident: number; parent: number } {
  const resident = odoo.limitMemoryHard / bytesPerMiB - Math.max(overhead, sizingRules.reportOverhead);
  return { resident, parent: odoo.workers > 0 ? sizingRules.odooParent : 0 };
}

describe("a solved plan", () => {
  test("gives the three containers no more memory and CPUs than it has", () => {
    fc.assert(
      fc.property(plan, (input) => {
        const { odoo, postgres, nginx } = solved(input);
        expect(odoo.memoryMiB + postgres.memoryMiB + nginx.memoryMiB).toBeLessThanOrEqual(input.memory);
        expect(odoo.cpus + postgres.cpus + nginx.cpus).toBeLessThanOrEqual(input.cpus + 1e-9);
        expect(Math.min(odoo.cpus, postgres.cpus, nginx.cpus)).toBeGreaterThanOrEqual(0.05);
      }),
    );
  });

  test("lets all Odoo processes use their whole budget at once within the container", () => {
    fc.assert(
      fc.property(plan, (input) => {
        const { odoo, processes, overhead } = solved(input);
        const { resident, parent } = budget(odoo, overhead);
        expect(resident).toBeGreaterThanOrEqual(sizingRules.processLeast);
        expect(processes * resident + parent + odoo.tmpMiB).toBeLessThanOrEqual(odoo.memoryMiB);
        expect(odoo.limitMemorySoft / bytesPerMiB).toBeLessThanOrEqual(overhead + resident);
        expect(odoo.limitMemorySoft).toBeLessThan(odoo.limitMemoryHard);
        // wkhtmltopdf inherits the hard limit and crashes below 1.5 GB of address space.
        expect(odoo.limitMemoryHard).toBeGreaterThan(1.5e9);
        // An idle process must not be recycled after every request.
        expect(odoo.limitMemorySoft / bytesPerMiB).toBeGreaterThan(overhead + 92);
      }),
    );
  });

  test("has connections for all Odoo processes, the superuser and maintenance", () => {
    fc.assert(
      fc.property(plan, (input) => {
        const { odoo, postgres, processes } = solved(input);
        const headroom = postgres.maxConnections - processes * odoo.dbMaxconn - 3;
        expect(headroom).toBeGreaterThanOrEqual(sizingRules.maintenanceConnections);
      }),
    );
  });

  test("keeps PostgreSQL's settings inside its container", () => {
    fc.assert(
      fc.property(plan, (input) => {
        const { postgres } = solved(input);
        const used =
          postgres.sharedBuffersMiB +
          (postgres.workMemKiB / 1024) * postgres.maxConnections +
          2 * postgres.maintenanceWorkMemMiB +
          sizingRules.postgresConnection * postgres.maxConnections +
          sizingRules.postgresProcesses;
        expect(used).toBeLessThanOrEqual(postgres.memoryMiB);
        expect(postgres.memoryMiB).toBeGreaterThanOrEqual(160);
        expect(postgres.effectiveCacheSizeMiB).toBeLessThan(postgres.memoryMiB);
        expect(postgres.sharedBuffersMiB).toBeGreaterThanOrEqual(32);
        expect(postgres.workMemKiB).toBeGreaterThanOrEqual(64);
        expect(postgres.shmSizeMiB).toBeGreaterThanOrEqual(postgres.maintenanceWorkMemMiB);
      }),
    );
  });

  test("has no more workers than CPUs allow, as many as asked for, and enough for its users", () => {
    fc.assert(
      fc.property(plan, (input) => {
        const { odoo } = solved(input);
        expect(odoo.workers).toBeLessThanOrEqual(maxWorkers(input.cpus));
        if (input.workers !== "auto") {
          expect(odoo.workers).toBe(input.workers);
        } else if (input.users !== undefined) {
          expect(odoo.workers * 6).toBeGreaterThanOrEqual(input.users);
          expect((odoo.workers - 1) * 6).toBeLessThan(input.users);
        }
      }),
    );
  });

  test("can take an upload at its largest in Nginx and in Odoo", () => {
    fc.assert(
      fc.property(plan, (input) => {
        const { odoo, nginx, processes, overhead } = solved(input);
        expect(nginx.uploadMiB).toBe(input.uploadMiB);
        // What waits in Nginx waits on the disk, so its memory follows no upload's size.
        expect(nginx.memoryMiB).toBe(sizingRules.nginxProcesses + sizingRules.nginxFiles);
        const { resident, parent } = budget(odoo, overhead);
        expect(odoo.memoryMiB - processes * resident - parent - odoo.tmpMiB).toBeGreaterThanOrEqual(input.uploadMiB);
        expect(odoo.limitTimeCpu).toBeLessThan(odoo.limitTimeReal);
      }),
    );
  });

  test("lets a request take as long as it says, and nothing ends one before Odoo does", () => {
    fc.assert(
      fc.property(plan, (input) => {
        const { odoo, postgres } = solved(input);
        expect(odoo.limitTimeReal).toBe(input.requestSeconds);
        expect(postgres.idleInTransactionMinutes * 60).toBeGreaterThanOrEqual(odoo.limitTimeReal);
        const settings = {
          tenant: "acme",
          odooAddress: "10.200.0.98",
          workers: odoo.workers,
          uploadMiB: 64,
          cacheMiB: 24,
        };
        const conf = renderNginxConf({ ...settings, requestSeconds: odoo.limitTimeReal });
        const waits = [...conf.matchAll(/proxy_(?:read|send)_timeout (\d+)s;/g)].map(([, seconds]) => Number(seconds));
        expect(waits).toHaveLength(2);
        expect(Math.min(...waits)).toBeGreaterThan(odoo.limitTimeReal);
      }),
      { numRuns: 50 },
    );
  });
});

describe("a plan that can't be", () => {
  test("is told the least that would do, and that is really the least", () => {
    let refused = 0;
    fc.assert(
      fc.property(plan, (input) => {
        const result = solveSizing(input);
        if (result.ok) {
          return;
        }
        refused++;
        const { key, minimum, reason } = result.fault;
        expect(reason).toMatch(/\d/);
        expect(minimum).toBeGreaterThan(input[key]);
        const sameFault = (value: number): boolean => {
          const again = solveSizing({ ...input, [key]: value });
          return !again.ok && again.fault.key === key;
        };
        expect(sameFault(minimum)).toBe(false);
        expect(sameFault(minimum - (key === "memory" ? 1 : 0.5))).toBe(true);
      }),
      { numRuns: 500 },
    );
    expect(refused).toBeGreaterThan(50);
  });
});

describe("built-in plans", () => {
  test.each(Object.entries(builtInPlans))("%s has a solution", (_name, input) => {
    expect(solveSizing(input)).toMatchObject({ ok: true });
  });

  test("the smallest is threaded, with little shared memory, and its containers fit into one CPU each", () => {
    const { odoo, postgres, nginx, processes } = solved(builtInPlans.starter!);
    expect(odoo.workers).toBe(0);
    expect(processes).toBe(1);
    expect(postgres.sharedBuffersMiB).toBe(32);
    expect(postgres.maxConnections).toBeLessThanOrEqual(30);
    expect(Math.max(odoo.cpus, postgres.cpus, nginx.cpus)).toBeLessThanOrEqual(1);
  });

  test("sizes by users: pro has 4 workers for 24 users, enterprise 10 for 60", () => {
    expect(solved(builtInPlans.pro!).odoo.workers).toBe(4);
    expect(solved(builtInPlans.enterprise!).odoo.workers).toBe(10);
  });
});
