import { edgeHeader, nextActionPath, nginxEdgePort, nginxHealthPath, nginxPort } from "../../../fleet/ports";
import { requestMarginSeconds } from "../../../fleet/plans";
import { configFolder } from "../../../fleet/security";
import { nginxLogFields, syslogPort, syslogTag } from "../../../monitoring/contract";
import { nginxTempPaths } from "../../container/nginxTemp";
import { answerFormatMap, answerLocations, errorPages, type Suspended } from "./nginxAnswers";
import { limits, limitZones } from "./nginxLimits";
import { odooPorts } from "./odooConf";

export interface NginxConfSettings {
  readonly tenant: string;
  /** Address of Odoo on the front network. Fixed, so that Nginx starts without it and finds it again after a restart. */
  readonly odooAddress: string;
  /** HTTP workers of Odoo; 0: websockets go to the HTTP port, since nobody listens on the gevent port. */
  readonly workers: number;
  /** Largest request body, MiB. */
  readonly uploadMiB: number;
  /** Longest that Odoo lets a request take. */
  readonly requestSeconds: number;
  /** Static files kept at hand, MiB. */
  readonly cacheMiB: number;
  /** Address of the reader of access logs on the front network, in a fleet that is watched. */
  readonly logReaderAddress?: string;
  /** What the host's edge shows that it is the edge by; undefined: there is none. */
  readonly edgeSecret?: string;
  /** What its visitors are told while it is suspended; undefined: it isn't. */
  readonly suspended?: Suspended;
}

/**
 * Where bodies, answers and cached files lie: the volume that only this container has. A tmpfs would count as its memory, and
 * one that holds a single upload fails with the second.
 */
const spoolFolder = configFolder;

/** Renders the whole `nginx.conf` of a tenant. */
export function renderNginxConf(settings: NginxConfSettings): string {
  const { odooAddress, workers, edgeSecret } = settings;
  const geventPort = workers > 0 ? odooPorts.gevent : odooPorts.http;
  return `worker_processes 1;
pid /tmp/nginx.pid;
# Less severe messages quote the request with its query, which may carry tokens; the access log has their status.
error_log /dev/stderr crit;

# A connection takes up to four files: the client's socket, Odoo's, and a temporary file in each direction.
worker_rlimit_nofile 4096;

events {
  worker_connections 1024;
}

http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  server_tokens off;
  sendfile on;
  tcp_nopush on;
  keepalive_timeout 65;

${nginxTempPaths(spoolFolder)}
  proxy_cache_path ${spoolFolder}/static levels=1:2 keys_zone=static:2m max_size=${settings.cacheMiB}m inactive=24h use_temp_path=off;

  # The path that was asked for, whatever page answers in the end, and never its query, which may carry tokens.
  map $request_uri $request_path {
    "~^(?<path>[^?]*)" $path;
  }
${logFormat(settings.tenant)}${monitoringLog(settings)}

  gzip on;
  gzip_vary on;
  gzip_proxied any;
  gzip_min_length 1024;
  gzip_types text/css text/plain text/xml application/json application/javascript text/javascript application/xml image/svg+xml;

  upstream odoo {
    server ${odooAddress}:${odooPorts.http} max_fails=0;
  }
  upstream gevent {
    server ${odooAddress}:${geventPort} max_fails=0;
  }

  map $http_upgrade $connection_upgrade {
    default upgrade;
    '' '';
  }
  # The host as Nginx understood and checked it, and the port that the client named beside it.
  map $http_host $host_port {
    default '';
    "~(?<port>:\\d{1,5})$" $port;
  }

  # Headers that are added where the application says nothing of its own: an empty one isn't sent.
  map $upstream_http_x_content_type_options $content_type_options {
    default '';
    '' nosniff;
  }
  map $upstream_http_referrer_policy $referrer_policy {
    default '';
    '' strict-origin-when-cross-origin;
  }
  map $upstream_http_permissions_policy $permissions_policy {
    default '';
    '' "browsing-topics=()";
  }

  # Cached is what the application lets everybody keep for ten minutes or more, and nothing else.
  map $upstream_http_cache_control $not_cached {
    default 1;
    "~*no-cache|no-store|private|s-maxage" 1;
    "~*max-age=(?:[6-9]\\d\\d|[1-9]\\d{3,})" 0;
  }

${answerFormatMap}
${limitZones}

${server(settings, ownDoor)}
${edgeSecret === undefined ? "" : `${server(settings, edgeDoor(edgeSecret))}\n`}}
`;
}

/** A port that requests come in by, and whose word counts there. */
interface Door {
  readonly port: number;
  /** Directives that say who may come in, and who the client is. */
  readonly admission: string;
  /** The scheme that the client used. */
  readonly scheme: string;
  /** Headers that aren't passed on, beside those of every door. */
  readonly hidden: readonly string[];
  /** What is done with a request for what only the edge's own programs may know. */
  readonly ownQuestions: string;
}

/** The tenant's own port: nobody is believed anything. */
const ownDoor: Door = { port: nginxPort, admission: "", scheme: "$scheme", hidden: [], ownQuestions: "return 404;" };

/**
 * The port for the edge. The engine hands connections on, so that each seems to come from the engine itself: the edge, another
 * tenant's container, a process of the host. Only the edge knows the secret, and only to it is this served; what it says of the
 * client's address counts for limits, logs and Odoo.
 */
