import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import type { BaseImages, Tenant } from "../../fleet/types";
import { contentHash, portablePath } from "../container/content";

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
  base: BaseImages,
  {
    odooVersion,
    postgresVersion,
    odooImage,
    modules,
  }: Pick<Tenant, "odooVersion" | "postgresVersion" | "odooImage" | "modules">,
  root: string,
): Record<"odoo" | "postgres" | "nginx", ImageSpec> {
  const addons: Record<string, string> = odooImage.addons ? { addons: resolve(odooImage.addons) } : {};
  const odoo = {
    BASE_IMAGE: base.odoo[odooVersion]!,
    ODOO_VERSION: odooVersion,
    DEBIAN_PACKAGES: odooImage.debianPackages.join(" "),
    PYTHON_PACKAGES: odooImage.pythonPackages.join(" "),
    SEED_MODULES: modules.join(","),
  };
  return {
    odoo: imageSpec(root, `odoo:${odooVersion}`, odoo, { "": join(imagesFolder, "odoo"), ...addons }),
    postgres: imageSpec(
      root,
      `postgres:${postgresVersion}`,
      { BASE_IMAGE: base.postgres[postgresVersion]!, POSTGRES_VERSION: postgresVersion.toString() },
      { "": join(imagesFolder, "postgres") },
    ),
    nginx: imageSpec(root, "nginx:tenant", { BASE_IMAGE: base.nginx }, { "": join(imagesFolder, "nginx") }),
  };
}

/** The image of the log exporter, which one container of each watched host runs. */
export function nginxlogImageSpec({ nginx, monitoring }: BaseImages, root: string): ImageSpec {
  return imageSpec(
    root,
    "nginxlog-exporter:host",
    { BASE_IMAGE: nginx, BASE_IMAGE_EXPORTER: monitoring.nginxlogExporter },
    { "": join(imagesFolder, "nginxlog-exporter") },
  );
}

/** @param folders what the build context is made of, by the path in it; the first is the one with the Dockerfile. */
function imageSpec(
  root: string,
  name: string,
  buildArgs: Readonly<Record<string, string>>,
  folders: Readonly<Record<string, string>>,
): ImageSpec {
  const hash = contentHash(folders, buildArgs);
  const context = Object.keys(folders).length > 1 ? stageContext(folders, hash) : folders[""]!;
  return { name: `odoo-fleet/${name}-${hash}`, context: portablePath(context, root), buildArgs };
}

/** A build has one context: a tenant's addons are put beside the Dockerfile in a folder that is named by its content. */
function stageContext(folders: Readonly<Record<string, string>>, hash: string): string {
  const target = resolve("build", "image-contexts", hash);
  if (!existsSync(target)) {
    const partial = `${target}.${process.pid}`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    for (const [prefix, folder] of Object.entries(folders)) {
      cpSync(folder, join(partial, prefix), { recursive: true, filter: (source) => !source.endsWith(".pyc") });
    }
    cpSync(partial, target, { recursive: true });
    rmSync(partial, { recursive: true, force: true });
  }
  return target;
}
