import type { FiringAlert } from "odoo-fleet";
import type { KeptAlert } from "../database/alertTables.ts";
import type { Database } from "../database/connect.ts";

/** An Alertmanager of the fleet, as a worker is told of it. */
export interface Monitor {
  readonly host: string;
  /** Where its dashboards are, on that host; undefined: there are none. */
  readonly dashboards?: string | undefined;
}

/** An alert as operators see it. */
export interface AlertView extends KeptAlert {
  /** Whether `tenant` is the portal's, and not one that the fleet declares. */
  readonly isOrdered: boolean;
}

/** What an Alertmanager told. */
export interface AlertLookView {
  readonly host: string;
  /** When it answered last; null: it never did. */
  readonly answeredAt: string | null;
  /** Whether it answered when it was asked last, within five minutes. */
  readonly isAnswering: boolean;
  readonly dashboards: string | null;
  /** As of its last answer, the worst and then the oldest first. */
  readonly alerts: readonly AlertView[];
}

/** Milliseconds without an answer, of those that are a minute apart, after which it counts as silent. */
const silentAfter = 300_000;

/** Notes what an Alertmanager told; undefined: it didn't answer, and what it told before stays. */
export async function noteAlerts(
  database: Database,
  { host, dashboards }: Monitor,
  told: readonly FiringAlert[] | undefined,
  now: Date,
): Promise<void> {
  const asked = { asked_at: now, dashboards: dashboards ?? null };
  const answer = told && { answered_at: now, alerts: JSON.stringify(told.map(kept)) };
  await database
    .insertInto("alert_look")
    .values({ host, ...asked, answered_at: null, alerts: "[]", ...answer })
    .onConflict((conflict) => conflict.column("host").doUpdateSet({ ...asked, ...answer }))
    .execute();
}

/** Forgets Alertmanagers that aren't declared any more. */
export async function keepMonitors(database: Database, hosts: readonly string[]): Promise<void> {
  const all = database.deleteFrom("alert_look");
  await (hosts.length === 0 ? all : all.where("host", "not in", hosts)).execute();
}

/** What fires, by Alertmanager. None where no worker that knows of one has run. */
export async function readAlertLooks(database: Database, now: Date): Promise<AlertLookView[]> {
  const rows = await database.selectFrom("alert_look").selectAll().orderBy("host").execute();
  const named = [...new Set(rows.flatMap(({ alerts }) => alerts.flatMap(({ tenant }) => tenant ?? [])))];
  const ordered = new Set(
    named.length === 0
      ? []
      : (await database.selectFrom("tenant").select("id").where("id", "in", named).execute()).map(({ id }) => id),
  );
  return rows.map(({ host, answered_at, dashboards, alerts }) => ({
    host,
    answeredAt: answered_at?.toISOString() ?? null,
    isAnswering: answered_at !== null && now.getTime() - answered_at.getTime() < silentAfter,
    dashboards,
    alerts: alerts.map((alert) => ({ ...alert, isOrdered: alert.tenant !== null && ordered.has(alert.tenant) })),
  }));
}

function kept({ startedAt, host, tenant, ...alert }: FiringAlert): KeptAlert {
  return { ...alert, startedAt: startedAt.toISOString(), host: host ?? null, tenant: tenant ?? null };
}
