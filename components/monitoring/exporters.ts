import * as pulumi from "@pulumi/pulumi";
import { type ExporterService, exporterServices } from "../../fleet/monitoringTypes";
import { figuresFolder, snapshotFiguresFolder } from "../../fleet/security";
import { sharedLimits } from "../../fleet/sharedLimits";
import type { Host } from "../../fleet/types";
import type { WatchedTenant } from "../tenant/tenantStack";
import { type ExporterSpec, exporterSpecs } from "./exporterSpecs";
import type { SharedImages } from "./images";
import { type SharedHost, SharedServiceContainer } from "./sharedService";

export interface ExportersArgs extends SharedHost {
  readonly host: Host;
  readonly images: SharedImages;
  /** Name of the volume with the figures of what copies the host's backups; undefined: nothing does. */
  readonly figures?: pulumi.Input<string>;
  /** The same of what takes snapshots of what the host's services keep. */
  readonly snapshotFigures?: pulumi.Input<string>;
  /** The edge's network, and the prober's address there; undefined: the host has no edge. */
  readonly edgeNetwork?: { readonly name: pulumi.Input<string>; readonly ipv4Address: string };
  /** The running tenants of the host. */
  readonly tenants: readonly WatchedTenant[];
  /** For how many tenants each is sized: see `servedTenants`. */
  readonly served: (service: ExporterService) => number;
  /** Configuration of the exporters that have one, by file. */
  readonly files: Readonly<
    Record<
      "blackbox-exporter" | "postgres-exporter" | "nginxlog-exporter",
      Readonly<Record<string, pulumi.Input<string>>>
    >
  >;
}

/** What collects figures of a host, its containers, and its tenants' databases and web servers. */
export class Exporters extends pulumi.ComponentResource {
  /** Ids of the containers, by service. */
  readonly containerIds: Readonly<Record<ExporterService, pulumi.Output<string>>>;

  constructor(name: string, args: ExportersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo-fleet:index:Exporters", name, {}, opts);
    const specs = exporterSpecs({
      ...{ environment: args.context.environment, monitored: args.monitored, host: args.host },
      figures: figureMounts(args).map(({ containerPath }) => containerPath),
    });
    this.containerIds = Object.fromEntries(
      exporterServices.map((service) => [service, this.create(name, args, service, specs[service])]),
    ) as Record<ExporterService, pulumi.Output<string>>;
    this.registerOutputs({ containerIds: this.containerIds });
  }

  private create(
    name: string,
    args: ExportersArgs,
    service: ExporterService,
    { user, joins, mounts = [], files: own, ...spec }: ExporterSpec,
  ): pulumi.Output<string> {
    const { monitored, context, network, images, tenants, served, files, edgeNetwork } = args;
    const declared = service in files ? files[service as keyof typeof files] : undefined;
    const { containerId } = new SharedServiceContainer(
      `${name}-${service}`,
      {
        ...{ monitored, context, network, service, image: images(service), user },
        limits: sharedLimits(service, served(service)),
        files: declared ?? own,
        volumes: [
          ...mounts.map((mount) => ({ ...mount, readOnly: true })),
          ...(service === "node-exporter" ? figureMounts(args).map((mount) => ({ ...mount, readOnly: true })) : []),
        ],
        tenantNetworks: joins && [
          ...tenants.map((tenant) => joined(tenant, joins)),
          ...(service === "blackbox-exporter" && edgeNetwork ? [edgeNetwork] : []),
        ],
        container: spec,
      },
      { parent: this },
    );
    return containerId;
  }
}

/** The volumes with figures that others leave for the node exporter. */
function figureMounts({
  figures,
  snapshotFigures,
}: Pick<ExportersArgs, "figures" | "snapshotFigures">): { volumeName: pulumi.Input<string>; containerPath: string }[] {
  return [
    ...(figures === undefined ? [] : [{ volumeName: figures, containerPath: figuresFolder }]),
    ...(snapshotFigures === undefined ? [] : [{ volumeName: snapshotFigures, containerPath: snapshotFiguresFolder }]),
  ];
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
