import { namespace } from "../../fleet/paths";
import { setInFile } from "../yamlFile";

/** What is declared of a tenant's place; `undefined` takes a key out, so that its default counts. */
export interface Place {
  readonly host?: string;
  readonly slot?: number;
  readonly state?: "decommissioned" | undefined;
  /** How many times its data was restored. */
  readonly restored?: number | undefined;
}

/** The text of a stack file with another place for a tenant, see `setInFile`. */
export function placeTenant(text: string, tenant: string, place: Place): string {
  return Object.entries(place).reduce(
    (edited, [key, value]) => setInFile(edited, ["config", `${namespace}:tenants`, tenant, key], value),
    text,
  );
}
