import { spawn } from "node:child_process";
import type Docker from "dockerode";
import { ignoreAbsent } from "../../components/host/engineErrors";
import { dataVolumes } from "../../components/tenant/dataVolumes";
import { imageSpecs, type ImageSpec } from "../../components/host/imageSpec";
import { stackIdLabel } from "../../components/container/serviceContext";
import type { Host, RunningTenant, Tenant } from "../../fleet/types";
import { throwAways } from "./data";
import { removeThrowAway } from "../../components/host/throwAway";

/**
 * Builds a tenant's images on the target, where they aren't there yet, under the names that the program gives them; while the tenant
 * still runs. The program's own build then finds every step done.
 *
 * @returns the names of those that the restore needs.
 */
export async function buildImages(
  engine: Docker,
  host: Host,
  tenant: RunningTenant,
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
  await new Promise<void>((resolve, reject) =>
    engine.modem.followProgress(build, (error) =>
      error ? reject(new Error(`the image ${name} can't be built on host ${host.name}: ${error.message}`)) : resolve(),
    ),
  );
}

/** Removes what a move left on the target before the switch. */
export async function clearTarget(engine: Docker, tenant: Tenant): Promise<void> {
  for (const name of Object.values(throwAways(tenant))) {
    await removeThrowAway(engine, name);
  }
  await removeVolumes(engine, tenant);
}

/**
 * Removes a tenant's data on an engine.
 *
 * @param stackId only volumes of this stack.
 * @throws where a container still uses it.
 */
export async function removeVolumes(engine: Docker, tenant: Tenant, stackId?: string): Promise<void> {
  for (const { name } of Object.values(dataVolumes(tenant))) {
    const found = await engine.getVolume(name).inspect().catch(ignoreAbsent);
    if (found && stackId !== undefined && found.Labels?.[stackIdLabel] !== stackId) {
      throw new Error(`the volume ${name} belongs to another stack and was not changed`);
    }
    await engine.getVolume(name).remove().catch(ignoreAbsent);
  }
}

/** Names of a tenant's containers on an engine, and whether all run, Odoo healthy. */
export async function tenantOn(
  engine: Docker,
  { names }: Tenant,
): Promise<{ readonly present: readonly string[]; readonly serves: boolean; readonly stackId?: string }> {
  const wanted = [names.postgres, names.odoo, names.nginx];
  const found = await Promise.all(wanted.map((name) => engine.getContainer(name).inspect().catch(ignoreAbsent)));
  const present = wanted.filter((_, index) => found[index] !== undefined);
  const serves = found.every((one) => one?.State.Running === true) && found[1]?.State.Health?.Status === "healthy";
  return { present, serves, stackId: found[1]?.Config.Labels[stackIdLabel] };
}
