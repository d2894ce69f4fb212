import type { Plan } from "./plans";
import type { RunningTenant, Sizing, SuspendedTenant } from "./types";

/** Why a plan can't be sized: what is wrong, and the least that would do. */
export interface SizingFault {
  /** The plan's key that has to change. */
  readonly key: "memory" | "cpus";
  readonly reason: string;
  readonly minimum: number;
}

export type SizingResult =
  { readonly ok: true; readonly sizing: Sizing } | { readonly ok: false; readonly fault: SizingFault };

/**
 * Share of the CPUs that what may wait has, such as backups: who serves somebody has 1024, the engine's default. It counts on a host whose CPUs are all
 * busy alone. A change of it is applied to the running container.
 */
export const backgroundShares = 128;

/** The figures that plans are solved with; MiB unless their names say otherwise. */
export const sizingRules = {
  /** Nginx with one worker process and its cache keys; it idles at about 10 MiB. */
  nginxProcesses: 48,
  /** Nginx's cache of static files, on disk: what Odoo's web client loads has 12 (19.0). */
  nginxCache: 24,
  /** Memory for the files that Nginx reads and writes. It can always be taken back, so it follows no upload's size. */
  nginxFiles: 24,
  /** Odoo's /tmp, a tmpfs, which the engine counts as the container's memory. Uploads and reports don't go there. */
  odooTmp: 16,
  /** Copies of an upload that Odoo has in memory at once. */
  uploadCopies: 1,
  /** The process that watches the workers; what it shares with them is counted here, once. */
  odooParent: 96,
  /** Least resident memory of an Odoo process. An idle one has 92 (measured, 19.0), a light request needs 150 (Odoo's deployment guide). */
  processLeast: 192,
  /** Resident memory of a process that "auto" plans with: 0.8 x 150 MB + 0.2 x 1 GB (Odoo's deployment guide). */
  processAverage: 320,
  /**
   * Address space that an Odoo process has beyond its resident memory: measured 130 idle (19.0), and room for libraries
   * that modules load. Odoo compares `limit_memory_soft` with address space (`memory_info` in `odoo/service/server.py`).
   */
  virtualOverhead: 256,
  /** The same for each thread of the threaded server: a stack of 8, and allocator arenas. Measured 9. */
  virtualPerThread: 16,
  /** Most threads that it serves requests with; what comes beyond waits to be taken. An open page keeps one for its websocket. */
  threadedHttpThreads: 64,
  /**
   * Address space of the report generator beyond its memory. It inherits `limit_memory_hard` (`RLIMIT_AS`) from the process
   * that starts it, and wkhtmltopdf 0.12.6 reserves so much for its JavaScript engine that it crashes below 1.2 to 1.5 GB
   * (measured): a tighter hard limit would mean no PDF at all.
   */
  reportOverhead: 1536,
  /** Users that one worker serves (Odoo's deployment guide). */
  usersPerWorker: 6,
  /** PostgreSQL's share of a plan, and the least it runs well in. */
  postgresShare: 0.25,
  postgresLeast: 176,
  /**
   * Shares of the CPUs; Odoo has the rest. PostgreSQL's is more than its load in daily use, since a tenant's first start
   * (the cluster, then the seed) and Odoo's module updates wait for it.
   */
  nginxCpuShare: 0.1,
  postgresCpuShare: 0.4,
  /** Its processes beside connections, and one idle connection of Odoo's. */
  postgresProcesses: 24,
  postgresConnection: 1.5,
  sharedBuffersLeast: 32,
  /** `superuser_reserved_connections`, and connections for backups, monitoring and an operator. */
  reservedConnections: 3,
  /**
   * Beside a plan: what backs a tenant up. pgBackRest takes 14 to 43 MiB (measured, 0.8 GB), restic about 90 for a first snapshot
   * of 1 GB; a CPU each of what nobody else wants (`cpuShares`), as one heavy job of a host runs at a time.
   */
  backupMemory: 64,
  filesMemory: 128,
  helperCpus: 1,
  /**
   * What a drill takes beyond that, one of a host at a time: a small server for the restored database, and an Odoo process that
   * loads the tenant's modules (measured 260, 19.0), at most so much.
   */
  drillDatabase: 160,
  drillProcessMost: 1024,
  maintenanceConnections: 5,
} as const;

const rules = sizingRules;

