import { spawn } from "node:child_process";
import type Docker from "dockerode";
import type { CreatedTenant, Host } from "../../fleet/types";
import { ignoreAbsent } from "./engineErrors";
import { imageSpecs, type ImageSpec } from "./imageSpec";
import { comesToItsEnd } from "./progress";

/**
 * Builds a tenant's images on an engine, where they aren't there yet, under the names that the program gives them; while the tenant
 * still runs. It is the engine's classic builder, whose cache the official provider's build doesn't use.
 *
 * @returns the names of those that the restore needs.
 */
export async function buildImages(
  engine: Docker,
  host: Host,
  tenant: CreatedTenant,
): Promise<{ postgres: string; odoo: string }> {
  const specs = imageSpecs(tenant, "");
  for (const spec of Object.values(specs)) {
    await buildImage(engine, host, spec);
  }
  return { postgres: specs.postgres.name, odoo: specs.odoo.name };
}

/** Builds an image, where it isn't there yet, under the name that the program gives it. */
export async function buildImage(engine: Docker, host: Host, { name, context, buildArgs }: ImageSpec): Promise<void> {
  if (await engine.getImage(name).inspect().catch(ignoreAbsent)) {
    return;
  }
  // The files are root's, as the provider sends them, whoever has them here.
  const options = ["--create", "--owner=0", "--group=0", "--numeric-owner", "--exclude=*.pyc"];
  const archive = spawn("tar", [...options, "--directory", context, "."], { stdio: ["ignore", "pipe", "inherit"] });
  const build = await engine.buildImage(archive.stdout, { t: name, buildargs: { ...buildArgs }, forcerm: true });
  await comesToItsEnd(engine, build, `the image ${name} can't be built on host ${host.name}`);
}
