/** What the package offers to every Pulumi language: Pulumi serves each component that is exported here. */
export { OdooTenant } from "./odooTenant";
