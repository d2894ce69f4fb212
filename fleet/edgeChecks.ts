import type { CertificateSource, Edge, EdgeHost, TenantEdge } from "./edgeTypes";
import { type ConfigProblem, showValue } from "./errors";
import type { ResolvedHost } from "./hostChecks";
import type { Read } from "./lenient";
import { edgeNames } from "./names";
import { type ConfigPath, formatPath, removeCommand, setCommand } from "./paths";
import { portsPerSlot, sharedPortCount } from "./ports";
import { wrongValue } from "./problems";
import type { EdgeConfig, TenantConfig } from "./schema";
import { slotCount } from "./slots";
import { edgeAddresses, edgeSubnet } from "./subnets";
import type { Host, TenantDeclaration, TenantPorts } from "./types";
import { urlHost } from "./urlHost";
import { checkTrustedProxies } from "./trustedProxyChecks";
import { resolveWildcard } from "./wildcardChecks";

/** Let's Encrypt's directory. */
const letsEncrypt = "https://acme-v02.api.letsencrypt.org/directory";

/** What browsers are told by default: a year, the least that their preload list takes (hstspreload.org). */
const defaultHstsSeconds = 31_536_000;

/** Domains that no public authority signs for: they are nobody's (RFC 2606, RFC 6761, RFC 6762, ICANN's `internal`). */
const nobodysDomain = /(^|\.)(localhost|test|invalid|example|local|internal)$/;

const root: ConfigPath = ["edge"];

/** What an edge is resolved from. */
export interface EdgeContext {
  readonly environment: string;
  readonly read: Read<EdgeConfig>;
  readonly hosts: ReadonlyMap<string, ResolvedHost>;
  /** Whether the stack's file encrypts a part of `edge`; undefined: not known. */
  readonly isEncrypted?: boolean;
}

/** Resolves the edges of all hosts; reports what keeps them from being so. Undefined without a sound domain, which was reported. */
export function resolveEdge(
  { environment, read, hosts, isEncrypted }: EdgeContext,
  problems: ConfigProblem[],
): Edge | undefined {
  const { value, faulty } = read;
  if (value.domain === undefined) {
    if (!faulty.has("domain")) {
      problems.push(wrongValue([...root, "domain"], undefined));
    }
    return undefined;
  }
  const certificates = certificateSource(value, problems);
  const wildcard = value.wildcard && resolveWildcard(value.wildcard, certificates, isEncrypted, problems);
  const https = value.httpsPort ?? 443;
  const ports = { http: value.httpPort ?? 80, https, public: value.publicPort ?? https };
  checkPorts(
    ports,
    [...hosts.values()].map(({ host }) => host),
    problems,
  );
  checkAddresses(hosts, problems);
  checkTrustedProxies(value.trustedProxies ?? [], hosts, problems);
  return {
    domain: value.domain,
    certificates,
    ports,
    hstsSeconds: value.hsts ?? (certificates.kind === "acme" ? defaultHstsSeconds : 0),
    trustedProxies: [...new Set(value.trustedProxies ?? [])],
    ...(wildcard === undefined ? {} : { wildcard }),
    hosts: Object.fromEntries([...hosts.values()].map(({ host }) => [host.name, edgeHost(environment, host)])),
  };
}

function edgeHost(environment: string, host: Host): EdgeHost {
  return {
    host: host.name,
    subnet: edgeSubnet(host.subnetBase),
    addresses: edgeAddresses(host.subnetBase),
    names: edgeNames(environment),
  };
}

function certificateSource(
  { domain, certificates, acme }: Partial<EdgeConfig>,
  problems: ConfigProblem[],
): CertificateSource {
  if (certificates === "internal") {
    if (acme !== undefined) {
      problems.push({
        path: formatPath([...root, "acme"]),
        value: showValue(acme),
        expected: "nothing: with certificates internal nothing is ordered",
        wayOut: `${removeCommand([...root, "acme"])}, or ${setCommand([...root, "certificates"], "acme")}`,
      });
    }
    return { kind: "internal" };
  }
  if (acme?.directory === undefined && nobodysDomain.test(domain!)) {
    problems.push({
      path: formatPath([...root, "domain"]),
      value: showValue(domain),
      expected: "a registered domain: Let's Encrypt signs for no other",
      wayOut: `${setCommand([...root, "certificates"], "internal")}, or name your own domain`,
    });
  }
  return {
    kind: "acme",
    directory: acme?.directory ?? letsEncrypt,
    ...(acme?.email === undefined ? {} : { email: acme.email }),
    ...(acme?.root === undefined ? {} : { root: acme.root }),
  };
}

/**
 * The edge's network has IPv4 alone. What came by IPv6 would be handed on by Docker's own proxy, with the engine's address in the place of the client's, by
 * which Nginx limits passwords: one visitor would lock all others out. `::` would be no rule of the firewall's either.
 */
