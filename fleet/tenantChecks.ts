import { isSupportedPair, supportedPostgres } from "./compatibility";
import { publicAddress } from "./edgeChecks";
import type { Edge } from "./edgeTypes";
import { type ConfigProblem, showValue } from "./errors";
import type { ResolvedHost } from "./hostChecks";
import { defaultImages } from "./images";
import type { Read } from "./lenient";
import { startModules } from "./modules";
import { databaseName, defaultCompany, tenantNameFault, tenantNames, validNameNear } from "./names";
import { type ConfigPath, formatPath, setCommand } from "./paths";
import { checkBackup, type ResolvedPlan } from "./planChecks";
import { tenantPorts } from "./ports";
import { unknownName } from "./problems";
import type { DefaultsConfig, TenantConfig } from "./schema";
import { backupDefaults, backupPolicy } from "./backup";
import { checkCapacity, demandOf } from "./capacityChecks";
import { checkCopy, withSource } from "./copyChecks";
import { resolveLifecycle } from "./lifecycleChecks";
import { resolveWake } from "./wakeChecks";
import { checkSlots, type PlacedTenant } from "./slotChecks";
import { hashedSlot } from "./slots";
import { publishedNetwork, tenantAddresses, tenantSubnets } from "./subnets";
import type { Host, OdooVersion, PostgresVersion, Tenant, TenantBaseImages, TenantDeclaration } from "./types";

/** What tenants are checked against. */
export interface TenantContext {
  readonly environment: string;
  readonly tenants: ReadonlyMap<string, Read<TenantConfig>>;
  readonly hosts: ReadonlyMap<string, ResolvedHost>;
  readonly plans: ReadonlyMap<string, ResolvedPlan>;
  readonly defaults: Read<DefaultsConfig>;
  /** What serves tenants by HTTPS; undefined: nothing does. */
  readonly edge?: Edge;
  /** Whether one is declared, sound or not. */
  readonly hasEdge: boolean;
  /** When tenants' lifecycles are looked at. */
  readonly now: Date;
}

/**
 * Resolves the tenants that are sound, ordered by name; reports everything that keeps one from being so. The result is
 * complete when nothing was reported.
 */
export function resolveTenants(context: TenantContext, problems: ConfigProblem[]): Record<string, Tenant> {
  const { defaults, hosts, plans } = context;
  if (defaults.value.host !== undefined && !hosts.has(defaults.value.host)) {
    problems.push(unknownName(["defaults", "host"], defaults.value.host, [...hosts.keys()]));
  }
  if (defaults.value.plan !== undefined && !plans.has(defaults.value.plan)) {
    problems.push(unknownName(["defaults", "plan"], defaults.value.plan, [...plans.keys()]));
  }
  const candidates = [...context.tenants]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, read]) => {
      checkCopy(name, read, context.tenants, problems);
      return resolveTenant(name, withSource(read, context.tenants), context, problems);
    });
  for (const { host } of hosts.values()) {
    const own = candidates.filter((candidate) => candidate.host === host);
    const unreadable = own.filter(({ placed }) => placed === undefined).map(({ name }) => name);
    checkSlots(
      host,
      own.flatMap(({ placed }) => placed ?? []),
      unreadable,
      problems,
    );
    checkCapacity(host, own, problems);
  }
  return Object.fromEntries(candidates.flatMap(({ tenant }) => (tenant ? [[tenant.name, tenant]] : [])));
}

interface Candidate {
  readonly name: string;
  readonly host?: Host;
  readonly placed?: PlacedTenant;
  readonly plan?: string;
  /** MiB and CPUs that it takes from its host; 0 while it has no containers. */
  readonly memory: number;
  readonly cpus: number;
  readonly tenant?: Tenant;
}

