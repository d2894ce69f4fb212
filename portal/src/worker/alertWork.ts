import { type FiringAlert, readAlerts } from "odoo-fleet";
import { keepMonitors, type Monitor, noteAlerts } from "../alerts/alerts.ts";
import type { Database } from "../database/connect.ts";
import { reasonOf } from "./reasonOf.ts";
import type { WorkerSettings } from "./workerSettings.ts";

/** Asks an Alertmanager what fires. */
export type AskForAlerts = (place: WorkerSettings["monitors"][number]) => Promise<readonly FiringAlert[]>;

/** Asks them in their containers, by the engines of the fleet's hosts. */
export function askEngines({ fleet }: Pick<WorkerSettings, "fleet">): AskForAlerts {
  return ({ host, alertmanager }) =>
    readAlerts(fleet as unknown as Parameters<typeof readAlerts>[0], { host, container: alertmanager });
}

/** Notes what fires at all of the fleet's Alertmanagers. One that doesn't answer is named in the log, and keeps no other waiting. */
export async function lookAtAlerts(
  database: Database,
  monitors: WorkerSettings["monitors"],
  ask: AskForAlerts,
  now: () => Date = () => new Date(),
): Promise<void> {
  await keepMonitors(
    database,
    monitors.map(({ host }) => host),
  );
  await Promise.all(
    monitors.map(async (monitor) => {
      const told = await ask(monitor).catch((error: unknown) => {
        console.error(
          `the Alertmanager of host ${monitor.host} wasn't asked; it is asked again in a minute`,
          reasonOf(error),
        );
        return undefined;
      });
      await noteAlerts(database, monitor satisfies Monitor, told, now());
    }),
  );
}
