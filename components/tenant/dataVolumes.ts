import type { Tenant } from "../../fleet/types";

/** A volume with a customer's data. */
export interface DataVolume {
  readonly name: string;
  /** Value of its label `service`. */
  readonly service: string;
}

/** The two volumes that hold all of a tenant's data. */
export function dataVolumes({ names }: Pick<Tenant, "names">): Record<"database" | "filestore", DataVolume> {
  return {
    database: { name: names.databaseVolume, service: "postgres" },
    filestore: { name: names.filestoreVolume, service: "odoo" },
  };
}