function resolveTenant(
  name: string,
  { value, faulty }: Read<TenantConfig>,
  context: TenantContext,
  problems: ConfigProblem[],
): Candidate {
  const path: ConfigPath = ["tenants", name];
  checkName(name, context, problems);
  const hostName = faulty.has("host") ? undefined : chooseHost(path, value.host, context, problems);
  const resolvedHost = hostName === undefined ? undefined : context.hosts.get(hostName);
  const planName = faulty.has("plan") ? undefined : choosePlan(path, value.plan, context, problems);
  const plan = planName === undefined ? undefined : context.plans.get(planName);
  const defaults = context.defaults.value;
  const odooVersion = value.odoo ?? defaults.odoo ?? "19.0";
  const postgresVersion = value.postgres ?? defaults.postgres ?? 17;
  const hasOdoo = !faulty.has("odoo") && (value.odoo !== undefined || !context.defaults.faulty.has("odoo"));
  const hasPostgres =
    !faulty.has("postgres") && (value.postgres !== undefined || !context.defaults.faulty.has("postgres"));
  if (hasOdoo && hasPostgres && !isSupportedPair(odooVersion, postgresVersion)) {
    const supported = supportedPostgres(odooVersion);
    problems.push({
      path: formatPath([...path, "postgres"]),
      value: `${postgresVersion}${value.postgres === undefined ? " (from odoo-fleet:defaults.postgres)" : ""}`,
      expected: `a PostgreSQL that Odoo ${odooVersion} supports: ${supported.join(", ")}`,
      wayOut: setCommand([...path, "postgres"], supported.at(-1)!),
    });
  }
  const lifecycle = resolveLifecycle(name, value, context.now, problems);
  const state = lifecycle?.desired.state ?? value.state ?? "running";
  // Nothing is built for a tenant without containers.
  if (resolvedHost && state !== "decommissioned") {
    if (hasOdoo) {
      checkImage("odoo", odooVersion, name, resolvedHost, problems);
    }
    if (hasPostgres) {
      checkImage("postgres", postgresVersion, name, resolvedHost, problems);
    }
  }

  const host = resolvedHost?.host;
  const slot = value.slot ?? hashedSlot(name);
  const wake = resolveWake(name, value, lifecycle, plan, context.hasEdge, problems);
  const { memory, cpus } = demandOf(state, plan, wake !== undefined);
  const backup = { ...plan?.backup, ...value.backup };
  // A fault of the plan's own is reported there.
  if (value.backup !== undefined) {
    checkBackup([...path, "backup"], backup, problems);
  }
  const placed = faulty.has("slot") ? undefined : { name, slot, isPinned: value.slot !== undefined };
  if (host === undefined || planName === undefined || plan?.sizing === undefined) {
    return { name, host, placed, plan: planName, memory, cpus };
  }
  const ports = tenantPorts(host.portBase, slot);
  const isCopy = value.copyOf !== undefined;
  const declared: TenantDeclaration = {
    name,
    host: host.name,
    slot,
    plan: planName,
    odooVersion,
    postgresVersion,
    modules: startModules(value.modules),
    serverWideModules: sorted(value.serverWideModules ?? []),
    odooOptions: value.odooOptions ?? {},
    odooImage: {
      addons: [...new Set([value.addons ?? []].flat())],
      pythonPackages: sorted(value.pythonPackages ?? []),
      debianPackages: sorted(value.debianPackages ?? []),
    },
    company: value.company ?? defaultCompany(name),
    database: databaseName(name),
    ports,
    subnets: tenantSubnets(host.subnetBase, slot, isCopy),
    addresses: tenantAddresses(host.subnetBase, slot),
    ...(isCopy && { published: publishedNetwork(host.subnetBase, slot) }),
    names: tenantNames(context.environment, name, value.restored, isCopy),
    ...publicAddress(name, host, ports, value, context.edge),
    sizing: plan.sizing,
    restored: value.restored ?? 0,
    backup: backupPolicy({ ...backupDefaults, ...backup }),
    ...(isCopy && { copyOf: value.copyOf }),
    neutralized: sorted(value.neutralized ?? []),
    ...(lifecycle && { lifecycle }),
  };
  const candidate = { name, host, placed, plan: planName, memory, cpus };
  if (state === "decommissioned") {
    const { withoutLastBackup, keepUntil } = value;
    return { ...candidate, tenant: { ...declared, state, withoutLastBackup, keepUntil } };
  }
  const isUnfilled = isCopy && value.restored === undefined;
  const baseImages = baseImagesOf(host, odooVersion, postgresVersion);
  if (baseImages === undefined) {
    return candidate;
  }
  if (isUnfilled || state === "running") {
    return { ...candidate, tenant: { ...declared, state: isUnfilled ? "unfilled" : state, baseImages } };
  }
  return { ...candidate, tenant: { ...declared, state, baseImages, ...(wake && { wake }) } };
}

