import type { Tenant } from "../../fleet/types";
import { filestoreDataLabel, postgresDataLabel } from "./dataLabel";

/** A volume with a customer's data. */
export interface DataVolume {
  readonly name: string;
  /** Value of its label `service`. */
  readonly service: string;
  /** Label that says what its data was made as; backups say so themselves. */
  readonly madeAs?: { readonly label: string; readonly value: string };
}

/** The volumes that hold a tenant's data and its backups. */
export function dataVolumes(
  tenant: Pick<Tenant, "names" | "odooVersion" | "postgresVersion" | "copyOf">,
): Record<"database" | "filestore" | "repository", DataVolume> {
  const { databaseVolume, filestoreVolume, repositoryVolume } = tenant.names;
  return {
    database: { name: databaseVolume, service: "postgres", madeAs: postgresDataLabel(tenant) },
    filestore: { name: filestoreVolume, service: "odoo", madeAs: filestoreDataLabel(tenant) },
    repository: { name: repositoryVolume, service: "backup" },
  };
}
