export {
  decodeFleetOutputs,
  decodeTenantOutputs,
  type FleetValues,
  OutputsError,
  type StackOutputs,
  type TenantValues,
} from "./decodeOutputs";
export { createFleet, type FleetOutputs, type HostOutput } from "./fleet";
export { type FleetSettings, settingsFromConfig } from "./fleetSettings";
export { connectHost, createStackId, type HostRefs, type HostUse, type Placement } from "./host";
export { HostBootstrap, type HostBootstrapArgs } from "./hostBootstrap";
export { HostImages, type HostImagesArgs, type TenantImages } from "./hostImages";
export type { WatchedFleet } from "../monitoring/files";
export type { Authority, KeyPair } from "./monitoring/certificates";
export { createGatewaySecrets, type GatewaySecrets } from "./monitoring/gateway";
export { MonitoringStack, type MonitoringAddresses, type MonitoringStackArgs } from "./monitoringStack";
export { NginxProxy, type NginxProxyArgs } from "./nginxProxy";
export { OdooServer, type OdooServerArgs } from "./odooServer";
export { PostgresDatabase, type PostgresDatabaseArgs } from "./postgresDatabase";
export { RefusedError } from "./refusedError";
export { Secret } from "./secret";
export { type Owner, ServiceContext, type SharedOwner } from "./serviceContext";
export { createTenant, type TenantOutput, type TenantOutputs, type TenantSettings } from "./tenant";
export { TenantSecrets } from "./tenantSecrets";
export { TenantStack, type TenantStackArgs, type WatchedTenant } from "./tenantStack";
