import type Docker from "dockerode";
import { labelPrefix } from "../../fleet/labels";
import { portalName } from "../../fleet/portalTypes";
import { stackIdLabel } from "../container/serviceContext";

/** A volume on a host's engine. */
export interface VolumeFact {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Services whose volumes hold a tenant's own data; its backups are kept for a time of their own. */
const dataServices = ["postgres", "odoo"];

/** Asks an engine for the volumes of an environment. */
export async function readVolumes(engine: Docker, environment: string): Promise<readonly VolumeFact[]> {
  const { Volumes } = await engine.listVolumes({ filters: { label: [`${labelPrefix}.environment=${environment}`] } });
  return (Volumes ?? []).map(({ Name, Labels }) => ({ name: Name, labels: Labels ?? {} }));
}

/** What decides whose a volume is. */
export interface LeftDataScope {
  readonly host: string;
  /** Names of the tenants that are declared, on whichever host. */
  readonly tenants: ReadonlySet<string>;
  /** Names of the host's volumes that the stack's state has: it removes these itself. */
  readonly known: ReadonlySet<string>;
  /** The id that the stack's volumes carry. */
  readonly stackId: string;
}

/**
 * What to know of volumes that hold data of tenants that have left: what a restore, an update or a move kept of before, and nobody
 * has confirmed. No run removes them. Undefined: there are none.
 */
export function leftDataWarning(
  { host, tenants, known, stackId }: LeftDataScope,
  volumes: readonly VolumeFact[],
): string | undefined {
  const left = volumes.filter(({ name, labels }) => {
    const { [`${labelPrefix}.tenant`]: tenant, [`${labelPrefix}.service`]: service } = labels;
    const isLeft = tenant !== undefined && tenant !== portalName && !tenants.has(tenant);
    return isLeft && dataServices.includes(service ?? "") && !known.has(name) && labels[stackIdLabel] === stackId;
  });
  if (left.length === 0) {
    return undefined;
  }
  const names = left.map(({ name }) => name).sort();
  const whose = [...new Set(left.map(({ labels }) => labels[`${labelPrefix}.tenant`]!))].sort();
  return (
    `host ${host}: data of ${whose.join(", ")}, which left, is still there: what a restore, an update or a move kept and nobody confirmed. ` +
    `No run removes it: docker volume rm ${names.join(" ")}`
  );
}
