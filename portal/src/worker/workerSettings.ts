import { readFileSync } from "node:fs";
import { parseFleet } from "odoo-fleet/fleet";
import { z } from "zod";
import { type Settings, SettingsError, shortestSecret } from "../settings.ts";

const workerSchema = z.strictObject({
  /** Name of the Pulumi project that has the tenants' stacks. */
  project: z
    .string()
    .regex(/^[A-Za-z][\w.-]{0,99}$/)
    .default("odoo-fleet-portal"),
  /** Tenants that are made at the same time. Each takes a CLI, a program and their plugins: about 250 MiB. */
  atOnce: z.int().min(1).max(20).default(3),
  /** Folder of the Pulumi policy pack that each change of a tenant is judged by; the project's own, `policy/`, by default. */
  policyPack: z.string().min(1).optional(),
  /** File with the pack's levels, settings and exceptions (docs/policies.md); none by default. */
  policyPackConfig: z.string().min(1).optional(),
  /**
   * The volume from which the web process reads exports, on its host, and the web process's container. Without, the web process reads them in the folder in
   * which they are made, which `PORTAL_EXPORTS` names for both.
   */
  exports: z.strictObject({ host: z.string(), volume: z.string(), reader: z.string() }).optional(),
  /**
   * The fleet's Alertmanagers, by host: the name of its container, that of the Prometheus beside it (without, nobody is asked for certificates), and where
   * Grafana is on that host. None by default: nothing is watched.
   */
  monitors: z
    .array(
      z.strictObject({
        ...{ host: z.string(), alertmanager: z.string() },
        ...{ prometheus: z.string().optional(), dashboards: z.url().optional() },
      }),
    )
    .default([]),
  /** What the tenants take that the fleet declares itself, by host: MiB of memory, and CPUs. None by default. */
  declared: z.record(z.string(), z.strictObject({ memoryMiB: z.number(), cpus: z.number() })).default({}),
  /** The fleet's settings, as `createTenant` takes them: hosts, plans, edge, images, `environment`. It names no tenants. */
  fleet: z.looseObject({ environment: z.string(), tenants: z.never().optional() }),
});

/** What only the worker has to know. */
export type WorkerSettings = Readonly<z.infer<typeof workerSchema>>;

/**
 * Judges the worker's settings, and whether the fleet has all that the portal sells.
 *
 * @throws SettingsError naming every mistake, each with its path.
 */
export function parseWorkerSettings(value: unknown, settings: Settings): WorkerSettings {
  const result = workerSchema.safeParse(value);
  if (!result.success) {
    const problems = result.error.issues.map(({ path, message }) => `  ${path.join(".") || "settings"}: ${message}`);
    throw new SettingsError(`the worker's settings can't be used:\n${problems.join("\n")}`);
  }
  const { fleet } = result.data;
  // A tenant of each plan and release that is sold, on each host: what the fleet refuses now would fail an order later.
  const faults = Object.keys(settings.slots).flatMap((host) =>
    Object.keys(settings.plans).flatMap((plan) =>
      settings.odooVersions.flatMap((odoo) => faultsOf(fleet, { host, plan, odoo, slot: settings.slots[host]!.from })),
    ),
  );
  if (faults.length > 0) {
    throw new SettingsError(`the fleet can't make what is sold:\n${[...new Set(faults)].join("\n")}`);
  }
  return result.data;
}

/** The worker's settings in the JSON file that `PORTAL_WORKER_SETTINGS` names. */
export function readWorkerSettings(environment: NodeJS.ProcessEnv, settings: Settings): WorkerSettings {
  const file = environment["PORTAL_WORKER_SETTINGS"];
  if (!file) {
    throw new SettingsError("PORTAL_WORKER_SETTINGS is not set; expected the path of a file");
  }
  return parseWorkerSettings(JSON.parse(readFileSync(file, "utf8")), settings);
}

/** The fleet's secret, from the file that `PORTAL_FLEET_SECRET_FILE` names; needed where the fleet has an edge. */
export function fleetSecret(environment: NodeJS.ProcessEnv, { fleet }: WorkerSettings): string | undefined {
  if (fleet["edge"] === undefined) {
    return undefined;
  }
  const file = environment["PORTAL_FLEET_SECRET_FILE"];
  if (!file) {
    throw new SettingsError(
      "PORTAL_FLEET_SECRET_FILE is not set; expected the path of a file with the output fleetSecret of the stack that has the edges",
    );
  }
  return readFileSync(file, "utf8").trim();
}

/**
 * What the key follows from that secrets of webhooks are sealed for: the file that `PORTAL_WEBHOOK_SECRET_FILE` names, or the fleet's secret. Without
 * either, nobody can make a webhook.
 */
export function webhookSecret(environment: NodeJS.ProcessEnv, fleet: string | undefined): string | undefined {
  const file = environment["PORTAL_WEBHOOK_SECRET_FILE"];
  if (!file) {
    return fleet;
  }
  const secret = readFileSync(file, "utf8").trim();
  if (secret.length < shortestSecret) {
    throw new SettingsError(
      `PORTAL_WEBHOOK_SECRET_FILE: ${file} has ${secret.length} characters; expected ${shortestSecret} or more: openssl rand -hex 32 > FILE`,
    );
  }
  return secret;
}

function faultsOf({ environment, ...fleet }: WorkerSettings["fleet"], tenant: object): string[] {
  const parsed = parseFleet({ ...fleet, tenants: { example: tenant } }, environment);
  return parsed.ok
    ? []
    : parsed.problems.map(({ path, value, expected }) => `  fleet: ${path}: ${value}; expected ${expected}`);
}
