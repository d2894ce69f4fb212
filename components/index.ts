/** The library: what another program calls, and the types of what goes in and comes out. */
export { createFleet, type FleetOutputs, type HostOutput, type PortalOutput } from "./fleet/createFleet";
export { createTenant, type TenantOutput, type TenantOutputs, type TenantSettings } from "./tenant/createTenant";
export { removeUnrecorded } from "./tenant/removeUnrecorded";
export { readSizes, type TenantSizes } from "./tenant/readSizes";
export { readWakes, type WakeChange } from "./tenant/readWakes";
export { destroyEscrowedKeys, type EraseSettings } from "./backup/destroyEscrowedKeys";
export { keepBackups, type KeepSettings, type KeptOutputs } from "./backup/keepBackups";
export { copyTenant } from "./copy/copyTenant";
export { type ExportOptions, exportTenant, removeExport } from "./export/exportTenant";
export { ExportVolume, type ExportVolumePlace } from "./export/exportVolume";
export type { ExportFacts } from "./export/exporter";
export { type AlertmanagerPlace, type FiringAlert, readAlerts } from "./monitoring/readAlerts";
export { type PrometheusPlace, readCertificates, type ServedCertificate } from "./monitoring/readCertificates";
export { keepSchedules, type ScheduleSettings } from "./schedule/keepSchedules";
export type { Alone, ScheduledTenant } from "./schedule/schedules";
export { type LinkOffer, offerLogin, offerPassword } from "./password/offerPassword";
export { type BackupFacts, readBackups } from "./restore/backupFacts";
export { removeRestored, restoreTenant, type RestoreWatch, switchRestored, undoRestore } from "./restore/ownStack";
export type { RestoreSettings } from "./restore/ownTenant";
export {
  isLost,
  type LostTenant,
  type Recovery,
  type RecoveryOptions,
  recoverTenants,
  type Unrecovered,
} from "./restore/recoverTenants";
export { RestoreError } from "./restore/restorer";
export { type FleetSettings, settingsFromConfig } from "./run/fleetSettings";
export {
  decodeFleetOutputs,
  decodeTenantOutputs,
  type FleetValues,
  OutputsError,
  type StackOutputs,
  type TenantValues,
} from "./run/decodeOutputs";
export { RefusedError } from "./run/refusedError";
export { type SdkCopy, SdkCopiesError } from "./run/oneSdk";
export type { ContainerTransform, Transforms } from "./container/transform";
export type { Secret } from "./container/secret";
export type { Placement } from "./host/connectHost";
export type { MonitoringAddresses } from "./monitoring/monitoringStack";