function edgeDoor(secret: string): Door {
  const variable = `$http_${edgeHeader.toLowerCase().replaceAll("-", "_")}`;
  return {
    port: nginxEdgePort,
    admission: `
    if (${variable} != "${secret}") {
      return 403;
    }
    set_real_ip_from 0.0.0.0/0;
    real_ip_header X-Forwarded-For;
    # Odoo doesn't say so of its session's, whatever the scheme.
    proxy_cookie_flags ~ secure;`,
    scheme: "https",
    hidden: [edgeHeader],
    // Whatever a visitor asks comes with his address, which the edge adds to each request.
    ownQuestions: `
      if ($http_x_forwarded_for != "") {
        return 404;
      }
      proxy_pass http://odoo;`,
  };
}

/** What is served at a door; everything but whom it believes is the same at both. */
function server({ uploadMiB, requestSeconds, suspended }: NginxConfSettings, door: Door): string {
  return `  server {
    listen ${door.port};${door.admission}
    client_max_body_size ${uploadMiB}m;
    client_body_buffer_size 64k;
${limits}

    # X-Frame-Options isn't among them: Odoo sets it for the web client, logins and the portal, and leaves it out for pages
    # that other sites may show in a frame.
${headers}

    # Odoo ignores every X-Forwarded header unless X-Forwarded-Host is there. What the client sent is replaced, not added to.
    proxy_http_version 1.1;
${proxyHeaders(door, "    ")}
    proxy_set_header Connection "";
    proxy_redirect off;
    # On a network of one host. Longer than the kernel's first repetition, after one second.
    proxy_connect_timeout 2s;
    proxy_read_timeout ${requestSeconds + requestMarginSeconds}s;
    proxy_send_timeout ${requestSeconds + requestMarginSeconds}s;
    # Between two pieces that whoever reads slowly takes: the kernel holds megabytes for him, and asks for more when a third of them is gone.
    send_timeout 10m;
    proxy_buffers 8 32k;
    proxy_buffer_size 64k;
    proxy_busy_buffers_size 128k;
    # An answer waits on the disk for a slow client: Odoo's workers give up on one that is slow for two seconds.
    proxy_max_temp_file_size ${Math.max(uploadMiB, 128)}m;

${errorPages}

    location = ${nginxHealthPath} {
      access_log off;
      default_type text/plain;
      return 200 "ok\\n";
    }

    # The database manager and metrics are closed to everybody outside.
    location ~ ^(?:/[^/]+)?/web/database(?:/|$) { return 404; }
    location ^~ /metrics { return 404; }
    location ~ ^(?:/[^/]+)?${nextActionPath}(?:/|$) {
      ${door.ownQuestions.trim()}
    }

    location /websocket {
      proxy_pass http://gevent;
${proxyHeaders(door, "      ")}
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
    }

    # Files of modules, and asset bundles whose URL changes with their content. Odoo lets browsers keep them for a week and
    # more; here it is ten minutes, so that a reload brings what a new image has.
    location ~ ^/(?:[^/]+/static/|web/assets/) {
      proxy_pass http://odoo;
      proxy_cache static;
      proxy_cache_key $request_uri;
      proxy_cache_valid 200 10m;
      proxy_cache_lock on;
      proxy_cache_revalidate on;
      proxy_cache_use_stale error timeout updating http_502 http_504;
      # These two would set another time than ours; $not_cached has judged them. A cookie or Vary is minded by Nginx itself.
      proxy_ignore_headers Cache-Control Expires;
      proxy_no_cache $not_cached;
    }

    location / {
      proxy_pass http://odoo;
    }

${answerLocations(uploadMiB, headers, suspended)}
  }`;
}

/** Headers of every answer. They stand again in each location that adds one: Nginx drops inherited ones there. */
const headers = `    add_header X-Content-Type-Options $content_type_options always;
    add_header Referrer-Policy $referrer_policy always;
    add_header Permissions-Policy $permissions_policy always;`;

/** Who the client is, for Odoo. Stands in each location that sets a header of its own, for the same reason. */
function proxyHeaders({ scheme, hidden }: Door, indent: string): string {
  const lines = [
    "Host $host$host_port",
    "X-Forwarded-Host $host$host_port",
    "X-Forwarded-For $remote_addr",
    `X-Forwarded-Proto ${scheme}`,
    "X-Real-IP $remote_addr",
    // Odoo 19 lets a client choose the database by this header.
    'X-Odoo-Database ""',
    ...hidden.map((header) => `${header} ""`),
  ];
  return lines.map((line) => `${indent}proxy_set_header ${line};`).join("\n");
}

/** One JSON object a request. */
function logFormat(tenant: string): string {
  const fields = {
    time: "$time_iso8601",
    tenant,
    client: "$remote_addr",
    method: "$request_method",
    path: "$request_path",
    status: "$status",
    bytes: "$body_bytes_sent",
    seconds: "$request_time",
    upstreamSeconds: "$upstream_response_time",
    cache: "$upstream_cache_status",
    agent: "$http_user_agent",
    request: "$request_id",
  };
  return `  log_format json escape=json '${JSON.stringify(fields)}';
  access_log /dev/stdout json;`;
}

/**
 * What the reader of access logs counts, over UDP: it says nothing of who asked for what, and Nginx never waits for anybody
 * who doesn't listen.
 */
function monitoringLog({ logReaderAddress }: NginxConfSettings): string {
  if (logReaderAddress === undefined) {
    return "";
  }
  return `
  log_format monitoring escape=json '${JSON.stringify(nginxLogFields)}';
  access_log syslog:server=${logReaderAddress}:${syslogPort},tag=${syslogTag},nohostname monitoring;`;
}
