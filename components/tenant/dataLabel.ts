import { labelPrefix } from "../../fleet/labels";
import type { Tenant } from "../../fleet/types";
import { moduleChecksums, type ModuleChecksums } from "../host/moduleChecksums";

/** Label of what a container's data was last brought up as. Monitoring and tools leave it alone; the preflight reads it. */
const dataLabel = `${labelPrefix}.data`;

/** What a tenant was last brought up as, as far as its data depends on it. Parts that nothing is known of are absent. */
export interface DeclaredData {
  /** PostgreSQL's major version. */
  readonly postgres?: number;
  /** Odoo's release. */
  readonly odoo?: string;
  readonly modules?: readonly string[];
  readonly company?: string;
  /** The tenant that it is a copy of. */
  readonly copyOf?: string;
  /** Checksum of the content of each module of its own addons. */
  readonly addons?: ModuleChecksums;
}

/** Checksums of a tenant's own modules, as its folders are now. */
export function declaredAddons({ odooImage }: Pick<Tenant, "odooImage">): ModuleChecksums {
  return moduleChecksums(odooImage.addons, process.cwd());
}

/** What the label of a tenant's Odoo says. */
export function odooDataLabel(tenant: Tenant): { label: string; value: string } {
  const { odooVersion, modules, company, copyOf } = tenant;
  return dataLabelOf({ odoo: odooVersion, modules, company, addons: declaredAddons(tenant), copyOf });
}

/**
 * What the label of a tenant's filestore says: it outlives the container, so that a tenant that is brought back is known to be of
 * the release that its data is of.
 */
export function filestoreDataLabel({ odooVersion, copyOf }: Pick<Tenant, "odooVersion" | "copyOf">): {
  label: string;
  value: string;
} {
  return dataLabelOf({ odoo: odooVersion, copyOf });
}

/** What the label of a tenant's PostgreSQL, and of the volume that it is made with, says. */
export function postgresDataLabel({ postgresVersion }: Pick<Tenant, "postgresVersion">): {
  label: string;
  value: string;
} {
  return dataLabelOf({ postgres: postgresVersion });
}

function dataLabelOf(data: DeclaredData): { label: string; value: string } {
  return { label: dataLabel, value: JSON.stringify(data) };
}

/** What labels say of a tenant's data; one that can't be read says nothing. */
export function readDataLabel(labels: Readonly<Record<string, string | undefined>>): DeclaredData {
  try {
    return JSON.parse(labels[dataLabel] ?? "{}") as DeclaredData;
  } catch {
    return {};
  }
}
