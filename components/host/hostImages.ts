import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { type Seed, seedsSold } from "../../fleet/portalSets";
import type { Portal } from "../../fleet/portalTypes";
import type { CreatedTenant, Host } from "../../fleet/types";
import {
  edgeImageSpec,
  edgeWildcardImageSpec,
  imageSpecs,
  type ImageSpec,
  nginxlogImageSpec,
  portalImageSpec,
  postgresImageSpec,
  seedImageSpec,
  snapshotsImageSpec,
} from "./imageSpec";

/** Names of the custom images that a tenant's containers run. */
export interface TenantImages {
  readonly postgres: pulumi.Input<string>;
  readonly odoo: pulumi.Input<string>;
  readonly nginx: pulumi.Input<string>;
}

/** Names of the images that the portal's containers run. */
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
  /** Whether the edge has a wildcard certificate. Default: no. */
  readonly hasWildcard?: boolean;
  /** Whether the host has services of its own that keep something. Default: no. */
  readonly hasSnapshots?: boolean;
  /** The portal, on the host that it is on. Default: none. */
  readonly portal?: Pick<Portal, "baseImages" | "postgresVersion">;
  /** What is prepared for orders on the portal: each is an image of Odoo. Default: nothing. */
  readonly seeds?: readonly Seed[];
  /** Options of each image, such as what it comes after. */
  readonly options?: pulumi.CustomResourceOptions;
}

/**
 * The custom images of a host, built on its engine: one for every different content, however many tenants use it.
 *
 * A container runs its image by name, which is the content's hash: a build of the same content that gives it another id on that engine, for
 * another stack or from another machine, replaces no container (docs/decisions/0084).
 */
export class HostImages extends pulumi.ComponentResource {
  /** Names of the images, each of which is there once its name is. */
  readonly imageNames: readonly pulumi.Output<string>[];
  /** Name of the log exporter's image; undefined on a host that isn't watched. */
  readonly nginxlogExporter?: pulumi.Output<string>;
  /** Name of the edge's image; undefined on a host without one. */
  readonly edge?: pulumi.Output<string>;
  /** Name of the image of what orders the edge's wildcard certificate and serves it; undefined on a host without one. */
  readonly edgeWildcard?: pulumi.Output<string>;
  /** Name of the image of what takes snapshots; undefined on a host without services that keep something. */
  readonly snapshots?: pulumi.Output<string>;
  /** Those of the portal; undefined on a host without it. */
  readonly portal?: PortalImages;
  private readonly tenants: ReadonlyMap<string, TenantImages>;

  constructor(name: string, args: HostImagesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo-fleet:index:HostImages", name, {}, opts);
    const built = new Map<string, docker.RemoteImage>();
    const nameOf = (spec: ImageSpec, base?: docker.RemoteImage): pulumi.Output<string> => {
      const image = built.get(spec.name) ?? this.build(name, spec, args.options, base);
      built.set(spec.name, image);
      return image.name;
    };
    this.tenants = new Map(
      args.tenants.map((tenant) => {
        const { postgres, odoo, nginx } = imageSpecs(tenant, pulumi.getRootDirectory());
        return [tenant.name, { postgres: nameOf(postgres), odoo: nameOf(odoo), nginx: nameOf(nginx) }];
      }),
    );
    if (args.isWatched) {
      this.nginxlogExporter = nameOf(nginxlogImageSpec(args.host.images, pulumi.getRootDirectory()));
    }
    if (args.hasEdge) {
      const own = edgeImageSpec(args.host.images, pulumi.getRootDirectory());
      this.edge = nameOf(own);
      if (args.hasWildcard) {
        const spec = edgeWildcardImageSpec(args.host.images, pulumi.getRootDirectory());
        this.edgeWildcard = nameOf(spec, built.get(own.name));
      }
    }
    if (args.hasSnapshots) {
      this.snapshots = nameOf(snapshotsImageSpec(args.host.images, pulumi.getRootDirectory()));
    }
    if (args.portal) {
      const { baseImages, postgresVersion } = args.portal;
      this.portal = {
        web: nameOf(portalImageSpec(baseImages, pulumi.getRootDirectory())),
        postgres: nameOf(postgresImageSpec(baseImages.postgres, postgresVersion, pulumi.getRootDirectory())),
      };
    }
    for (const seed of args.seeds ?? []) {
      nameOf(seedImageSpec(baseOf(args.host, seed), seed, pulumi.getRootDirectory()));
    }
    this.imageNames = [...built.values()].map((image) => image.name);
    this.registerOutputs({ imageNames: this.imageNames, nginxlogExporter: this.nginxlogExporter });
  }

  /** Names of the images of a tenant. @throws Error for one that wasn't among the arguments. */
  forTenant({ name }: CreatedTenant): TenantImages {
    const images = this.tenants.get(name);
    if (images === undefined) {
      throw new Error(`no images were built for tenant ${name}`);
    }
    return images;
  }

  /** @param base the image of the host that it is built upon. Default: one of the registry's. */
  private build(
    name: string,
    spec: ImageSpec,
    options?: pulumi.CustomResourceOptions,
    base?: docker.RemoteImage,
  ): docker.RemoteImage {
    return new docker.RemoteImage(
      imageResource(name, spec),
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
      { ...options, parent: this, ...(base && { dependsOn: [base] }) },
    );
  }
}

/** Name of the resource of an image on a host. @param name that of the host's resources. */
function imageResource(name: string, { name: image }: ImageSpec): string {
  return `${name}-${image.replace(/[^a-z0-9]+/g, "-")}`;
}

/**
 * What is prepared on a host for orders on the portal.
 *
 * @param there names of the stack's resources that are images, on a host that nothing comes to now; undefined: everything can.
 */
export function seedsOn(
  host: Host,
  portal: Pick<Portal, "sells"> | undefined,
  there: ReadonlySet<string> | undefined,
): readonly Seed[] {
  const root = pulumi.getRootDirectory();
  return seedsSold(portal, host.name).filter(
    (seed) => there?.has(imageResource(host.name, seedImageSpec(baseOf(host, seed), seed, root))) ?? true,
  );
}

/** The base of an image with a seed: `checkImages` has seen that there is one. */
function baseOf({ images }: Host, { odooVersion }: Seed): string {
  return images.odoo[odooVersion]!;
}
