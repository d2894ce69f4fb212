import type { MonitoringImages, SharedService } from "./monitoringTypes";
import type { ConfigPath } from "./paths";
import type { BaseImages, OdooVersion, PostgresVersion } from "./types";

/**
 * Images of monitoring: those that each project publishes itself, pinned to a patch release. cAdvisor's are on GitHub's
 * registry from 0.53 on (google/cadvisor pull request 3806). The log exporter has only ever published on Quay.
 */
const monitoringImages: MonitoringImages = {
  // 3.13 is a release with long-term support; what is rendered is also read by 2.53, the one before 3.
  prometheus: "prom/prometheus:v3.13.0",
  alertmanager: "prom/alertmanager:v0.34.0",
  grafana: "grafana/grafana:12.3.0",
  nodeExporter: "prom/node-exporter:v1.12.0",
  cadvisor: "ghcr.io/google/cadvisor:v0.60.5",
  blackboxExporter: "prom/blackbox-exporter:v0.28.0",
  postgresExporter: "quay.io/prometheuscommunity/postgres-exporter:v0.20.1",
  nginxlogExporter: "quay.io/martinhelmich/prometheus-nginxlog-exporter:v1.11.0",
};

/**
 * Base images of an environment that states none: Docker's official images, each pinned to a patch or dated release.
 * Tags as published in docker-library/official-images (pull requests 22220 Odoo, 22048 PostgreSQL, 20280 PostgreSQL 13's
 * last, 22274 Nginx).
 *
 * A tag may be rebuilt upon newer base packages. For production pin the digest as well, which `docker buildx imagetools
 * inspect odoo:19.0-20260908` shows:
 * `pulumi config set --path 'odoo-fleet:images.odoo["19.0"]' odoo:19.0-20260908@sha256:...`.
 */
export const defaultImages: BaseImages = {
  odoo: {
    "17.0": "odoo:17.0-20260908",
    "18.0": "odoo:18.0-20260908",
    "19.0": "odoo:19.0-20260908",
  },
  postgres: {
    13: "postgres:13.23-trixie",
    14: "postgres:14.24-trixie",
    15: "postgres:15.19-trixie",
    16: "postgres:16.15-trixie",
    17: "postgres:17.11-trixie",
    18: "postgres:18.6-trixie",
  },
  nginx: "nginx:1.30.5-trixie",
  rclone: "rclone/rclone:1.75.1",
  caddy: "caddy:2.11.9-alpine",
  lego: "goacme/lego:v5.6.0",
  node: "node:24.21.0-trixie-slim",
  monitoring: monitoringImages,
};

/** Images as configured: references by version; null says that the version isn't available. */
export interface ImageOverrides {
  readonly odoo?: Readonly<Partial<Record<OdooVersion, string | null>>>;
  readonly postgres?: Readonly<Partial<Record<`${PostgresVersion}`, string | null>>>;
  readonly nginx?: string;
  readonly rclone?: string;
  readonly caddy?: string;
  readonly lego?: string;
  readonly node?: string;
  readonly monitoring?: Readonly<Partial<Record<keyof MonitoringImages, string | null>>>;
}

/** Base images with overrides put over them, the last one uppermost. */
export function mergeImages(base: BaseImages, ...overrides: readonly (ImageOverrides | undefined)[]): BaseImages {
  const layer = (kind: "odoo" | "postgres"): Record<string, string> => {
    const layers = [base[kind], ...overrides.map((over) => over?.[kind] ?? {})];
    const merged = new Map(layers.flatMap((references) => Object.entries<string | null>(references)));
    return Object.fromEntries([...merged].filter((entry): entry is [string, string] => entry[1] !== null));
  };
  return {
    odoo: layer("odoo"),
    postgres: layer("postgres"),
    nginx: overrides.reduce((nginx, over) => over?.nginx ?? nginx, base.nginx),
    rclone: overrides.reduce((rclone, over) => over?.rclone ?? rclone, base.rclone),
    caddy: overrides.reduce((caddy, over) => over?.caddy ?? caddy, base.caddy),
    lego: overrides.reduce((lego, over) => over?.lego ?? lego, base.lego),
    node: overrides.reduce((node, over) => over?.node ?? node, base.node),
    monitoring: Object.assign({}, base.monitoring, ...overrides.map((over) => over?.monitoring)) as MonitoringImages,
  };
}

/** Keys of the services' images below `images.monitoring`. The gateway and the engine's proxy run Nginx's. */
const sharedImageKeys: Readonly<Record<SharedService, keyof MonitoringImages | "nginx">> = {
  prometheus: "prometheus",
  alertmanager: "alertmanager",
  grafana: "grafana",
  "node-exporter": "nodeExporter",
  cadvisor: "cadvisor",
  "blackbox-exporter": "blackboxExporter",
  "postgres-exporter": "postgresExporter",
  "nginxlog-exporter": "nginxlogExporter",
  gateway: "nginx",
  "engine-proxy": "nginx",
};

/** The image that a monitoring service runs, or is built from: where it is declared, and its reference (null: not available). */
export function sharedImage(
  { nginx, monitoring }: BaseImages,
  service: SharedService,
): { readonly path: ConfigPath; readonly reference: string | null } {
  const key = sharedImageKeys[service];
  return key === "nginx"
    ? { path: ["images", "nginx"], reference: nginx }
    : { path: ["images", "monitoring", key], reference: monitoring[key] };
}
