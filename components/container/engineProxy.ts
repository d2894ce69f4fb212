import type * as docker from "@pulumi/docker";
import { configFolder, stopGraceSeconds } from "../../fleet/security";
import type { Host } from "../../fleet/types";
import { askByCurl } from "./healthcheck";
import { nginxTempPaths } from "./nginxTemp";

/** What a proxy in front of an engine is rendered from. */
export interface EngineProxySettings {
  /** Address and port that it listens on. */
  readonly address: string;
  readonly port: number;
  readonly questions: readonly EngineQuestion[];
  /** What may be ordered, by POST. Default: nothing. */
  readonly orders?: EngineOrders;
}

/** Something that may be asked, by GET. */
export interface EngineQuestion {
  /** Path, or a regular expression of paths, as a location of Nginx. */
  readonly location: string;
  /** The addresses that may ask it. */
  readonly allow: readonly string[];
  /** What the engine is asked, with `$arg_NAME` for what the question's query says. Default: the question as it comes. */
  readonly asks?: { readonly path: string; readonly query: string };
  /** Whether the answer is handed on as it comes, for a minute or so. Default: no. */
  readonly isStream?: boolean;
}

/**
 * Starts and stops of containers, as `/start/TENANT/SERVICE` and `/stop/TENANT/SERVICE`. What the engine is told of each of them is
 * fixed here, and it is told nothing before it has a volume of that tenant by which the order is admitted: the engine itself is asked each time, so
 * what is admitted is what is declared at that moment.
 */
export interface EngineOrders {
  /** The addresses that may order. */
  readonly allow: readonly string[];
  /** Services of a tenant whose containers may be started and stopped. */
  readonly services: readonly string[];
  /** Name of a container; its parts are variables of Nginx. */
  readonly containerOf: (tenant: string, service: string) => string;
  /** Name of the volume by which it is admitted. */
  readonly volumeOf: (tenant: string) => string;
}

/** The engine's socket inside the proxy's container. */
export const proxiedSocket = "/var/run/docker.sock";

/** Path that the container's healthcheck asks. */
const proxyHealthPath = "/odoo-fleet/health";

/** Name of the configuration in its folder. */
const confFile = "nginx.conf";

/** The engine's socket on a host. */
function socketOn({ docker: endpoint }: Pick<Host, "docker">): string {
  return endpoint?.startsWith("unix://") ? new URL(endpoint).pathname : proxiedSocket;
}

/** Its files, by name. */
export function engineProxyFiles(settings: EngineProxySettings): Record<string, string> {
  return { [confFile]: renderEngineProxyConf(settings) };
}

/** How such a proxy runs, on Nginx's image: plain values, of which components make resources. */
export interface EngineProxyContainer {
  readonly user: string;
  /** Read-only. */
  readonly mounts: readonly { readonly hostPath: string; readonly containerPath: string }[];
  readonly entrypoints: string[];
  readonly command: string[];
  readonly stopSignal: string;
  readonly tmpfs: Readonly<Record<string, string>>;
  readonly healthcheck: docker.types.input.ContainerHealthcheck;
}

/** What runs in front of a host's engine. */
export function engineProxyContainer(
  host: Pick<Host, "docker">,
  { address, port }: Omit<EngineProxySettings, "questions">,
): EngineProxyContainer {
  return {
    // The owner of the socket. It has no capabilities.
    user: "root",
    mounts: [{ hostPath: socketOn(host), containerPath: proxiedSocket }],
    entrypoints: ["nginx"],
    command: ["-c", `${configFolder}/${confFile}`, "-g", "daemon off;"],
    stopSignal: "SIGQUIT",
    tmpfs: { "/tmp": "mode=1777,size=8m" },
    healthcheck: askByCurl(`http://${address}:${port}${proxyHealthPath}`),
  };
}

/**
 * Renders `nginx.conf` of a proxy in front of the engine's socket. Whoever reaches that socket is root on the host, so each
 * questioner may ask what it needs, by GET, and nothing else: no logs, no files, no creation. Who may order starts and stops
 * may do that to what is admitted, and nothing else either.
 */
export function renderEngineProxyConf({ address, port, questions, orders }: EngineProxySettings): string {
  return `# The container's user, which owns the socket and has no capability to become another one.
user root;
worker_processes 1;
pid /tmp/nginx.pid;
error_log /dev/stderr error;
# A stream lasts a minute; a stop doesn't wait for its end.
worker_shutdown_timeout 1s;

events {
  worker_connections 64;
}

http {
  access_log off;
  server_tokens off;
${nginxTempPaths("/tmp")}

  server {
    listen ${address}:${port};

    location = ${proxyHealthPath} {
      return 204;
    }

${[...questions.map(location), ...(orders ? [orderLocations(orders)] : [])].join("\n")}
    location / {
      return 403;
    }
  }
}
`;
}

function location({ location: path, allow, asks, isStream = false }: EngineQuestion): string {
  const lines = [
    ...allow.map((address) => `allow ${address};`),
    "deny all;",
    "limit_except GET {",
    "  deny all;",
    "}",
    ...(asks ? [`set $args "${asks.query}";`] : []),
    `proxy_pass http://unix:${proxiedSocket}:${asks?.path ?? ""};`,
    ...(isStream ? ["proxy_buffering off;", "proxy_read_timeout 2m;"] : []),
  ];
  return `    location ${path} {\n${lines.map((line) => `      ${line}\n`).join("")}    }\n`;
}

function orderLocations({ allow, services, containerOf, volumeOf }: EngineOrders): string {
  const engine = `proxy_pass http://unix:${proxiedSocket}:;`;
  return `    location ~ ^/(?<action>start|stop)/(?<tenant>[a-z][a-z0-9-]*)/(?<service>${services.join("|")})$ {
${allow.map((address) => `      allow ${address};\n`).join("")}      deny all;
      limit_except POST {
        deny all;
      }
      auth_request /odoo-fleet/admitted;
      # Neither what is asked for beside the path nor a body gets to the engine: the container has its own grace.
      set $args "";
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
      rewrite ^ /containers/${containerOf("$tenant", "$service")}/$action break;
      proxy_read_timeout ${2 * stopGraceSeconds}s;
      ${engine}
    }

    # Whether the engine has the volume by which the tenant that an order names is admitted.
    location = /odoo-fleet/admitted {
      internal;
      set $args "";
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
      rewrite ^ /volumes/${volumeOf("$tenant")} break;
      proxy_intercept_errors on;
      error_page 404 = @refused;
      ${engine}
    }

    location @refused {
      return 403;
    }
`;
}
