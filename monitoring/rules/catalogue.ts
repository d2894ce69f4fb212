import type { Alert, AlertGroup } from "./alert";
import { backupAlerts } from "./backups";
import { containerAlerts } from "./containers";
import { databaseAlerts } from "./databases";
import { edgeAlerts } from "./edge";
import { hostAlerts } from "./hosts";
import { selfAlerts } from "./selfWatch";
import { portalAlerts } from "./portal";
import { snapshotAlerts } from "./snapshots";
import { objectiveAlerts, tenantAlerts } from "./tenants";

/** All alerts, the same for every fleet: what differs is the declared state that they are joined with. */
export const alertGroups: readonly AlertGroup[] = [
  hostAlerts,
  containerAlerts,
  databaseAlerts,
  backupAlerts,
  tenantAlerts,
  edgeAlerts,
  portalAlerts,
  snapshotAlerts,
  objectiveAlerts,
  selfAlerts,
];

/** All alerts in one list. */
export const alerts: readonly Alert[] = alertGroups.flatMap((group) => group.alerts);

/** Names of the alerts, each once: some come in two severities. */
export const alertNames: readonly string[] = [...new Set(alerts.map(({ name }) => name))];
