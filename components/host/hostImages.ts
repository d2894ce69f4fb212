import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Portal } from "../../fleet/portalTypes";
import type { CreatedTenant, Host } from "../../fleet/types";
import {
  edgeImageSpec,
  imageSpecs,
  type ImageSpec,
  nginxlogImageSpec,
  portalImageSpec,
  postgresImageSpec,
} from "./imageSpec";

/** Ids of the custom images that a tenant's containers run. */
export interface TenantImages {
  readonly postgres: pulumi.Input<string>;
  readonly odoo: pulumi.Input<string>;
  readonly nginx: pulumi.Input<string>;
}

/** Ids of the images that the portal's containers run. */
export interface PortalImages {
  readonly web: pulumi.Input<string>;
  readonly postgres: pulumi.Input<string>;
}

export interface HostImagesArgs {
  readonly host: Host;
  /** The tenants that have containers on the host: together they say which images are needed. */
  readonly tenants: readonly CreatedTenant[];
  /** Whether the host is watched: it needs images for that too. */
  readonly isWatched: boolean;
  /** Whether the host has an edge. Default: no. */
  readonly hasEdge?: boolean;
  /** The portal, on the host that it is on. Default: none. */
  readonly portal?: Pick<Portal, "baseImages" | "postgresVersion">;
  /** Options of each image, such as what it comes after. */
  readonly options?: pulumi.CustomResourceOptions;
}

/** The custom images of a host, built on its engine: one for every different content, however many tenants use it. */
export class HostImages extends pulumi.ComponentResource {
  /** Ids of the images, by their names. */
  readonly imageIds: Readonly<Record<string, pulumi.Output<string>>>;
  /** Id of the log exporter's image; undefined on a host that isn't watched. */
  readonly nginxlogExporter?: pulumi.Output<string>;
  /** Id of the edge's image; undefined on a host without one. */
  readonly edge?: pulumi.Output<string>;
  /** Those of the portal; undefined on a host without it. */
  readonly portal?: PortalImages;
  private readonly tenants: ReadonlyMap<string, TenantImages>;

  constructor(name: string, args: HostImagesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo-fleet:index:HostImages", name, {}, opts);
    const ids = new Map<string, pulumi.Output<string>>();
    const idOf = (spec: ImageSpec): pulumi.Output<string> => {
      const id = ids.get(spec.name) ?? this.build(name, spec, args.options);
      ids.set(spec.name, id);
      return id;
    };
    this.tenants = new Map(
      args.tenants.map((tenant) => {
        const { postgres, odoo, nginx } = imageSpecs(tenant, pulumi.getRootDirectory());
        return [tenant.name, { postgres: idOf(postgres), odoo: idOf(odoo), nginx: idOf(nginx) }];
      }),
    );
    if (args.isWatched) {
      this.nginxlogExporter = idOf(nginxlogImageSpec(args.host.images, pulumi.getRootDirectory()));
    }
    if (args.hasEdge) {
      this.edge = idOf(edgeImageSpec(args.host.images, pulumi.getRootDirectory()));
    }
    if (args.portal) {
      const { baseImages, postgresVersion } = args.portal;
      this.portal = {
        web: idOf(portalImageSpec(baseImages, pulumi.getRootDirectory())),
        postgres: idOf(postgresImageSpec(baseImages.postgres, postgresVersion, pulumi.getRootDirectory())),
      };
    }
    this.imageIds = Object.fromEntries(ids);
    this.registerOutputs({ imageIds: this.imageIds, nginxlogExporter: this.nginxlogExporter });
  }

  /** Ids of the images of a tenant. @throws Error for one that wasn't among the arguments. */
  forTenant({ name }: CreatedTenant): TenantImages {
    const images = this.tenants.get(name);
    if (images === undefined) {
      throw new Error(`no images were built for tenant ${name}`);
    }
    return images;
  }

  private build(name: string, spec: ImageSpec, options?: pulumi.CustomResourceOptions): pulumi.Output<string> {
    const image = new docker.RemoteImage(
      `${name}-${spec.name.replace(/[^a-z0-9]+/g, "-")}`,
      {
        name: spec.name,
        build: {
          context: spec.context,
          dockerfile: "Dockerfile",
          buildArgs: { ...spec.buildArgs },
          // The engine's own builder: it is there on every host, local or remote, and finds base images that only
          // this engine has.
          useLegacyBuilder: true,
          // A failed build leaves no container behind.
          forceRemove: true,
        },
        // Other environments on the same engine may use the image too.
        keepLocally: true,
      },
      { ...options, parent: this },
    );
    return image.imageId;
  }
}
