import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { sharedImage } from "../../fleet/images";
import type { SharedService } from "../../fleet/monitoringTypes";
import type { Host } from "../../fleet/types";

/** The id of the image that a monitoring service runs. */
export type SharedImages = (service: SharedService) => pulumi.Output<string>;

/**
 * Pulls the images that a host's monitoring needs, each when it is first asked for.
 *
 * @param name of the host's monitoring.
 * @param nginxlogExporter name of the fleet's own image, see `HostImages`.
 * @param options what the host's other Docker objects have: on a host that doesn't answer, nothing may change.
 */
export function sharedImages(
  name: string,
  { images }: Host,
  nginxlogExporter: pulumi.Output<string>,
  options: pulumi.CustomResourceOptions,
): SharedImages {
  const pulled = new Map<string, pulumi.Output<string>>();
  return (service) => {
    if (service === "nginxlog-exporter") {
      return nginxlogExporter;
    }
    const { path, reference } = sharedImage(images, service);
    if (reference === null) {
      throw new Error(`${path.join(".")} is null, so nothing can run ${service}`);
    }
    // The gateway and the engine's proxy share one.
    const what = path[1] === "nginx" ? "nginx" : service;
    const id =
      pulled.get(what) ??
      // Other environments on the same engine may use the image too.
      new docker.RemoteImage(`${name}-odoo-fleet-${what}`, { name: reference, keepLocally: true }, options).imageId;
    pulled.set(what, id);
    return id;
  };
}
