import { z } from "zod";
import { odooVersions, postgresVersions } from "../compatibility";
import { defaultImages } from "../images";
import type { MonitoringImages } from "../monitoringTypes";
import { setting, text } from "./setting";

/** Reference of an image with a tag other than `latest`, or a digest. */
const imageReference =
  /^(?!.*:latest$)[a-z0-9][a-z0-9._/:-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}(@sha256:[a-f0-9]{64})?|@sha256:[a-f0-9]{64})$/;
const imageExpected =
  "an image reference with a tag (not latest) or a digest, or null where the version isn't available";

/** Image of a monitoring service, in the words of its project. */
function monitoringImage(what: string, key: keyof MonitoringImages): z.ZodOptional<z.ZodString> {
  return setting(text(imageReference), {
    description: `Image of ${what}.`,
    expected: "an image reference with a tag (not latest) or a digest",
    example: defaultImages.monitoring[key] ?? "",
    defaultText: "the project's own image, see `fleet/images.ts`",
  }).optional();
}

/** Keys of `images`, of the environment and of a host. */
export const imagesSchema = z.strictObject({
  odoo: z
    .partialRecord(
      z.enum(odooVersions),
      setting(text(imageReference).nullable(), {
        description:
          "Base image of Odoo in this release. A release that isn't named keeps its default; null makes it unavailable.",
        expected: imageExpected,
        example: "odoo:19.0-20260908",
        defaultText: "Docker's official image, see `fleet/images.ts`",
      }),
    )
    .meta({ description: "Base images of Odoo by release.", "x-expected": "images by release" })
    .optional(),
  postgres: z
    .partialRecord(
      z.enum(postgresVersions.map((version) => `${version}` as const)),
      setting(text(imageReference).nullable(), {
        description:
          "Base image of PostgreSQL in this major version. One that isn't named keeps its default; null makes it unavailable.",
        expected: imageExpected,
        example: "postgres:17.11-trixie",
        defaultText: "Docker's official image, see `fleet/images.ts`",
      }),
    )
    .meta({ description: "Base images of PostgreSQL by major version.", "x-expected": "images by major version" })
    .optional(),
  nginx: setting(text(imageReference), {
    description: "Base image of Nginx.",
    expected: "an image reference with a tag (not latest) or a digest",
    example: "nginx:1.30.5-trixie",
    defaultText: "Docker's official image, see `fleet/images.ts`",
  }).optional(),
  rclone: setting(text(imageReference), {
    description: "Image of rclone, 1.60 or newer, which copies backups off the host.",
    expected: "an image reference with a tag (not latest) or a digest",
    example: defaultImages.rclone,
    defaultText: "the project's own image, see `fleet/images.ts`",
  }).optional(),
  caddy: setting(text(imageReference), {
    description: "Image that the edge's program, Caddy 2.11 or newer, is taken from.",
    expected: "an image reference with a tag (not latest) or a digest",
    example: defaultImages.caddy,
    defaultText: "Docker's official image, see `fleet/images.ts`",
  }).optional(),
  lego: setting(text(imageReference), {
    description: "Image that what orders wildcard certificates, lego 5, is taken from: its program is `/lego`.",
    expected: "an image reference with a tag (not latest) or a digest",
    example: defaultImages.lego,
    defaultText: "the project's own image, see `fleet/images.ts`",
  }).optional(),
  node: setting(text(imageReference), {
    description: "Image of Node.js, 24 or newer with time zones of 2026b or newer, which the portal runs on.",
    expected: "an image reference with a tag (not latest) or a digest",
    example: defaultImages.node,
    defaultText: "Docker's official image, see `fleet/images.ts`",
  }).optional(),
  monitoring: z
    .strictObject({
      prometheus: monitoringImage("Prometheus, 2.53 or newer", "prometheus"),
      alertmanager: monitoringImage("Alertmanager, 0.28 or newer", "alertmanager"),
      grafana: setting(text(imageReference).nullable(), {
        description: "Image of Grafana. Null where it isn't available: its container is left out.",
        expected: "an image reference with a tag (not latest) or a digest, or null to go without",
        example: defaultImages.monitoring.grafana!,
        defaultText: "the project's own image, see `fleet/images.ts`",
      }).optional(),
      nodeExporter: monitoringImage("the node exporter, 1.9 or newer", "nodeExporter"),
      cadvisor: monitoringImage("cAdvisor, 0.38 or newer", "cadvisor"),
      blackboxExporter: monitoringImage("the blackbox exporter, 0.26 or newer", "blackboxExporter"),
      postgresExporter: monitoringImage("the PostgreSQL exporter, 0.17 or newer", "postgresExporter"),
      nginxlogExporter: monitoringImage("Nginx's log exporter, 1.11 or newer", "nginxlogExporter"),
    })
    .meta({ description: "Images of the monitoring services.", "x-expected": "images by service" })
    .optional(),
});

export type ImagesConfig = z.output<typeof imagesSchema>;
