import type { Rule } from "../lib/rule";
import { rule as noPrivileged } from "./noPrivileged";
import { rule as capabilitiesDropped } from "./capabilitiesDropped";
import { rule as noNewPrivileges } from "./noNewPrivileges";
import { rule as confined } from "./confined";
import { rule as noEngineSocket } from "./noEngineSocket";
import { rule as noSensitiveMount } from "./noSensitiveMount";
import { rule as noSharedPropagation } from "./noSharedPropagation";
import { rule as noHostNetwork } from "./noHostNetwork";
import { rule as noHostPid } from "./noHostPid";
import { rule as noHostIpc } from "./noHostIpc";
import { rule as noHostUserns } from "./noHostUserns";
import { rule as noDevices } from "./noDevices";
import { rule as memoryLimit } from "./memoryLimit";
import { rule as cpuLimit } from "./cpuLimit";
import { rule as processLimits } from "./processLimits";
import { rule as readOnlyRoot } from "./readOnlyRoot";
import { rule as notRoot } from "./notRoot";
import { rule as bindAddress } from "./bindAddress";
import { rule as noPrivilegedPort } from "./noPrivilegedPort";
import { rule as noPublishAll } from "./noPublishAll";
import { rule as databaseNotPublished } from "./databaseNotPublished";
import { rule as ownNetwork } from "./ownNetwork";
import { rule as internalDatabaseNetwork } from "./internalDatabaseNetwork";
import { rule as healthcheck } from "./healthcheck";
import { rule as restart } from "./restart";
import { rule as imagePinned } from "./imagePinned";
import { rule as noSecretInEnvironment } from "./noSecretInEnvironment";
import { rule as logRotation } from "./logRotation";
import { rule as gracefulStop } from "./gracefulStop";
import { rule as dataProtected } from "./dataProtected";
import { rule as engineEndpoint } from "./engineEndpoint";
import { rule as noLeakingCommand } from "./noLeakingCommand";
import { rule as uniqueHostPort } from "./uniqueHostPort";
import { rule as tenantIsolation } from "./tenantIsolation";
import { rule as labels } from "./labels";
import { rule as backupNoNetwork } from "./backupNoNetwork";
import { rule as dataBackedUp } from "./dataBackedUp";
import { rule as shipperNoData } from "./shipperNoData";
import { rule as backupLocked } from "./backupLocked";
import { rule as copyClosed } from "./copyClosed";
import { rule as noPlainHttp } from "./noPlainHttp";
import { rule as trustedProxies } from "./trustedProxies";

/** Every rule, by number. */
export const rules: readonly Rule[] = [
  noPrivileged,
  capabilitiesDropped,
  noNewPrivileges,
  confined,
  noEngineSocket,
  noSensitiveMount,
  noSharedPropagation,
  noHostNetwork,
  noHostPid,
  noHostIpc,
  noHostUserns,
  noDevices,
  memoryLimit,
  cpuLimit,
  processLimits,
  readOnlyRoot,
  notRoot,
  bindAddress,
  noPrivilegedPort,
  noPublishAll,
  databaseNotPublished,
  ownNetwork,
  internalDatabaseNetwork,
  healthcheck,
  restart,
  imagePinned,
  noSecretInEnvironment,
  logRotation,
  gracefulStop,
  dataProtected,
  engineEndpoint,
  noLeakingCommand,
  uniqueHostPort,
  tenantIsolation,
  labels,
  backupNoNetwork,
  dataBackedUp,
  shipperNoData,
  backupLocked,
  copyClosed,
  noPlainHttp,
  trustedProxies,
];
