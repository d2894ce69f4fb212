import { backupDefaults, backupPolicy } from "./backup";
import { edgeUrl } from "./edgeChecks";
import type { Edge } from "./edgeTypes";
import { type ConfigProblem, showValue } from "./errors";
import type { ResolvedHost } from "./hostChecks";
import { defaultImages } from "./images";
import type { Read } from "./lenient";
import { checkLogin } from "./monitoringChecks";
import { portalNames } from "./names";
import { type ConfigPath, formatPath, removeCommand, setCommand } from "./paths";
import type { ResolvedPlan } from "./planChecks";
import { checkServices, servicesOf } from "./portalOidc";
import { checkStripe } from "./portalPayment";
import { invoicesOf } from "./portalInvoices";
import { checkSets, setsOf } from "./portalSets";
import { tenantPorts } from "./ports";
import { type Portal, portalName, type PortalMail, type PortalOffer, type SlotRange } from "./portalTypes";
import { unknownName, wrongValue } from "./problems";
import type { MonitoringConfig, PortalConfig, TenantConfig } from "./schema";
import { portalSizing } from "./portalSizing";
import { slotCount } from "./slots";
import { edgeAddresses, tenantAddresses, tenantSubnets } from "./subnets";
import type { Host, OdooVersion } from "./types";

const root: ConfigPath = ["portal"];

/** The last one, which a hash seldom gives. */
const defaultSlot = slotCount - 1;

/** PostgreSQL of the portal's own database, whatever tenants have: another default must not change data that is there. */
const postgresVersion = 17;

/** What a portal is resolved from. */
export interface PortalContext {
  readonly environment: string;
  readonly read: Read<PortalConfig>;
  readonly hosts: ReadonlyMap<string, ResolvedHost>;
  readonly plans: ReadonlyMap<string, ResolvedPlan>;
  readonly tenants: ReadonlyMap<string, Read<TenantConfig>>;
  readonly monitoring?: Read<MonitoringConfig>;
  readonly defaultOdoo: OdooVersion;
  /** What serves it; undefined: nothing that is sound. */
  readonly edge?: Edge;
  /** Whether an edge is declared, sound or not. */
  readonly hasEdge: boolean;
  /** Whether the stack's file encrypts a part of `portal`; undefined: not known. */
  readonly isEncrypted?: boolean;
}

/** Hosts with the portal's slots among the reserved ones, so that no declared tenant, and no tool, takes one. */
export function withPortalSlots(
  hosts: ReadonlyMap<string, ResolvedHost>,
  { value }: Read<PortalConfig>,
): Map<string, ResolvedHost> {
  const own = portalHost(value, [...hosts.keys()]);
  return new Map(
    [...hosts].map(([name, resolved]) => {
      const range = value.slots?.[name];
      const sold = range && range.from <= range.to ? slotsOf(range) : [];
      const portalSlots = [...new Set([...sold, ...(name === own ? [value.slot ?? defaultSlot] : [])])];
      const reservedSlots = [...new Set([...resolved.host.reservedSlots, ...portalSlots])].sort((a, b) => a - b);
      return [name, { ...resolved, host: { ...resolved.host, portalSlots, reservedSlots } }];
    }),
  );
}

function slotsOf({ from, to }: SlotRange): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function portalHost({ host }: Partial<PortalConfig>, hosts: readonly string[]): string | undefined {
  return host ?? (hosts.length === 1 ? hosts[0] : undefined);
}

