import { readCertificates, type ServedCertificate } from "odoo-fleet";
import { keepCertificatesOf, noteCertificates } from "../certificates/certificates.ts";
import type { Database } from "../database/connect.ts";
import { reasonOf } from "./reasonOf.ts";
import type { WorkerSettings } from "./workerSettings.ts";

type Monitors = WorkerSettings["monitors"];

/** Asks a Prometheus what the names that it watches are served with. */
export type AskForCertificates = (
  host: string,
  /** Name of its container. */
  prometheus: string,
) => Promise<readonly ServedCertificate[]>;

/** Asks them in their containers, by the engines of the fleet's hosts. */
export function askPrometheuses({ fleet }: Pick<WorkerSettings, "fleet">): AskForCertificates {
  return (host, container) =>
    readCertificates(fleet as unknown as Parameters<typeof readCertificates>[0], { host, container });
}

/** Notes what the fleet's edges serve with. A Prometheus that doesn't answer is named in the log, keeps no other waiting, and what it told before stays. */
export async function lookAtCertificates(
  database: Database,
  monitors: Monitors,
  ask: AskForCertificates,
  now: () => Date = () => new Date(),
): Promise<void> {
  const asked = monitors.flatMap(({ host, prometheus }) => (prometheus === undefined ? [] : { host, prometheus }));
  await keepCertificatesOf(
    database,
    asked.map(({ host }) => host),
  );
  await Promise.all(
    asked.map(async ({ host, prometheus }) => {
      const told = await ask(host, prometheus).catch((error: unknown) => {
        console.error(`the Prometheus of host ${host} wasn't asked; it is asked again in a minute`, reasonOf(error));
        return undefined;
      });
      if (told) {
        await noteCertificates(database, host, told, now());
      }
    }),
  );
}
