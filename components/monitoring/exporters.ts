import * as pulumi from "@pulumi/pulumi";
import { sharedLimits } from "../../fleet/sharedLimits";
import type { Host } from "../../fleet/types";
import type { WatchedTenant } from "../tenant/tenantStack";
import { type ExporterService, type ExporterSpec, exporterSpecs } from "./exporterSpecs";
import type { SharedImages } from "./images";
import { type SharedHost, SharedServiceContainer } from "./sharedService";

export interface ExportersArgs extends SharedHost {
  readonly host: Host;
  readonly images: SharedImages;
  /** The running tenants of the host. */
  readonly tenants: readonly WatchedTenant[];
  /** Configuration of the exporters that have one, by file. */
  readonly files: Readonly<
    Record<
      "blackbox-exporter" | "postgres-exporter" | "nginxlog-exporter",
      Readonly<Record<string, pulumi.Input<string>>>
    >
  >;
}

/** What looks at a host, its containers, and its tenants' databases and web servers. */
export class Exporters extends pulumi.ComponentResource {
  constructor(name: string, args: ExportersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo-fleet:index:Exporters", name, {}, opts);
    const { images } = args;
    const specs = exporterSpecs(args.monitored, args.host);
    const create = (service: ExporterService, image: pulumi.Input<string>): void =>
      this.create(name, args, service, image, specs[service]);
    create("node-exporter", images.nodeExporter);
    create("engine-proxy", images.nginx);
    create("cadvisor", images.cadvisor);
    create("blackbox-exporter", images.blackboxExporter);
    create("postgres-exporter", images.postgresExporter);
    create("nginxlog-exporter", images.nginxlogExporter);
    this.registerOutputs({});
  }

  private create(
    name: string,
    { monitored, context, network, tenants, files }: ExportersArgs,
    service: ExporterService,
    image: pulumi.Input<string>,
    { user, joins, mounts = [], files: own, ...spec }: ExporterSpec,
  ): void {
    const declared = service in files ? files[service as keyof typeof files] : undefined;
    new SharedServiceContainer(
      `${name}-${service}`,
      {
        ...{ monitored, context, network, service, image, user },
        limits: sharedLimits(service, tenants.length),
        files: declared ?? own,
        volumes: mounts.map((mount) => ({ ...mount, readOnly: true })),
        tenantNetworks: joins && tenants.map((tenant) => joined(tenant, joins)),
        container: spec,
      },
      { parent: this },
    );
  }
}

function joined(
  { tenant, internalNetwork, frontNetwork }: WatchedTenant,
  { network, address }: NonNullable<ExporterSpec["joins"]>,
): { name: pulumi.Output<string>; ipv4Address: string } {
  return {
    name: network === "internal" ? internalNetwork : frontNetwork,
    ipv4Address: tenant.addresses[address],
  };
}
