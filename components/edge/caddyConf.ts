import { edgeUrl } from "../../fleet/edgeChecks";
import type { CertificateSource, Edge } from "../../fleet/edgeTypes";
import { edgeHeader, edgePorts } from "../../fleet/ports";
import { longestRequestSeconds, requestMarginSeconds } from "../../fleet/plans";
import { configFolder, edgeDataFolder } from "../../fleet/security";
import { suspendedTexts } from "../container/suspended";
import { edgeMarks } from "./marks";
import { htmlPage, unavailable } from "./pages";
import { visitsLog, visitsLogger, wakeableRoute, wakerServer } from "./wakeRoute";

export interface CaddySettings {
  readonly edge: Omit<Edge, "hosts">;
  /** Name of the edge's own authority, as people see it among those that they trust. */
  readonly authorityName: string;
  /** On which tenants' Nginx are published for the edge: the engine's address on the edge's network. */
  readonly address: string;
}

/** Files of the edge, in its configuration folder. They are always all there: other files would be another volume. */
export const edgeFiles = {
  /** Caddy's whole configuration, but for the tenants. */
  config: "caddy.json",
  /** Route of a tenant that runs, of one that is suspended, and of one that is suspended until a visit wakes it. */
  running: "running.json",
  suspended: "suspended.json",
  wakeable: "wakeable.json",
  /** Secret: what the secrets follow from by which tenants' Nginx know the edge. */
  secret: "fleet-secret",
  acmeRoot: "acme-root.pem",
} as const;

/** Ports inside the container. That of health is the loopback's. */
export const caddyPorts = { ...edgePorts, health: 8081 } as const;

/**
 * What it listens on: file descriptors that `images/edge/odoo-fleet-sockets` has opened, and that stay open when Caddy ends. HTTP/3 is by UDP. That script's
 * caller knows how `https` is written here.
 */
const sockets = { http: ["fd/3"], https: ["fd/4", "fdgram/5"] } as const;

/** Folder of the wildcard certificate, in memory; empty while there is none: see `images/edge-wildcard`. */
const wildcardFolder = "/tmp/wildcard";

/**
 * Longer than any tenant's Nginx waits: a request that is under way when the configuration changes is answered by the former one. So is a download
 * of an hour.
 */
const grace = `${longestRequestSeconds + 2 * requestMarginSeconds}s`;

/**
 * How the container is stopped. At SIGTERM `images/edge/odoo-fleet-edge` lets Caddy serve until nothing is under way, for 8 seconds at most, and ends it; at
 * SIGQUIT, which Nginx's image names, it would exit at once. Caddy itself would wait as long as `grace` says, which is for reloads, so the engine ends it: a
 * download of an hour must not keep its replacement away for longer than this.
 */
export const edgeStop = { signal: "SIGTERM", seconds: 10 } as const;

/** How long a websocket outlives the configuration that it came in by: until the next reload it would be lost otherwise. */
const streamCloseDelay = "1h";

/**
 * Renders the configuration of an edge's Caddy, as JSON: the whole without tenants, and what a tenant adds to it.
 *
 * Requests aren't logged here, but that there was one of a tenant that a visit wakes (`wakeRoute.ts`): each tenant's Nginx does that, without the queries, which may carry tokens. Errors of Caddy's HTTP
 * parts quote requests whole, so they are left out too.
 */
export function renderCaddyFiles(
  settings: CaddySettings,
): Record<"config" | "running" | "suspended" | "wakeable", string> {
  const upstream = `${settings.address}:${edgeMarks.port}`;
  const proxy = proxyHandler(upstream);
  return {
    config: JSON.stringify(caddyConf(settings)),
    running: JSON.stringify({ match: [{ host: [edgeMarks.names] }], terminal: true, handle: [proxy] }),
    suspended: JSON.stringify(suspendedRoute),
    // Caddy counts what is under way by how an upstream is written, so what keeps nobody awake is led to another spelling of the same.
    wakeable: JSON.stringify(wakeableRoute(proxy, proxyHandler(`tcp4/${upstream}`))),
  };
}

function caddyConf({ edge, authorityName }: CaddySettings): object {
  const isInternal = edge.certificates.kind === "internal";
  return {
    admin: { listen: "localhost:2019", config: { persist: false } },
    logging: { logs: { default: { level: "INFO", exclude: ["http", "admin.api"] }, [visitsLogger]: visitsLog } },
    storage: { module: "file_system", root: edgeDataFolder },
    apps: {
      http: {
        http_port: caddyPorts.http,
        https_port: caddyPorts.https,
        grace_period: grace,
        servers: {
          https: httpsServer(edge),
          http: httpServer(edge),
          health: healthServer,
          waker: wakerServer(caddyPorts.waker),
        },
      },
      tls: {
        automation: { policies: [{ issuers: [issuer(edge.certificates)] }] },
        // A name that a certificate in it is for gets none of its own.
        ...(edge.wildcard && { certificates: { load_folders: [wildcardFolder] } }),
      },
      ...(isInternal
        ? { pki: { certificate_authorities: { local: { name: authorityName, install_trust: false } } } }
        : {}),
    },
  };
}

