import { checkDomains, type EdgeContext, resolveEdge } from "./edgeChecks";
import { type ConfigProblem, FleetConfigError, showValue } from "./errors";
import { resolveHosts } from "./hostChecks";
import { resolveMonitoring } from "./monitoringChecks";
import { type FleetSecrets, monitoringSecrets, portalSecrets } from "./monitoringSecrets";
import type { Layout } from "./layout";
import { isObject, readNamed, readObject } from "./lenient";
import { environmentNameFault, validNameNear } from "./names";
import { resolveOffsite } from "./offsiteChecks";
import { namespace } from "./paths";
import { planSizes, resolvePlans } from "./planChecks";
import { resolvePortal, withPortalSlots } from "./portalChecks";
import { unknownKey } from "./problems";
import {
  type DefaultsConfig,
  defaultsSchema,
  type EdgeConfig,
  edgeSchema,
  fleetSchema,
  type HostConfig,
  hostSchema,
  type ImagesConfig,
  imagesSchema,
  type MonitoringConfig,
  monitoringSchema,
  type OffsiteConfig,
  offsiteSchema,
  type PlanConfig,
  planSchema,
  type PortalConfig,
  portalSchema,
  type TenantConfig,
  tenantSchema,
  type UpdatesConfig,
  updatesSchema,
} from "./schema";
import { resolveSudoPasswords } from "./sudoPasswords";
import { resolveTenants } from "./tenantChecks";
import type { Fleet } from "./types";
import { resolveUpdates } from "./updates";

/** The configuration as read: the keys of the namespace without its prefix (`hosts`, `tenants`, ...) and their values. */
export type RawConfig = Readonly<Record<string, unknown>>;

export type FleetResult =
  | { readonly ok: true; readonly fleet: Fleet; readonly secrets: FleetSecrets }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/**
 * Picks the fleet's keys out of a stack's whole configuration, as `pulumi.runtime.allConfig()` gives it: full keys, and
 * values as text, which is JSON where they are structured.
 */
export function rawConfig(all: Readonly<Record<string, string>>): RawConfig {
  return Object.fromEntries(Object.entries(ownKeys(all)).map(([key, text]) => [key, parseJson(text)]));
}

/** The fleet's own keys among all of a stack's configuration, without their namespace. */
export function ownKeys<T>(all: Readonly<Record<string, T>>): Record<string, T> {
  const own = Object.entries(all).filter(([key]) => key.startsWith(`${namespace}:`));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(namespace.length + 1), value]));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/**
 * Validates a configuration and computes the fleet from it. Every problem is found in one go: values and keys against
 * the schema, then what the sound ones mean together.
 *
 * @param environment the Pulumi stack's name.
 * @param secretKeys keys whose values the stack's file encrypts, in part at least; undefined: that isn't known, as when the
 * settings come from another program, and not checked.
 * @param now the moment that tenants' lifecycles are looked at; by default the clock's, which nothing else here reads.
 */
