import { type ConfigProblem, showValue } from "../../fleet/errors";
import { tenantsOn } from "../../fleet/tenantsOn";
import type { Fleet, Host, Tenant } from "../../fleet/types";
import { EngineUnreachableError, readHostFacts } from "./hostFacts";
import { type DeclaredHost, findObstacles } from "./obstacles";
import { sharedImageReferences } from "./sharedObstacles";
import { RefusedError } from "../refusedError";

/**
 * Asks every host that the stack uses whether the declaration can be carried out there, before anything changes.
 *
 * @throws RefusedError naming every obstacle on every host: a port or subnet taken (and by whom), an image that
 * can't be had, a full disk, a tenant that was left out without being decommissioned, an engine that doesn't answer.
 */
export async function preflight(fleet: Fleet, { ownsEnvironment }: { ownsEnvironment: boolean }): Promise<void> {
  const problems = await Promise.all(
    Object.values(fleet.hosts).map((host) =>
      checkHost({
        environment: fleet.environment,
        host,
        tenants: tenantsOn(fleet, host),
        ownsEnvironment,
        monitored: ownsEnvironment ? fleet.monitoring?.hosts[host.name] : undefined,
      }),
    ),
  );
  if (problems.flat().length > 0) {
    throw new RefusedError(fleet.environment, problems.flat());
  }
}

async function checkHost(declared: DeclaredHost): Promise<ConfigProblem[]> {
  const { host, tenants, ownsEnvironment, monitored } = declared;
  if (tenants.length === 0 && !ownsEnvironment) {
    return [];
  }
  try {
    const images = [...baseImages(host, tenants), ...sharedImageReferences(host, monitored).values()];
    return findObstacles(declared, await readHostFacts(host, images));
  } catch (error) {
    if (!(error instanceof EngineUnreachableError)) {
      throw error;
    }
    return [
      {
        path: `odoo-fleet:hosts.${host.name}.docker`,
        value: showValue(host.docker),
        expected: `a Docker engine that answers; ${error.message}`,
        wayOut: "start the engine (systemctl start docker, or make engine), or correct the endpoint or DOCKER_HOST",
      },
    ];
  }
}

function baseImages({ images }: Host, tenants: readonly Tenant[]): string[] {
  const running = tenants.filter((tenant) => tenant.state === "running");
  return running.flatMap((tenant) => [
    images.odoo[tenant.odooVersion]!,
    images.postgres[tenant.postgresVersion]!,
    images.nginx,
  ]);
}