/** MiB that a tenant takes from its host beside its plan: its backups. */
export const backupMemoryMiB = rules.backupMemory + rules.filesMemory;

/** What all containers of a tenant may use together; CPUs without the helpers', which work for moments and in turns. */
export function promised(sizing: Sizing): { readonly memoryMiB: number; readonly cpus: number } {
  const { odoo, postgres, nginx } = sizing;
  return {
    memoryMiB: odoo.memoryMiB + postgres.memoryMiB + nginx.memoryMiB + backupMemoryMiB,
    cpus: odoo.cpus + postgres.cpus + nginx.cpus,
  };
}

/** What a tenant with containers may use of its host: while it is suspended and nobody can wake it, what its Nginx may. */
export function reserved(
  tenant: Pick<RunningTenant, "state" | "sizing"> | Pick<SuspendedTenant, "state" | "sizing" | "wake">,
): {
  readonly memoryMiB: number;
  readonly cpus: number;
} {
  return tenant.state === "suspended" && tenant.wake === undefined ? tenant.sizing.nginx : promised(tenant.sizing);
}

const bytesPerMiB = 1024 * 1024;

/** Odoo processes that hold connections and memory of their own: workers, cron, and the gevent process beside workers. */
export function odooProcesses(workers: number, maxCronThreads: number): number {
  return workers > 0 ? workers + maxCronThreads + 1 : 1;
}

/** Most workers that CPUs allow: 2 x CPUs + 1 (Odoo's deployment guide). */
export function maxWorkers(cpus: number): number {
  return Math.floor(2 * cpus) + 1;
}

/**
 * Solves a plan: memory, workers, limits, connections and PostgreSQL's settings that fit each other.
 * Where they can't, it says the least memory or CPUs with which they would.
 */
export function solveSizing(plan: Plan): SizingResult {
  const wanted = wantedWorkers(plan);
  if (wanted !== undefined && wanted > maxWorkers(plan.cpus)) {
    const reason = `${workersReason(plan, wanted)}, but ${plan.cpus} CPUs allow ${maxWorkers(plan.cpus)} (2 x CPUs + 1)`;
    return { ok: false, fault: { key: "cpus", reason, minimum: (wanted - 1) / 2 } };
  }
  const workers = wanted ?? autoWorkers(plan);
  const budget = processBudget(plan, workers);
  if (budget < rules.processLeast) {
    const processes = odooProcesses(workers, plan.maxCronThreads);
    const reason =
      `${plan.memory} MiB leave ${Math.max(0, budget)} MiB for each of ${processes} Odoo ${processes === 1 ? "process" : "processes"} ` +
      `(${workersReason(plan, workers)}), which need ${rules.processLeast} MiB each`;
    return { ok: false, fault: { key: "memory", reason, minimum: leastMemory(plan, workers) } };
  }
  return { ok: true, sizing: figures(plan, workers, budget) };
}

function wantedWorkers(plan: Plan): number | undefined {
  if (plan.workers !== "auto") {
    return plan.workers;
  }
  return plan.users === undefined ? undefined : Math.ceil(plan.users / rules.usersPerWorker);
}

function workersReason(plan: Plan, workers: number): string {
  return plan.workers === "auto" && plan.users !== undefined
    ? `${workers} workers for ${plan.users} users, ${rules.usersPerWorker} a worker`
    : `workers: ${workers}, maxCronThreads: ${plan.maxCronThreads}`;
}

/** As many workers as get an average process's memory each; 0 when not even one does. */
function autoWorkers(plan: Plan): number {
  let workers = maxWorkers(plan.cpus);
  while (workers > 0 && processBudget(plan, workers) < rules.processAverage) {
    workers--;
  }
  return workers;
}

function leastMemory(plan: Plan, workers: number): number {
  let [low, high] = [0, 1 << 24];
  while (low + 1 < high) {
    const middle = Math.floor((low + high) / 2);
    if (processBudget({ ...plan, memory: middle }, workers) >= rules.processLeast) {
      high = middle;
    } else {
      low = middle;
    }
  }
  return high;
}

/** Resident MiB that each Odoo process may have; negative when the other containers alone need more than the plan has. */
function processBudget(plan: Plan, workers: number): number {
  const { odoo } = memoryShares(plan, workers);
  const parent = workers > 0 ? rules.odooParent : 0;
  return Math.floor((odoo - uploadMemory(plan) - rules.odooTmp - parent) / odooProcesses(workers, plan.maxCronThreads));
}