export function parseFleet(
  raw: RawConfig,
  environment: string,
  secretKeys?: readonly string[],
  now = new Date(),
): FleetResult {
  const problems: ConfigProblem[] = [];
  const fault = environmentNameFault(environment);
  if (fault !== undefined) {
    problems.push({
      path: "stack name",
      value: showValue(environment),
      expected: fault,
      wayOut: `pulumi stack rename ${validNameNear(environment, "env")}`,
    });
  }
  for (const key of Object.keys(raw).filter((key) => !Object.hasOwn(fleetSchema.shape, key))) {
    problems.push(unknownKey([key], raw[key]));
  }

  const { layout = "single" } = readObject<{ layout: Layout }>(
    fleetSchema.pick({ layout: true }),
    raw.layout === undefined ? {} : { layout: raw.layout },
    [],
    problems,
  ).value;
  const defaults = readObject<DefaultsConfig>(defaultsSchema, raw.defaults ?? {}, ["defaults"], problems);
  const images = readObject<ImagesConfig>(imagesSchema, raw.images ?? {}, ["images"], problems);
  const declaredPlans = readNamed(raw.plans, ["plans"], problems, (entry, path) =>
    readObject<PlanConfig>(planSchema, entry, path, problems),
  );
  const declaredHosts = readNamed(raw.hosts, ["hosts"], problems, (entry, path) =>
    readObject<HostConfig>(hostSchema, entry, path, problems),
  );
  const declaredTenants = readNamed(raw.tenants, ["tenants"], problems, (entry, path) =>
    readObject<TenantConfig>(tenantSchema, entry, path, problems),
  );

  const plans = resolvePlans(declaredPlans, problems);
  const readPortal =
    raw.portal === undefined ? undefined : readObject<PortalConfig>(portalSchema, raw.portal, ["portal"], problems);
  const allHosts = resolveHosts(declaredHosts, images, raw.hosts === undefined || isObject(raw.hosts), problems);
  const hosts = readPortal ? withPortalSlots(allHosts, readPortal) : allHosts;
  const isEncrypted = (key: string): boolean | undefined => secretKeys?.includes(key);
  const sudoPasswords = resolveSudoPasswords(raw.sudoPasswords, hosts, isEncrypted("sudoPasswords"), problems);
  const read =
    raw.monitoring === undefined
      ? undefined
      : readObject<MonitoringConfig>(monitoringSchema, raw.monitoring, ["monitoring"], problems);
  const monitoring =
    read && resolveMonitoring({ environment, read, hosts, isEncrypted: isEncrypted("monitoring") }, problems);
  const offsite =
    raw.backup === undefined
      ? undefined
      : resolveOffsite(
          {
            environment,
            read: readObject<OffsiteConfig>(offsiteSchema, raw.backup, ["backup"], problems),
            isEncrypted: isEncrypted("backup"),
          },
          problems,
        );
  const edge = readEdge(raw.edge, { environment, hosts, isEncrypted: isEncrypted("edge") }, problems);
  checkDomains(edge, raw.edge !== undefined, declaredTenants, problems);
  const tenants = resolveTenants(
    { environment, tenants: declaredTenants, hosts, plans, defaults, edge, hasEdge: raw.edge !== undefined, now },
    problems,
  );
  const portal =
    readPortal &&
    resolvePortal(
      {
        ...{ environment, read: readPortal, hosts, plans, tenants: declaredTenants, monitoring: read, edge },
        defaultOdoo: defaults.value.odoo ?? "19.0",
        hasEdge: raw.edge !== undefined,
        isEncrypted: isEncrypted("portal"),
      },
      problems,
    );
  const updates =
    raw.updates === undefined
      ? undefined
      : resolveUpdates(
          readObject<UpdatesConfig>(updatesSchema, raw.updates, ["updates"], problems),
          [...declaredTenants.keys()],
          problems,
        );
  return problems.length > 0
    ? { ok: false, problems }
    : {
        ok: true,
        fleet: {
          environment,
          layout,
          hosts: Object.fromEntries([...hosts].map(([name, { host }]) => [name, host])),
          tenants,
          plans: planSizes(plans),
          ...(monitoring === undefined ? {} : { monitoring }),
          ...(offsite === undefined ? {} : { offsite: offsite.offsite }),
          ...(edge === undefined ? {} : { edge }),
          ...(portal === undefined ? {} : { portal }),
          ...(updates === undefined ? {} : { updates }),
        },
        secrets: {
          sudoPasswords,
          ...(offsite === undefined ? {} : { offsite: offsite.secret }),
          ...(edge?.wildcard === undefined ? {} : { wildcard: wildcardSecrets(raw.edge) }),
          ...(readPortal === undefined ? {} : { portal: portalSecrets(readPortal.value, read?.value) }),
          monitoring: read
            ? Object.fromEntries([...hosts.keys()].map((host) => [host, monitoringSecrets(read.value, host)]))
            : {},
        },
      };
}

function readEdge(
  raw: unknown,
  context: Omit<EdgeContext, "read">,
  problems: ConfigProblem[],
): ReturnType<typeof resolveEdge> {
  return raw === undefined
    ? undefined
    : resolveEdge({ ...context, read: readObject<EdgeConfig>(edgeSchema, raw, ["edge"], problems) }, problems);
}

/** What the DNS provider is asked with; the edge was read before. */
function wildcardSecrets(raw: unknown): Readonly<Record<string, string>> {
  return edgeSchema.parse(raw).wildcard!.credentials;
}

/**
 * Computes the fleet from its configuration, without its secrets: `parseFleet` has those too.
 *
 * @param environment the Pulumi stack's name.
 * @param secretKeys see `parseFleet`.
 * @param now see `parseFleet`.
 * @throws FleetConfigError with every problem of the configuration.
 */
export function resolveFleet(
  raw: RawConfig,
  environment: string,
  secretKeys?: readonly string[],
  now = new Date(),
): Fleet {
  const result = parseFleet(raw, environment, secretKeys, now);
  if (!result.ok) {
    throw new FleetConfigError(environment, result.problems);
  }
  return result.fleet;
}
