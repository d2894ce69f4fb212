import { z } from "zod";
import { valueAt } from "../../fleet/paths";
import { odooVersions } from "../../fleet/compatibility";
import { resolvedStates } from "../../fleet/types";
import type { HostOutput } from "../fleet/createFleet";
import type { MonitoringAddresses } from "../monitoring/monitoringStack";
import { Secret } from "../container/secret";
import type { TenantOutput } from "../tenant/createTenant";

/** Outputs as the Automation API gives them: `(await stack.up()).outputs`, or `await stack.outputs()`. */
export type StackOutputs = Readonly<Record<string, { readonly value: unknown; readonly secret: boolean }>>;

/** The outputs of a stack that `createFleet` made, as plain values. */
export interface FleetValues {
  /** Tenants by name, without secrets. */
  readonly tenants: Readonly<Record<string, TenantOutput>>;
  /** First password of each tenant's user `admin`, by tenant. */
  readonly adminPasswords: Readonly<Record<string, Secret<string>>>;
  /** Hosts by name. */
  readonly hosts: Readonly<Record<string, HostOutput>>;
  /** Where monitoring is reached, by the host that it runs on; empty where nothing is watched. */
  readonly monitoring: Readonly<Record<string, MonitoringAddresses>>;
  /** Password of monitoring's login `admin`, by host. */
  readonly monitoringPasswords: Readonly<Record<string, Secret<string>>>;
  /** What `createTenant` has to be given for tenants behind this stack's edges; undefined without an edge. */
  readonly fleetSecret?: Secret<string>;
}

/** The outputs of a stack that `createTenant` made, as plain values. */
export interface TenantValues extends TenantOutput {
  /** The tenant's name. */
  readonly name: string;
  /** First password of the user `admin`. Empty of a copy that waits for its data. */
  readonly adminPassword: Secret<string>;
}

/** The outputs aren't those of a fleet or tenant. Names every path and what was expected there, and no value. */
export class OutputsError extends Error {
  override readonly name = "OutputsError";

  /** @param faults paths of outputs, such as `tenants.acme.port`, and what is wrong with each. */
  constructor(readonly faults: readonly { readonly path: string; readonly expected: string }[]) {
    const lines = faults.map(({ path, expected }) => `  ${path}: ${expected}`);
    super(["The stack's outputs aren't those that were expected:", ...lines].join("\n"));
  }
}

// Outputs of a later version may have more keys: unknown ones are dropped, not refused.
const tenantSchema = z.object({
  url: z.url(),
  host: z.string(),
  slot: z.int(),
  port: z.int(),
  database: z.string(),
  odooVersion: z.enum(odooVersions),
  plan: z.string(),
  state: z.enum(resolvedStates),
});

const hostSchema = z.object({
  address: z.string(),
  tenants: z.array(z.string()),
  memory: z.object({ usedMiB: z.number(), limitMiB: z.number().optional() }),
  slots: z.object({ used: z.int(), left: z.int() }),
});

const monitoringSchema = z.object({ prometheus: z.url(), alertmanager: z.url(), grafana: z.url().optional() });

const password = z.string().transform((value) => new Secret(value));

const fleetOutputs = z.object({
  tenants: z.record(z.string(), tenantSchema),
  adminPasswords: z.record(z.string(), password),
  hosts: z.record(z.string(), hostSchema),
  // A stack that isn't watched has neither.
  monitoring: z.record(z.string(), monitoringSchema).default({}),
  monitoringPasswords: z.record(z.string(), password).default({}),
  fleetSecret: password.optional(),
});

const tenantOutputs = tenantSchema.extend({ name: z.string(), adminPassword: password });

/**
 * Turns the outputs of a fleet's stack into typed values.
 *
 * @throws OutputsError naming each path that isn't as expected, and a password that isn't marked as a secret.
 */
export function decodeFleetOutputs(outputs: StackOutputs): FleetValues {
  return decode(fleetOutputs, outputs, "adminPasswords", "monitoringPasswords", "fleetSecret");
}

/**
 * Turns the outputs of a tenant's own stack into typed values.
 *
 * @throws OutputsError naming each path that isn't as expected, and a password that isn't marked as a secret.
 */
export function decodeTenantOutputs(outputs: StackOutputs): TenantValues {
  return decode(tenantOutputs, outputs, "adminPassword");
}

function decode<T>(schema: z.ZodType<T>, outputs: StackOutputs, ...secretKeys: readonly string[]): T {
  const values = Object.fromEntries(Object.entries(outputs).map(([key, { value }]) => [key, value]));
  const result = schema.safeParse(values);
  const faults = (result.error?.issues ?? []).map(({ path, message }) => ({
    path: path.join("."),
    expected: valueAt(values, path) === undefined ? "missing" : message,
  }));
  for (const key of secretKeys.filter((one) => outputs[one]?.secret === false)) {
    faults.push({ path: key, expected: "has to be a secret, but is in plain text in the stack" });
  }
  if (!result.success || faults.length > 0) {
    throw new OutputsError(faults);
  }
  return result.data;
}