/** Resolves the portal; reports what keeps it from being one. Undefined when it isn't sound, which was reported. */
export function resolvePortal(context: PortalContext, problems: ConfigProblem[]): Portal | undefined {
  const { environment, read, edge } = context;
  const before = problems.length;
  if (!context.hasEdge) {
    problems.push({
      path: formatPath(["edge"]),
      value: showValue(undefined),
      expected: "an edge: it serves the portal, and what customers order there",
      wayOut: `declare one: ${setCommand(["edge", "domain"], "odoo.example.com")}`,
    });
  }
  for (const key of (["slots", "plans"] as const).filter((key) => !read.faulty.has(key))) {
    if (Object.keys(read.value[key] ?? {}).length === 0) {
      problems.push(wrongValue([...root, key], read.value[key]));
    }
  }
  const host = chooseHost(context, problems);
  const slot = read.value.slot ?? defaultSlot;
  checkSlots(context, host, slot, problems);
  for (const plan of Object.keys(read.value.plans ?? {}).filter((plan) => !context.plans.has(plan))) {
    problems.push(unknownName([...root, "plans", plan], plan, [...context.plans.keys()]));
  }
  checkPrices(read.value, problems);
  const odooVersions = read.value.odooVersions ?? [context.defaultOdoo];
  checkImages(context, host, odooVersions, problems);
  const mail = chooseMail(context, problems);
  checkStripe(read.value, context.isEncrypted, problems);
  checkServices(read.value, context.isEncrypted, problems);
  checkSets(read.value, problems);
  const hostName = read.value.hostName ?? `${portalName}.${edge?.domain}`;
  checkNames(context, hostName, problems);
  if (edge === undefined || host === undefined || mail === undefined || problems.length > before) {
    return undefined;
  }
  return {
    name: portalName,
    state: "running",
    company: "Portal",
    host: host.name,
    slot,
    ports: tenantPorts(host.portBase, slot),
    subnets: tenantSubnets(host.subnetBase, slot),
    addresses: tenantAddresses(host.subnetBase, slot),
    names: portalNames(environment),
    edge: { names: [hostName], domains: [], unproven: [], address: edgeAddresses(host.subnetBase).engine },
    url: edgeUrl(edge, hostName),
    database: portalName,
    postgresVersion,
    baseImages: { node: host.images.node, postgres: host.images.postgres[postgresVersion]! },
    sizing: portalSizing(read.value.atOnce ?? 3),
    backup: backupPolicy(backupDefaults),
    sells: offer(context, edge, { hostName, mail, odooVersions }),
    atOnce: read.value.atOnce ?? 3,
  };
}

function offer(
  { read: { value }, tenants }: PortalContext,
  { domain, trustedProxies }: Edge,
  { hostName, mail, odooVersions }: { hostName: string; mail: PortalMail; odooVersions: readonly OdooVersion[] },
): PortalOffer {
  const declared = [...tenants].flatMap(([name, read]) => [`${name}.${domain}`, ...(read.value.domains ?? [])]);
  const taken = [hostName, ...declared].map((name) =>
    name.endsWith(`.${domain}`) ? name.slice(0, -domain.length - 1) : name,
  );
  return {
    domain,
    ...(trustedProxies.length > 0 && { trustedProxies }),
    plans: Object.fromEntries(
      Object.entries(value.plans ?? {}).map(
        ([plan, { price, asleepPrice, currency, trialDays = 0, keepDays = 30 }]) => [
          plan,
          { price, ...(asleepPrice !== undefined && { asleepPrice }), currency, trialDays, keepDays },
        ],
      ),
    ),
    odooVersions,
    ...setsOf(value.sets),
    slots: value.slots ?? {},
    ...(value.termsUrl === undefined ? {} : { termsUrl: value.termsUrl }),
    confirmHours: value.confirmHours ?? 24,
    graceDays: value.graceDays ?? 30,
    ...invoicesOf(value.invoices),
    ...servicesOf(value.oidc),
    requestsPerMinute: value.requestsPerMinute ?? 120,
    mail,
    takenAddresses: [...new Set(taken)].sort(),
  };
}

/** Who sleeps by his hours doesn't pay more for that. */
function checkPrices({ plans = {} }: Partial<PortalConfig>, problems: ConfigProblem[]): void {
  for (const [plan, { price, asleepPrice = price }] of Object.entries(plans)) {
    const path = [...root, "plans", plan, "asleepPrice"];
    if (asleepPrice > price) {
      problems.push({
        path: formatPath(path),
        value: showValue(asleepPrice),
        expected: `no more than the plan's price, ${price}`,
        wayOut: `${setCommand(path, price)}, or ${removeCommand(path)}`,
      });
    }
  }
}

function chooseHost({ read: { value, faulty }, hosts }: PortalContext, problems: ConfigProblem[]): Host | undefined {
  if (faulty.has("host")) {
    return undefined;
  }
  const names = [...hosts.keys()];
  const path = [...root, "host"];
  const name = portalHost(value, names);
  if (name === undefined) {
    if (names.length > 0) {
      problems.push({
        path: formatPath(path),
        value: showValue(undefined),
        expected: `one of ${names.join(", ")}: with several hosts the portal has to say`,
        wayOut: setCommand(path, names[0]!),
      });
    }
    return undefined;
  }
  const host = hosts.get(name)?.host;
  if (host === undefined) {
    problems.push(unknownName(path, name, names));
  } else if (host.os === "windows") {
    problems.push({
      path: formatPath(path),
      value: showValue(name),
      expected: "a Linux host: the portal's worker reaches the database by the host's own network",
      wayOut: "name another host",
    });
  }
  return host;
}