function issuer(certificates: CertificateSource): object {
  if (certificates.kind === "internal") {
    return { module: "internal" };
  }
  const { directory, email, root } = certificates;
  return {
    module: "acme",
    ca: directory,
    ...(email === undefined ? {} : { email }),
    ...(root === undefined ? {} : { trusted_roots_pem_files: [`${configFolder}/${edgeFiles.acmeRoot}`] }),
  };
}

function httpsServer({ ports, hstsSeconds, trustedProxies }: CaddySettings["edge"]): object {
  const headers = {
    ...(hstsSeconds > 0 ? { "Strict-Transport-Security": [`max-age=${hstsSeconds}`] } : {}),
    // Caddy would name the port inside the container.
    "Alt-Svc": [`h3=":${ports.public}"; ma=86400`],
  };
  return {
    listen: sockets.https,
    listen_protocols: [["h1", "h2"], ["h3"]],
    // The redirect is our own: it knows the public port.
    automatic_https: { disable_redirects: true },
    // A certificate was asked for in one tenant's name, so nothing else is answered on that connection.
    strict_sni_host: true,
    read_header_timeout: "10s",
    idle_timeout: "5m",
    max_header_bytes: 65536,
    ...(trustedProxies.length > 0
      ? {
          trusted_proxies: { source: "static", ranges: trustedProxies },
          // From the right: what comes before a proxy that is trusted was written by whoever asked it.
          trusted_proxies_strict: 1,
          client_ip_headers: ["X-Forwarded-For"],
        }
      : {}),
    routes: [
      { handle: [{ handler: "headers", response: { deferred: true, set: headers } }] },
      edgeMarks.routes,
      { handle: [{ handler: "static_response", status_code: 404 }] },
    ],
    errors: { routes: errorRoutes },
    // Of tenants that a visit wakes, and without what was asked for.
    logs: { logger_names: { [edgeMarks.visited]: [visitsLogger] }, skip_unmapped_hosts: true },
  };
}

/** Leads to a tenant's Nginx, at a network address of Caddy's. */
function proxyHandler(dial: string): object {
  return {
    handler: "reverse_proxy",
    upstreams: [{ dial }],
    // On this host. Longer than the kernel's first repetition, after one second.
    transport: { protocol: "http", dial_timeout: "2s" },
    stream_close_delay: streamCloseDelay,
    headers: {
      request: {
        // One address, which is the client's: what the client itself says of it is replaced.
        set: { "X-Forwarded-For": ["{http.vars.client_ip}"], [edgeHeader]: [edgeMarks.secret] },
        // Caddy passes these on as they come.
        delete: ["X-Real-Ip", "Forwarded"],
      },
    },
  };
}

/** Leads to HTTPS, and answers the challenges of the authority, which Caddy does before it looks at routes. */
function httpServer({ ports }: CaddySettings["edge"]): object {
  const redirect = {
    handler: "static_response",
    // Keeps the method, so that a POST isn't turned into a GET.
    status_code: 308,
    headers: { Location: [`${edgeUrl({ ports }, "{http.request.host}")}{http.request.uri}`] },
  };
  return {
    listen: sockets.http,
    listen_protocols: [["h1"]],
    automatic_https: { disable: true },
    read_header_timeout: "10s",
    read_timeout: "30s",
    max_header_bytes: 65536,
    routes: [
      { match: [{ host: [edgeMarks.names] }], terminal: true, handle: [redirect] },
      { handle: [{ handler: "static_response", status_code: 404 }] },
    ],
  };
}

const healthServer = {
  listen: [`127.0.0.1:${caddyPorts.health}`],
  automatic_https: { disable: true },
  routes: [{ handle: [{ handler: "static_response", status_code: 200 }] }],
};

const startingPage = htmlPage(
  '<meta http-equiv="refresh" content="3"><title>Starting</title>',
  "<p>Odoo is starting. This page tries again by itself.</p>",
);

/** Needs no script; a reload each minute shows the tenant soon after it is back. */
const suspendedRoute = {
  match: [{ host: [edgeMarks.names] }],
  terminal: true,
  handle: [
    unavailable(
      3600,
      htmlPage(
        `<meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="60"><title>${edgeMarks.company}</title>`,
        `<h1>${edgeMarks.company}</h1>` + `<p>${suspendedTexts.en}</p><p lang="fr">${suspendedTexts.fr}</p>`,
      ),
    ),
  ],
};

/** A tenant whose Nginx doesn't answer is being started or replaced: the same words as Nginx has for an Odoo that is. */
const errorRoutes = [
  {
    match: [{ vars: { "{http.error.status_code}": ["502", "503", "504"] } }],
    terminal: true,
    handle: [unavailable(5, startingPage)],
  },
  { handle: [{ handler: "static_response", status_code: "{http.error.status_code}" }] },
];