function checkAddresses(hosts: EdgeContext["hosts"], problems: ConfigProblem[]): void {
  for (const { host } of hosts.values()) {
    if (host.publicAddress.includes(":")) {
      const path: ConfigPath = ["hosts", host.name, "publicAddress"];
      problems.push({
        path: formatPath(path),
        value: showValue(host.publicAddress),
        expected: "an IPv4 address of the host, or 0.0.0.0 for all of them: the edge isn't published by IPv6",
        wayOut: `${setCommand(path, "0.0.0.0")}, and let no AAAA record lead there`,
      });
    }
  }
}

function checkPorts({ http, https }: Edge["ports"], hosts: readonly Host[], problems: ConfigProblem[]): void {
  const path = [...root, "httpsPort"];
  if (http === https) {
    problems.push({
      path: formatPath(path),
      value: showValue(https),
      expected: "another port than httpPort's",
      wayOut: setCommand(path, https === 443 ? 8443 : 443),
    });
  }
  for (const { name, portBase } of hosts) {
    const last = portBase + slotCount * portsPerSlot + sharedPortCount - 1;
    for (const [key, port] of [
      ["httpPort", http],
      ["httpsPort", https],
    ] as const) {
      if (port >= portBase && port <= last) {
        problems.push({
          path: formatPath([...root, key]),
          value: showValue(port),
          expected: `a port outside ${portBase} to ${last}, which are the tenants' of host ${name}`,
          wayOut: setCommand([...root, key], key === "httpPort" ? 80 : 443),
        });
      }
    }
  }
}

/** The names that the edge serves a tenant at: the customer's own that are proven, and the fleet's. */
function namesAtEdge(
  { domain, certificates }: Edge,
  tenant: string,
  { domains: declared = [], proven = [] }: Partial<TenantConfig>,
): Pick<TenantEdge, "names" | "domains" | "unproven"> {
  const own = `${tenant}.${domain}`;
  const domains = [...new Set(declared)].filter((name) => name !== own);
  // An authority of the fleet's own orders nothing, and no stranger trusts it.
  const unproven = certificates.kind === "internal" ? [] : domains.filter((name) => !proven.includes(name));
  return { names: [...domains.filter((name) => !unproven.includes(name)), own], domains, unproven };
}

/** Address of a name at the edge. */
export function edgeUrl({ ports }: Pick<Edge, "ports">, name: string): string {
  return `https://${name}${ports.public === 443 ? "" : `:${ports.public}`}`;
}

/** Where customers reach a tenant. */
export function publicAddress(
  name: string,
  host: Host,
  ports: TenantPorts,
  config: Partial<TenantConfig>,
  edge: Edge | undefined,
): Pick<TenantDeclaration, "url" | "edge" | "publishesPort"> {
  if (edge === undefined) {
    return { url: `http://${urlHost(host.address)}:${ports.http}`, publishesPort: true };
  }
  const served = namesAtEdge(edge, name, config);
  return {
    url: edgeUrl(edge, served.names[0]!),
    edge: { ...served, address: edgeAddresses(host.subnetBase).engine },
    publishesPort: config.publishPort ?? false,
  };
}

/** Reports names that two tenants have, and what of a tenant means nothing without an edge. */
export function checkDomains(
  edge: Edge | undefined,
  hasEdge: boolean,
  tenants: ReadonlyMap<string, Read<TenantConfig>>,
  problems: ConfigProblem[],
): void {
  const owners = new Map([...tenants.keys()].map((name) => [`${name}.${edge?.domain}`, name]));
  for (const [name, { value }] of [...tenants].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const path: ConfigPath = ["tenants", name];
    if (!hasEdge) {
      problems.push(...withoutEdge(path, value));
      continue;
    }
    value.domains?.forEach((domain, index) => {
      const owner = owners.get(domain);
      if (owner !== undefined && owner !== name) {
        problems.push({
          path: formatPath([...path, "domains", index]),
          value: showValue(domain),
          expected: `a name that no other tenant has; "${owner}" has it`,
          wayOut: removeCommand([...path, "domains", index]),
        });
      }
      owners.set(domain, owner ?? name);
    });
  }
}

function withoutEdge(path: ConfigPath, { domains, publishPort }: Partial<TenantConfig>): ConfigProblem[] {
  const wayOut = setCommand([...root, "domain"], "odoo.example.com");
  return [
    ...(domains === undefined || domains.length === 0
      ? []
      : [
          {
            path: formatPath([...path, "domains"]),
            value: showValue(domains),
            expected: "an edge, which serves names (odoo-fleet:edge)",
            wayOut: `declare one: ${wayOut}`,
          },
        ]),
    ...(publishPort === false
      ? [
          {
            path: formatPath([...path, "publishPort"]),
            value: "false",
            expected: "an edge (odoo-fleet:edge): without one and without its port, nobody would reach the tenant",
            wayOut: `declare one: ${wayOut}`,
          },
        ]
      : []),
  ];
}
