import type { Tenant } from "../../fleet/types";
import { filestoreDataLabel, postgresDataLabel } from "./dataLabel";

/** A volume with a customer's data. */
export interface DataVolume {
  readonly name: string;
  /** Value of its label `service`. */
  readonly service: string;
  /** Label that says what its data was made as. */
  readonly madeAs: { readonly label: string; readonly value: string };
}

/** The two volumes that hold all of a tenant's data. */
export function dataVolumes(
  tenant: Pick<Tenant, "names" | "odooVersion" | "postgresVersion">,
): Record<"database" | "filestore", DataVolume> {
  const { databaseVolume, filestoreVolume } = tenant.names;
  return {
    database: { name: databaseVolume, service: "postgres", madeAs: postgresDataLabel(tenant) },
    filestore: { name: filestoreVolume, service: "odoo", madeAs: filestoreDataLabel(tenant) },
  };
}
