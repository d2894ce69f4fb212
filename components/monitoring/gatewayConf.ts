import { createHash } from "node:crypto";
import { exporterServices, type MonitoringHost } from "../../fleet/monitoringTypes";
import { configFolder } from "../../fleet/security";
import { gatewayPath, gatewayUser, namesPage, servicePorts } from "../../monitoring/contract";
import { nginxTempPaths } from "../container/nginxTemp";

/** Files of the gateway. */
export const gatewayFiles = {
  config: "nginx.conf",
  certificate: "certificate.pem",
  key: "key.pem",
  users: "users",
} as const;

/** Port that answers the container's healthcheck, inside the container alone. */
export const gatewayHealthPort = 8081;

/** The exporters of a host that another host's Prometheus scrapes. The engine's proxy is no exporter. */
const exporters = exporterServices.filter((service) => service !== "engine-proxy");

/**
 * Renders `nginx.conf` of the gateway through which another host's Prometheus reaches this one's exporters: over TLS, with a
 * login, and only to read figures.
 */
export function renderGatewayConf({ addresses }: Pick<MonitoringHost, "addresses">): string {
  const locations = exporters.map((service) => {
    const upstream = `http://${addresses.services[service]}:${servicePorts[service]}`;
    return `    location = ${gatewayPath(service, "/metrics")} { proxy_pass ${upstream}/metrics; }
    location = ${gatewayPath(service, "/probe")} { proxy_pass ${upstream}/probe; }`;
  });
  const names = `http://${addresses.services["node-exporter"]}:${namesPage.port}${namesPage.path}`;
  return `worker_processes 1;
pid /tmp/nginx.pid;
# Less severe messages quote requests.
error_log /dev/stderr crit;

events {
  worker_connections 256;
}

http {
  access_log off;
  server_tokens off;
${nginxTempPaths("/tmp")}

  server {
    listen ${servicePorts.gateway} ssl;
    ssl_certificate ${configFolder}/${gatewayFiles.certificate};
    ssl_certificate_key ${configFolder}/${gatewayFiles.key};
    ssl_protocols TLSv1.2 TLSv1.3;
    auth_basic "odoo-fleet monitoring";
    auth_basic_user_file ${configFolder}/${gatewayFiles.users};
    client_max_body_size 1k;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    # Prometheus's login is for the gateway, and isn't passed on to exporters.
    proxy_set_header Authorization "";
    proxy_connect_timeout 2s;
    proxy_read_timeout 15s;

${locations.join("\n")}
    location = ${gatewayPath("node-exporter", namesPage.path)} { proxy_pass ${names}; }
    location / { return 404; }
  }

  server {
    listen 127.0.0.1:${gatewayHealthPort};
    return 204;
  }
}
`;
}

/**
 * The file of the gateway's one login. The password is long and random, so a salted SHA-1 is as good as a slow hash, which
 * Nginx would compute anew for every request.
 */
export function renderGatewayUsers(password: string): string {
  // A salt keeps equal passwords from looking equal; there is one password, and the file has to be the same in every run.
  const salt = createHash("sha256").update(`odoo-fleet gateway ${password}`).digest().subarray(0, 8);
  const hash = createHash("sha1").update(password).update(salt).digest();
  return `${gatewayUser}:{SSHA}${Buffer.concat([hash, salt]).toString("base64")}\n`;
}