function checkSlots(
  { read: { value }, hosts }: PortalContext,
  own: Host | undefined,
  slot: number,
  problems: ConfigProblem[],
): void {
  for (const [name, range] of Object.entries(value.slots ?? {})) {
    const path = [...root, "slots", name];
    if (!hosts.has(name)) {
      problems.push(unknownName(path, name, [...hosts.keys()]));
    } else if (range.from > range.to) {
      problems.push({
        path: formatPath(path),
        value: showValue(range),
        expected: "a range whose last slot isn't below its first",
        wayOut: setCommand([...path, "to"], range.from),
      });
    } else if (name === own?.name && slot >= range.from && slot <= range.to) {
      problems.push({
        path: formatPath([...root, "slot"]),
        value: value.slot === undefined ? `(not set; ${slot})` : `${slot}`,
        expected: `a slot outside of ${formatPath(path)}, whose slots are sold`,
        wayOut: setCommand([...root, "slot"], range.to < defaultSlot ? range.to + 1 : Math.max(0, range.from - 1)),
      });
    }
  }
}

/** An image that was taken away by null, of what is sold or of the portal's own database. */
function checkImages(
  { read: { value }, hosts }: PortalContext,
  own: Host | undefined,
  odooVersions: readonly OdooVersion[],
  problems: ConfigProblem[],
): void {
  const sold = Object.keys(value.slots ?? {}).flatMap((name) => {
    const host = hosts.get(name)?.host;
    return odooVersions
      .filter((version) => host !== undefined && host.images.odoo[version] === undefined)
      .map((version) => ({ path: ["images", "odoo", version], what: `of Odoo ${version} on host ${name}` }));
  });
  const database =
    own !== undefined && own.images.postgres[postgresVersion] === undefined
      ? [
          {
            path: ["images", "postgres", `${postgresVersion}`],
            what: `of PostgreSQL ${postgresVersion} on host ${own.name}`,
          },
        ]
      : [];
  for (const { path, what } of [...sold, ...database]) {
    const usual =
      path[1] === "odoo" ? defaultImages.odoo[path[2] as OdooVersion] : defaultImages.postgres[postgresVersion];
    problems.push({
      path: formatPath(path),
      value: "null",
      expected: `the image ${what}, which the portal needs`,
      wayOut: setCommand(path, usual!),
    });
  }
}

function chooseMail(
  { read: { value, faulty }, monitoring, isEncrypted }: PortalContext,
  problems: ConfigProblem[],
): PortalMail | undefined {
  const path = [...root, "mail"];
  if (value.mail !== undefined) {
    checkLogin(path, value.mail, isEncrypted, problems);
  }
  const declared = value.mail ?? monitoring?.value.mail;
  if (declared === undefined) {
    if (!faulty.has("mail") && !monitoring?.faulty.has("mail")) {
      problems.push({
        path: formatPath(path),
        value: showValue(undefined),
        expected:
          "a mail server: customers confirm their orders by mail; that of monitoring.mail, or one of the portal's own",
        wayOut: `${setCommand([...path, "smtp"], "smtp.example.com:587")}; ${setCommand([...path, "from"], "portal@example.com")}`,
      });
    }
    return undefined;
  }
  const { smtp, from, username, requireTls = true } = declared;
  const [, host = "", port = ""] = /^(.*):(\d+)$/.exec(smtp) ?? [];
  return {
    host: host.replace(/^\[(.*)\]$/, "$1"),
    port: Number(port),
    from,
    ...(username === undefined ? {} : { user: username }),
    requireTls,
  };
}

/** Declared tenants that have the portal's name, or its host name. */
function checkNames({ tenants, edge }: PortalContext, hostName: string, problems: ConfigProblem[]): void {
  for (const [name, { value }] of tenants) {
    const path: ConfigPath = ["tenants", name];
    const isNamedSo = name === portalName;
    if (isNamedSo || `${name}.${edge?.domain}` === hostName) {
      problems.push({
        path: formatPath(path),
        value: showValue(name),
        expected: isNamedSo
          ? "another name: the portal's own objects have this one"
          : `another name: ${hostName} is the portal's address`,
        wayOut: isNamedSo
          ? "rename it in the stack's file, before it is created"
          : `rename it in the stack's file, before it is created; or give the portal another address: ${setCommand([...root, "hostName"], "portal.example.com")}`,
      });
    }
    value.domains?.forEach((domain, index) => {
      if (domain === hostName) {
        problems.push({
          path: formatPath([...path, "domains", index]),
          value: showValue(domain),
          expected: "a name that isn't the portal's: its sessions would go to this tenant",
          wayOut: removeCommand([...path, "domains", index]),
        });
      }
    });
  }
}