/** What a tenant's images are built from; undefined where one isn't available, which has been reported. */
function baseImagesOf(
  { images }: Host,
  odooVersion: OdooVersion,
  postgresVersion: PostgresVersion,
): TenantBaseImages | undefined {
  const [odoo, postgres] = [images.odoo[odooVersion], images.postgres[postgresVersion]];
  return odoo === undefined || postgres === undefined ? undefined : { odoo, postgres, nginx: images.nginx };
}

function checkName(name: string, { environment, tenants }: TenantContext, problems: ConfigProblem[]): void {
  const fault = tenantNameFault(name, environment);
  if (fault !== undefined) {
    const proposal = validNameNear(name, "tenant");
    const isFree = proposal !== name && !tenants.has(proposal) && tenantNameFault(proposal, environment) === undefined;
    problems.push({
      path: formatPath(["tenants", name]),
      value: showValue(name),
      expected: fault,
      wayOut: `rename it in the stack's file${isFree ? `, for example to ${proposal}` : ""}, before it is created`,
    });
  }
}

function chooseHost(
  path: ConfigPath,
  own: string | undefined,
  { hosts, defaults }: TenantContext,
  problems: ConfigProblem[],
): string | undefined {
  const names = [...hosts.keys()];
  if (own !== undefined) {
    if (!hosts.has(own)) {
      problems.push(unknownName([...path, "host"], own, names));
    }
    return own;
  }
  if (defaults.value.host !== undefined || defaults.faulty.has("host")) {
    return defaults.value.host;
  }
  if (names.length > 1) {
    problems.push({
      path: formatPath([...path, "host"]),
      value: showValue(undefined),
      expected: `one of ${names.join(", ")}: with several hosts a tenant has to say, or odoo-fleet:defaults.host`,
      wayOut: setCommand([...path, "host"], names[0]!),
    });
    return undefined;
  }
  return names[0];
}

function choosePlan(
  path: ConfigPath,
  own: string | undefined,
  { plans, defaults }: TenantContext,
  problems: ConfigProblem[],
): string | undefined {
  if (own !== undefined && !plans.has(own)) {
    problems.push(unknownName([...path, "plan"], own, [...plans.keys()]));
  }
  return own ?? (defaults.faulty.has("plan") ? undefined : (defaults.value.plan ?? "starter"));
}

/** A version whose image was taken away by null. Reported once, for the first tenant that asks. */
function checkImage(
  kind: "odoo" | "postgres",
  version: string | number,
  tenant: string,
  { host, overrides }: ResolvedHost,
  problems: ConfigProblem[],
): void {
  const references: Readonly<Record<string, string>> = host.images[kind];
  if (references[version] !== undefined) {
    return;
  }
  const own: Readonly<Record<string, string | null>> | undefined = overrides[kind];
  const path = [...(own?.[version] === null ? ["hosts", host.name] : []), "images", kind, String(version)];
  const formatted = formatPath(path);
  if (!problems.some((problem) => problem.path === formatted)) {
    const usual: Readonly<Record<string, string>> = defaultImages[kind];
    problems.push({
      path: formatted,
      value: "null",
      expected: `the image of ${kind === "odoo" ? "Odoo" : "PostgreSQL"} ${version}, which tenant "${tenant}" asks for`,
      wayOut: `${setCommand(path, usual[version]!)}, or choose another version for the tenant`,
    });
  }
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
