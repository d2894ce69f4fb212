import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { MonitoringHost } from "../../fleet/monitoringTypes";
import type { Host } from "../../fleet/types";

/** Ids of the images that a host's monitoring runs. */
export interface SharedImages {
  readonly prometheus?: pulumi.Output<string>;
  readonly alertmanager?: pulumi.Output<string>;
  /** Undefined: not available, or not on this host. */
  readonly grafana?: pulumi.Output<string>;
  readonly nodeExporter: pulumi.Output<string>;
  readonly cadvisor: pulumi.Output<string>;
  readonly blackboxExporter: pulumi.Output<string>;
  readonly postgresExporter: pulumi.Output<string>;
  /** The fleet's own, see `HostImages`. */
  readonly nginxlogExporter: pulumi.Output<string>;
  /** Nginx as it is published, for the gateway and the proxy of the engine. */
  readonly nginx: pulumi.Output<string>;
}

/**
 * Pulls the images that a host's monitoring needs, those of its services alone.
 *
 * @param name of the host's monitoring.
 * @param nginxlogExporter id of the fleet's own image.
 * @param options what the host's other Docker objects have: on a host that doesn't answer, nothing may change.
 */
export function sharedImages(
  name: string,
  { images }: Host,
  { services }: MonitoringHost,
  nginxlogExporter: pulumi.Output<string>,
  options: pulumi.CustomResourceOptions,
): SharedImages {
  const pull = (what: string, reference: string): pulumi.Output<string> =>
    // Other environments on the same engine may use the image too.
    new docker.RemoteImage(`${name}-odoo-fleet-${what}`, { name: reference, keepLocally: true }, options).imageId;
  const { monitoring, nginx } = images;
  return {
    ...(services.includes("prometheus") ? { prometheus: pull("prometheus", monitoring.prometheus) } : {}),
    ...(services.includes("alertmanager") ? { alertmanager: pull("alertmanager", monitoring.alertmanager) } : {}),
    ...(services.includes("grafana") && monitoring.grafana !== null
      ? { grafana: pull("grafana", monitoring.grafana) }
      : {}),
    nodeExporter: pull("node-exporter", monitoring.nodeExporter),
    cadvisor: pull("cadvisor", monitoring.cadvisor),
    blackboxExporter: pull("blackbox-exporter", monitoring.blackboxExporter),
    postgresExporter: pull("postgres-exporter", monitoring.postgresExporter),
    nginxlogExporter,
    nginx: pull("nginx", nginx),
  };
}
