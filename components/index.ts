export {
  decodeFleetOutputs,
  decodeTenantOutputs,
  type FleetValues,
  OutputsError,
  type StackOutputs,
  type TenantValues,
} from "./run/decodeOutputs";
export { createFleet, type FleetOutputs, type HostOutput } from "./fleet";
export { type FleetSettings, settingsFromConfig } from "./run/fleetSettings";
export { connectHost, createStackId, type HostRefs, type HostUse, type Placement } from "./host/connectHost";
export { HostBootstrap, type HostBootstrapArgs } from "./host/hostBootstrap";
export { HostImages, type HostImagesArgs, type TenantImages } from "./host/hostImages";
export type { WatchedFleet } from "../monitoring/files";
export type { Authority, KeyPair } from "./monitoring/certificates";
export { createGatewaySecrets, type GatewaySecrets } from "./monitoring/gateway";
export { MonitoringStack, type MonitoringAddresses, type MonitoringStackArgs } from "./monitoring/monitoringStack";
export { NginxProxy, type NginxProxyArgs } from "./tenant/nginxProxy";
export { OdooServer, type OdooServerArgs } from "./tenant/odooServer";
export { PostgresDatabase, type PostgresDatabaseArgs } from "./tenant/postgresDatabase";
export { RefusedError } from "./run/refusedError";
export { Secret } from "./container/secret";
export { type Owner, ServiceContext, type SharedOwner } from "./container/serviceContext";
export { createTenant, type TenantOutput, type TenantOutputs, type TenantSettings } from "./tenant/createTenant";
export { TenantSecrets } from "./tenant/tenantSecrets";
export { TenantStack, type TenantStackArgs, type WatchedTenant } from "./tenant/tenantStack";