/** How the plan's memory is shared out. Nginx gets what it needs, PostgreSQL its share, Odoo the rest. */
function memoryShares(plan: Plan, workers: number): { nginx: number; postgres: number; odoo: number } {
  const nginx = rules.nginxProcesses + rules.nginxFiles;
  const postgres = Math.max(
    rules.postgresLeast,
    Math.floor(plan.memory * rules.postgresShare),
    // Solves `sharedBuffers + workMem x connections + 2 x maintenanceWorkMem + connections + processes <= memory`, see figures().
    Math.ceil((8 / 3) * rules.postgresConnection * connections(plan, workers)) + rules.postgresProcesses,
  );
  return { nginx, postgres, odoo: plan.memory - nginx - postgres };
}

/** Odoo reads an upload as a whole before it stores it. */
function uploadMemory(plan: Plan): number {
  return rules.uploadCopies * plan.uploadMiB;
}

/** Connections of one process. A worker serves one request at a time; the threaded server serves all of them, which wait for each other's. */
function connectionsPerProcess(workers: number): number {
  return workers > 0 ? 10 : 20;
}

function connections(plan: Plan, workers: number): number {
  const odoo = odooProcesses(workers, plan.maxCronThreads) * connectionsPerProcess(workers);
  return odoo + rules.reservedConnections + rules.maintenanceConnections;
}

function figures(plan: Plan, workers: number, budget: number): Sizing {
  const memory = memoryShares(plan, workers);
  const cpus = cpuShares(plan.cpus);
  const maxConnections = connections(plan, workers);
  const threads = workers > 0 ? 0 : rules.threadedHttpThreads + plan.maxCronThreads;
  const overhead = rules.virtualOverhead + threads * rules.virtualPerThread;
  const drillProcess = clamp(budget, rules.processAverage, rules.drillProcessMost);
  const maintenance = clamp(Math.floor(memory.postgres / 16), 10, 512);
  return {
    odoo: {
      memoryMiB: memory.odoo,
      cpus: cpus.odoo,
      workers,
      maxCronThreads: plan.maxCronThreads,
      // The soft limit keeps processes to their budgets: one that is past four fifths is recycled after its request.
      limitMemorySoft: (overhead + Math.floor(budget * 0.8)) * bytesPerMiB,
      // The hard one stops a single request that runs away.
      limitMemoryHard: (Math.max(overhead, rules.reportOverhead) + budget) * bytesPerMiB,
      limitTimeCpu: Math.floor(plan.requestSeconds / 2),
      limitTimeReal: plan.requestSeconds,
      dbMaxconn: connectionsPerProcess(workers),
      tmpMiB: rules.odooTmp,
    },
    postgres: {
      memoryMiB: memory.postgres,
      cpus: cpus.postgres,
      maxConnections,
      sharedBuffersMiB: Math.max(rules.sharedBuffersLeast, Math.floor((memory.postgres - 64) / 4)),
      effectiveCacheSizeMiB: Math.floor(memory.postgres * 0.7),
      workMemKiB: clamp(Math.floor((memory.postgres * 1024) / 4 / maxConnections), 64, 65536),
      maintenanceWorkMemMiB: maintenance,
      idleInTransactionMinutes: Math.max(10, Math.ceil(plan.requestSeconds / 60)),
      // Parallel index builds keep their shared state here.
      shmSizeMiB: Math.max(64, maintenance),
    },
    nginx: {
      memoryMiB: memory.nginx,
      cpus: cpus.nginx,
      uploadMiB: plan.uploadMiB,
      cacheMiB: rules.nginxCache,
    },
    backup: { memoryMiB: rules.backupMemory + rules.drillDatabase, cpus: rules.helperCpus },
    files: { memoryMiB: rules.filesMemory + drillProcess, cpus: rules.helperCpus },
    drillMiB: rules.drillDatabase + drillProcess,
  };
}

function cpuShares(cpus: number): { nginx: number; postgres: number; odoo: number } {
  const hundredths = Math.floor(cpus * 100);
  const nginx = Math.max(5, Math.floor(hundredths * rules.nginxCpuShare));
  const postgres = Math.max(5, Math.floor(hundredths * rules.postgresCpuShare));
  return { nginx: nginx / 100, postgres: postgres / 100, odoo: (hundredths - nginx - postgres) / 100 };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
