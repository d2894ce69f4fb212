import { nameOf } from "../preview/changes";
import type { StepMetadata } from "../preview/events";

/** What a person waits for: a part of a tenant, of a host or of its monitoring. */
export interface Subject {
  /** Whose it is: a tenant's name, `host NAME`, `monitoring NAME`. */
  readonly owner: string;
  /** What it is, e.g. `database`, `image odoo 19.0`. */
  readonly part: string;
  /** What is true when it has been created, e.g. `healthy`. */
  readonly ready: string;
}

/** A tenant's services, by the type of the component that makes each. */
const services: Readonly<Record<string, readonly [part: string, ready: string]>> = {
  "odoo-fleet:index:PostgresDatabase": ["database", "running"],
  "odoo-fleet:index:OdooServer": ["Odoo", "healthy"],
  "odoo-fleet:index:NginxProxy": ["web server", "running"],
};

/**
 * The subject of a step; undefined for what nobody waits for, such as a network or a password: that is counted only.
 */
export function subjectOf({ urn, type, new: made }: StepMetadata): Subject | undefined {
  const name = nameOf(urn);
  const chain = urn.split("::")[2]?.split("$") ?? [];
  const parent = chain.at(-2) ?? "";
  if (type === "docker:index/container:Container") {
    const service = services[parent];
    if (service !== undefined) {
      return {
        owner: name.slice(0, name.lastIndexOf("-")),
        part: service[0],
        ready: isSuspended(made) ? "stopped" : service[1],
      };
    }
    // Containers that only carry configuration into a volume are called ...-writer.
    if (chain.includes("odoo-fleet:index:MonitoringStack") && !name.endsWith("-writer")) {
      const [host, part] = name.split("-monitoring-");
      return { owner: "monitoring", part: part ?? host!, ready: "running" };
    }
  }
  if (type === "docker:index/remoteImage:RemoteImage") {
    // `HOST-odoo-fleet-IMAGE`, of what watches it `HOST-monitoring-odoo-fleet-IMAGE`, and of what copies its backups `HOST-shipper-IMAGE`.
    const [, before = name, image = name] = /^(.+?)-(?:odoo-fleet|shipper)-(.+)$/.exec(name) ?? [];
    const host = parent === "odoo-fleet:index:MonitoringStack" ? before.replace(/-monitoring$/, "") : before;
    return { owner: `host ${host}`, part: `image ${imageTitle(image)}`, ready: isBuilt(made) ? "built" : "pulled" };
  }
  if (parent === "odoo-fleet:index:HostBootstrap") {
    const isPorts = name.endsWith("-ports");
    const host = name.slice(0, name.lastIndexOf("-"));
    return { owner: `host ${host}`, part: isPorts ? "firewall's ports" : "bootstrap", ready: "done" };
  }
  return undefined;
}

/** Whether a container is created and left: of a suspended tenant. */
function isSuspended(made: StepMetadata["new"]): boolean {
  return made?.inputs?.["start"] === false;
}

/** Whether an image is built on its host, and doesn't come from a registry. */
function isBuilt(made: StepMetadata["new"]): boolean {
  return made?.inputs?.["build"] !== undefined;
}

/** `odoo-19-0-0123456789ab` -> `odoo 19.0`; `nginxlog-exporter-host-0123456789ab`, which has no version -> `nginxlog-exporter`. */
function imageTitle(name: string): string {
  const [, image, version] = /^(.+?)-(\d[\d-]*|host|tenant|web)-[0-9a-f]{12}$/.exec(name) ?? [];
  if (image === undefined) {
    return name;
  }
  return /^\d/.test(version!) ? `${image} ${version!.replace(/-/g, ".")}` : image;
}
