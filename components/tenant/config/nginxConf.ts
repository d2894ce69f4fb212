import { nginxHealthPath, nginxPort } from "../../../fleet/ports";
import { nginxLogFields, syslogPort, syslogTag } from "../../../monitoring/contract";
import { odooPorts } from "./odooConf";
import { nginxTempPaths } from "../../container/nginxTemp";

export interface NginxConfSettings {
  readonly tenant: string;
  /** Address of Odoo on the front network. Fixed, so that Nginx starts without it and finds it again after a restart. */
  readonly odooAddress: string;
  /** HTTP workers of Odoo; 0: websockets go to the HTTP port, since nobody listens on the gevent port. */
  readonly workers: number;
  /** Largest request body, MiB. */
  readonly uploadMiB: number;
  /** Static files kept at hand, MiB. */
  readonly cacheMiB: number;
  /** Address of the reader of access logs on the front network, in a fleet that is watched. */
  readonly logReaderAddress?: string;
}

/** Renders the whole `nginx.conf` of a tenant. */
export function renderNginxConf(settings: NginxConfSettings): string {
  const { odooAddress, workers, uploadMiB } = settings;
  const geventPort = workers > 0 ? odooPorts.gevent : odooPorts.http;
  return `worker_processes 1;
pid /tmp/nginx.pid;
# Less severe messages quote the request with its query, which may carry tokens; the access log has their status.
error_log /dev/stderr crit;

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

${nginxTempPaths}
  proxy_cache_path /tmp/static levels=1:2 keys_zone=static:2m max_size=${settings.cacheMiB}m inactive=24h use_temp_path=off;

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
  # Only attempts to log in are counted: a key that is empty is not limited.
  map "$request_method $uri" $login_client {
    default '';
    "POST /web/login" $binary_remote_addr;
    "POST /web/session/authenticate" $binary_remote_addr;
  }
  limit_req_zone $login_client zone=login:1m rate=30r/m;
  limit_req_status 429;

  server {
    listen ${nginxPort};
    client_max_body_size ${uploadMiB}m;

    add_header X-Content-Type-Options nosniff always;
    add_header X-Frame-Options SAMEORIGIN always;
    add_header Referrer-Policy strict-origin-when-cross-origin always;
    add_header Permissions-Policy "browsing-topics=()" always;
    proxy_hide_header X-Content-Type-Options;
    proxy_hide_header X-Frame-Options;

    # Odoo ignores every X-Forwarded header unless X-Forwarded-Host is there. What the client sent is replaced, not added to.
    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-Host $http_host;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_set_header X-Real-IP $remote_addr;
    # Odoo 19 lets a client choose the database by this header.
    proxy_set_header X-Odoo-Database "";
    proxy_set_header Connection "";
    proxy_redirect off;
    # On a network of one host. Longer than the kernel's first repetition, after one second.
    proxy_connect_timeout 2s;
    proxy_read_timeout 720s;
    proxy_send_timeout 720s;
    proxy_buffers 16 64k;
    proxy_buffer_size 128k;
    proxy_busy_buffers_size 256k;

    error_page 502 504 =503 @starting;

    location = ${nginxHealthPath} {
      access_log off;
      default_type text/plain;
      return 200 "ok\\n";
    }

    # The database manager and metrics are nobody's business from outside.
    location ^~ /web/database { return 404; }
    location ^~ /metrics { return 404; }

    location /websocket {
      proxy_pass http://gevent;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Real-IP $remote_addr;
      proxy_set_header X-Odoo-Database "";
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
    }

    # Files of modules, and asset bundles whose URL changes with their content.
    location ~ ^/(?:[^/]+/static/|web/assets/) {
      proxy_pass http://odoo;
      proxy_cache static;
      proxy_cache_key $request_uri;
      proxy_cache_valid 200 10m;
      proxy_cache_lock on;
      proxy_cache_revalidate on;
      proxy_cache_use_stale error timeout updating http_502 http_504;
      proxy_ignore_headers Cache-Control Expires Set-Cookie Vary;
      # Nginx drops the inherited ones wherever a location sets one.
      proxy_hide_header Set-Cookie;
      proxy_hide_header X-Content-Type-Options;
      proxy_hide_header X-Frame-Options;
    }

    location / {
      limit_req zone=login burst=10 nodelay;
      proxy_pass http://odoo;
    }

    location @starting {
      internal;
      default_type text/html;
      add_header Retry-After 5 always;
      add_header Cache-Control no-store always;
      root /usr/local/share/odoo-fleet;
      try_files /starting.html =503;
    }
  }
}
`;
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
