import { join, resolve } from "node:path";
import type { Seed } from "../../fleet/portalSets";
import type { BaseImages, CreatedTenant, PostgresVersion } from "../../fleet/types";
import { contentHash, filesBelow, portablePath } from "../container/content";
import { addonFiles, readAddons } from "./addons";
import { stageContext } from "./stageContext";

/** A custom image: what it is called and what it is built from. The name follows from the content alone. */
export interface ImageSpec {
  /** Reference with a tag that is the content's hash: it changes exactly when the image would. */
  readonly name: string;
  /** Build context, relative to the project where that is possible: a state is shared by machines. */
  readonly context: string;
  readonly buildArgs: Readonly<Record<string, string>>;
}

/** Folder of the Dockerfiles. */
const imagesFolder = resolve(__dirname, "..", "..", "images");

/**
 * The images of a tenant's three services.
 *
 * @param root the Pulumi project's folder, in which the engine of Pulumi and its plugins run; empty when there is none.
 */
export function imageSpecs(
  tenant: OdooImageSettings & Pick<CreatedTenant, "baseImages" | "postgresVersion">,
  root: string,
): Record<"odoo" | "postgres" | "nginx", ImageSpec> {
  const { baseImages, postgresVersion } = tenant;
  return {
    odoo: odooImageSpec(baseImages.odoo, tenant, root),
    postgres: postgresImageSpec(baseImages.postgres, postgresVersion, root),
    nginx: imageSpec(root, "nginx:tenant", { BASE_IMAGE: baseImages.nginx }, join(imagesFolder, "nginx")),
  };
}

/**
 * The image that takes a tenant's database from the release before to the declared one, by OpenUpgrade. It is built upon the tenant's own.
 *
 * @param odoo name of the tenant's image of Odoo.
 */
export function openUpgradeImageSpec(odoo: string, { odooVersion }: Pick<CreatedTenant, "odooVersion">): ImageSpec {
  const buildArgs = { BASE_IMAGE: odoo, ODOO_VERSION: odooVersion };
  return imageSpec("", `openupgrade:${odooVersion}`, buildArgs, join(imagesFolder, "openupgrade"));
}

/** What an image of Odoo follows from, beside its base. */
type OdooImageSettings = Pick<CreatedTenant, "odooVersion" | "odooImage" | "modules" | "serverWideModules">;

/** The image of Odoo with its seed. */
function odooImageSpec(
  base: string,
  { odooVersion, odooImage, modules, serverWideModules }: OdooImageSettings,
  root: string,
): ImageSpec {
  const buildArgs = {
    BASE_IMAGE: base,
    ODOO_VERSION: odooVersion,
    DEBIAN_PACKAGES: odooImage.debianPackages.join(" "),
    PYTHON_PACKAGES: odooImage.pythonPackages.join(" "),
    SEED_MODULES: modules.join(","),
    ...(serverWideModules.length > 0 ? { SERVER_WIDE_MODULES: serverWideModules.join(",") } : {}),
  };
  return imageSpec(root, `odoo:${odooVersion}`, buildArgs, join(imagesFolder, "odoo"), odooImage.addons);
}

/** The image of Odoo that tenants of the portal have which start with these modules. */
export function seedImageSpec(base: string, { odooVersion, modules }: Seed, root: string): ImageSpec {
  const odooImage = { addons: [], debianPackages: [], pythonPackages: [] };
  return odooImageSpec(base, { odooVersion, odooImage, modules, serverWideModules: [] }, root);
}

/** The image of the log exporter, which one container of each watched host runs. */
export function nginxlogImageSpec({ nginx, monitoring }: BaseImages, root: string): ImageSpec {
  return imageSpec(
    root,
    "nginxlog-exporter:host",
    { BASE_IMAGE: nginx, BASE_IMAGE_EXPORTER: monitoring.nginxlogExporter },
    join(imagesFolder, "nginxlog-exporter"),
  );
}

/** The image of a host's edge. */
export function edgeImageSpec({ nginx, caddy }: BaseImages, root: string): ImageSpec {
  return imageSpec(root, "edge:host", { BASE_IMAGE: nginx, BASE_IMAGE_CADDY: caddy }, join(imagesFolder, "edge"));
}

/** The image of what orders the wildcard certificate of a host's edge, and of the edge that serves it. It is built upon the edge's own. */
export function edgeWildcardImageSpec(images: BaseImages, root: string): ImageSpec {
  const buildArgs = { BASE_IMAGE: edgeImageSpec(images, root).name, BASE_IMAGE_LEGO: images.lego };
  return imageSpec(root, "edge-wildcard:host", buildArgs, join(imagesFolder, "edge-wildcard"));
}

/** The image of what takes snapshots of what a host's own services keep. */
export function snapshotsImageSpec({ nginx }: BaseImages, root: string): ImageSpec {
  return imageSpec(root, "snapshots:host", { BASE_IMAGE: nginx }, join(imagesFolder, "snapshots"));
}

/** What `setup/portal.sh` puts together for the portal's image, in the project. */
export const portalArchive = resolve(imagesFolder, "..", "build", "portal", "portal.tar");

/**
 * The image of the portal's web process.
 *
 * @param archive the portal with its packages; its folder is no part of the image.
 */
export function portalImageSpec({ node }: Pick<BaseImages, "node">, root: string, archive = portalArchive): ImageSpec {
  const folder = join(imagesFolder, "portal");
  const buildArgs = { BASE_IMAGE: node };
  const files = [...filesBelow(folder), { path: "portal.tar", source: archive, executable: false }];
  const hash = contentHash({ "": files }, buildArgs);
  return {
    name: `odoo-fleet/portal:web-${hash}`,
    context: portablePath(stageContext(files, hash), root),
    buildArgs,
  };
}

/** The image of PostgreSQL, for whoever has a database of that major version. */
export function postgresImageSpec(base: string, version: PostgresVersion, root: string): ImageSpec {
  return imageSpec(
    root,
    `postgres:${version}`,
    { BASE_IMAGE: base, POSTGRES_VERSION: version.toString() },
    join(imagesFolder, "postgres"),
  );
}

/**
 * @param folder the folder of the Dockerfile.
 * @param addonFolders folders of modules, all of which are put beside it in `addons/`. `addonProblems` has checked them.
 */
function imageSpec(
  root: string,
  name: string,
  buildArgs: Readonly<Record<string, string>>,
  folder: string,
  addonFolders: readonly string[] = [],
): ImageSpec {
  const named = (hash: string, context: string): ImageSpec => ({
    name: `odoo-fleet/${name}-${hash}`,
    context: portablePath(context, root),
    buildArgs,
  });
  if (addonFolders.length === 0) {
    return named(contentHash({ "": folder }, buildArgs), folder);
  }
  const addons = addonFiles(readAddons(addonFolders, process.cwd()));
  const hash = contentHash({ "": folder, addons }, buildArgs);
  const beside = addons.map((file) => ({ ...file, path: `addons/${file.path}` }));
  return named(hash, stageContext([...filesBelow(folder), ...beside], hash));
}
