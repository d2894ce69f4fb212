import { servicePorts } from "../../monitoring/contract";
import type { FleetSettings } from "../run/fleetSettings";
import { askService } from "./askService";
import { clientFile, configFile } from "./sharedService";

/** Where an Alertmanager runs. */
export interface AlertmanagerPlace {
  readonly host: string;
  /** Name of its container. */
  readonly container: string;
}

/** An alert that fires, and that neither a silence nor another alert holds back. */
export interface FiringAlert {
  /** E.g. `BackupOverdue`. */
  readonly name: string;
  readonly severity: "critical" | "warning";
  /** What it says in the fleet's language. */
  readonly summary: string;
  readonly startedAt: Date;
  /** Name of the host that it is about; undefined: it is about none. */
  readonly host?: string;
  /** Name of the tenant that it is about; undefined: it is about none. */
  readonly tenant?: string;
}

/**
 * The alerts that fire at an Alertmanager of a fleet, the worst and then the oldest first. It is asked in its own container, by the engine.
 *
 * @param settings of the fleet that has the host; tenants of it aren't looked at.
 * @throws when the engine or the Alertmanager doesn't answer within 30 s.
 */
export async function readAlerts(
  settings: FleetSettings & { readonly environment: string },
  place: AlertmanagerPlace,
): Promise<FiringAlert[]> {
  const command = [
    ...["amtool", `--alertmanager.url=http://127.0.0.1:${servicePorts.alertmanager}`],
    ...[`--http.config.file=${configFile(clientFile)}`, "--output=json", "alert", "query"],
  ];
  return firingAlerts(await askService(settings, place, command));
}

/** An alert as Alertmanager's API tells it. */
interface ToldAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
}

/** @param told what `amtool alert query` prints. What only says that alerting works has the severity `none`, and is none. */
export function firingAlerts(told: string): FiringAlert[] {
  const isWorse = ({ severity }: FiringAlert): number => (severity === "critical" ? 0 : 1);
  return (JSON.parse(told) as readonly ToldAlert[])
    .flatMap(({ labels, annotations, startsAt }): FiringAlert[] => {
      const { alertname: name = "", severity, host, tenant } = labels;
      return severity === "critical" || severity === "warning"
        ? [
            {
              ...{ name, severity, summary: annotations["summary"] ?? name, startedAt: new Date(startsAt) },
              ...(host && { host }),
              ...(tenant && { tenant }),
            },
          ]
        : [];
    })
    .sort((one, other) => isWorse(one) - isWorse(other) || one.startedAt.getTime() - other.startedAt.getTime());
}
