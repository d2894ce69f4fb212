import { builtInPlans, parseFleet, type Plan } from "odoo-fleet/fleet";
import type { Database } from "../database/connect.ts";
import type { Settings } from "../settings.ts";
import { forgetUnused } from "./forgetUnused.ts";
import { plansOfFleet } from "./plansOfFleet.ts";
import type { WorkerSettings } from "../worker/workerSettings.ts";

/** What a plan gives its tenant, as the fleet's settings have it. */
export interface PlanContent {
  /** Users at work at the same time that it is made for; null: the plan names no number. */
  readonly users: number | null;
  readonly memoryMiB: number;
  /** A ceiling, not a reservation. */
  readonly cpus: number;
  /** Largest upload. */
  readonly uploadMiB: number;
  /** Time between two backups of the database. */
  readonly backupEverySeconds: number;
  readonly backupKeepDays: number;
  /** Days to any moment of which it can be brought back. */
  readonly backupToMomentDays: number;
  /** Time between two proofs that it can be restored; undefined: no worker of this release has noted it yet. */
  readonly proofEverySeconds?: number;
}

/** What each plan of the fleet gives, whether it is sold or not, by the settings of the fleet that makes it. The worker alone has them. */
export function planContents(
  worker: Pick<WorkerSettings, "fleet">,
  settings: Pick<Settings, "plans" | "slots">,
): Record<string, PlanContent> {
  const { environment, ...fleet } = worker.fleet;
  const [place] = Object.entries(settings.slots).map(([host, { from: slot }]) => ({ host, slot }));
  const changed = (fleet["plans"] ?? {}) as Readonly<Record<string, Partial<Plan>>>;
  return Object.fromEntries(
    plansOfFleet(worker, settings).flatMap(({ plan, isSold }) => {
      const parsed = parseFleet({ ...fleet, tenants: { example: { ...place, plan } } }, environment);
      if (!parsed.ok) {
        if (!isSold) {
          return [];
        }
        throw new Error(`the fleet can't make a tenant of the plan ${plan}; its settings should have been refused`);
      }
      const { sizing, backup } = parsed.fleet.tenants["example"]!;
      const { odoo, postgres, nginx } = sizing;
      const users = { ...builtInPlans[plan], ...changed[plan] }.users;
      return [
        [
          plan,
          {
            users: users === undefined ? null : Number(users),
            memoryMiB: odoo.memoryMiB + postgres.memoryMiB + nginx.memoryMiB,
            cpus: odoo.cpus + postgres.cpus + nginx.cpus,
            uploadMiB: nginx.uploadMiB,
            backupEverySeconds: backup.everySeconds,
            backupKeepDays: backup.keepDays,
            backupToMomentDays: backup.pitrDays,
            proofEverySeconds: backup.drillSeconds,
          },
        ],
      ];
    }),
  );
}

/** Notes what plans give, for the web process: the two meet in the database alone. Of a plan that the fleet doesn't know any more what is known last stays as long as a tenant has it. */
export async function notePlanContents(
  database: Database,
  contents: Readonly<Record<string, PlanContent>>,
): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    await forgetUnused(transaction, "plan_content", Object.keys(contents));
    const rows = Object.entries(contents).map(([plan, content]) => ({ plan, content: JSON.stringify(content) }));
    if (rows.length > 0) {
      await transaction.insertInto("plan_content").values(rows).execute();
    }
  });
}

/** What plans give, by their names; none before a worker has noted it. */
export async function readPlanContents(database: Database): Promise<ReadonlyMap<string, PlanContent>> {
  const rows = await database.selectFrom("plan_content").selectAll().execute();
  return new Map(rows.map(({ plan, content }) => [plan, content as PlanContent]));
}
