import type * as docker from "@pulumi/docker";
import { configFolder } from "../../fleet/security";
import type { Host } from "../../fleet/types";
import { askByCurl } from "./healthcheck";
import { nginxTempPaths } from "./nginxTemp";

/** What a proxy in front of an engine is rendered from. */
export interface EngineProxySettings {
  /** Address and port that it listens on. */
  readonly address: string;
  readonly port: number;
  readonly questions: readonly EngineQuestion[];
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
 * questioner may ask what it needs, by GET, and nothing else: no logs, no files, no creation, no start.
 */
export function renderEngineProxyConf({ address, port, questions }: EngineProxySettings): string {
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

${questions.map(location).join("\n")}
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
