/** What the labels of a Docker object say. */
export interface LabelSettings {
  readonly environment: string;
  readonly host: string;
  /** Left out on parts that tenants share. */
  readonly tenant?: string;
  /** `postgres`, `odoo`, `nginx`, ... */
  readonly service: string;
  readonly slot?: number;
  /** The tenant that this one is a copy of; left out on a customer's own. */
  readonly copyOf?: string;
  /** Hash of the service's rendered configuration. */
  readonly configHash: string;
}

/** Prefix of every label of the fleet. */
export const labelPrefix = "odoo-fleet";

/** Labels that every container, volume and network carries: a contract that monitoring, backups and the preflight rely on. */
export function labels(settings: LabelSettings): Record<string, string> {
  const { environment, host, tenant, service, slot, copyOf, configHash } = settings;
  return {
    [`${labelPrefix}.environment`]: environment,
    [`${labelPrefix}.host`]: host,
    ...(tenant === undefined ? {} : { [`${labelPrefix}.tenant`]: tenant }),
    [`${labelPrefix}.service`]: service,
    ...(slot === undefined ? {} : { [`${labelPrefix}.slot`]: slot.toString() }),
    ...(copyOf === undefined ? {} : { [`${labelPrefix}.copy-of`]: copyOf }),
    [`${labelPrefix}.config-hash`]: configHash,
  };
}

/** Labels, without their prefix, that every object carries. */
export const requiredLabels = ["environment", "host", "service"] as const;

/** Labels, without their prefix, that an object of a tenant carries as well. */
export const tenantLabels = ["tenant", "slot"] as const;
