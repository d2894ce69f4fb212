import { nginxTempPaths } from "../container/nginxTemp";
import { oomEventsFilter, oomEventsPath } from "./oomWatch";

/** What the proxy in front of the engine is rendered from. */
export interface EngineProxySettings {
  /** Address and port that it listens on. */
  readonly address: string;
  readonly port: number;
  /** Address of cAdvisor, which may ask what containers there are. */
  readonly cadvisor: string;
  /** Address of the node exporter, which may ask what was killed for want of memory. */
  readonly nodeExporter: string;
}

/** The engine's socket inside the proxy's container. */
export const proxiedSocket = "/var/run/docker.sock";

/** Path that the container's healthcheck asks. */
export const proxyHealthPath = "/odoo-fleet/health";

/**
 * Renders `nginx.conf` of the proxy in front of the engine's socket. Whoever reaches that socket is root on the host, so cAdvisor
 * gets what it reads to name containers (what the engine is, and what containers there are), and the node exporter the kills for want
 * of memory. Both by GET, and nothing else: no logs, no files, no creation, no start.
 */
export function renderEngineProxyConf({ address, port, cadvisor, nodeExporter }: EngineProxySettings): string {
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
    allow ${cadvisor};
    allow ${address};
    deny all;

    location = ${proxyHealthPath} {
      return 204;
    }

    location ~ "^/(v1\\.[0-9]+/)?(_ping|version|info|containers/json|containers/[0-9a-f]{64}/json)$" {
      limit_except GET {
        deny all;
      }
      proxy_pass http://unix:${proxiedSocket}:;
    }

    location = ${oomEventsPath} {
      allow ${nodeExporter};
      deny all;
      limit_except GET {
        deny all;
      }
      set $args "since=$arg_since&until=$arg_until&filters=${oomEventsFilter()}";
      proxy_pass http://unix:${proxiedSocket}:/events;
      proxy_buffering off;
      proxy_read_timeout 2m;
    }

    location / {
      return 403;
    }
  }
}
`;
}
