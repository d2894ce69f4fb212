import * as pulumi from "@pulumi/pulumi";
import { showValue } from "../../fleet/errors";
import { ownerOfStack } from "../../fleet/layout";
import { isObject } from "../../fleet/lenient";
import { formatPath, setCommand } from "../../fleet/paths";
import { keepBackups, type KeptOutputs } from "../backup/keepBackups";
import { createFleet, type FleetOutputs } from "../fleet/createFleet";
import type { FleetSettings } from "../run/fleetSettings";
import { RefusedError } from "../run/refusedError";
import { createTenant, type TenantOutputs } from "./createTenant";

/**
 * Creates what is the stack's part of an environment, by its name: `prod` is the environment's own, `prod.acme` that of its tenant acme, in the
 * layout `perTenant`. One file declares all of them. Of a tenant that has left, its stack keeps the backups.
 *
 * @param settings of the whole environment.
 * @param stack name of the stack that is brought up.
 * @throws RefusedError as `createFleet`, `createTenant` and `keepBackups`, and for a tenant's stack in the layout `single`.
 */
export async function createOfStack(
  settings: FleetSettings,
  stack: string,
): Promise<FleetOutputs | TenantOutputs | KeptOutputs> {
  const { environment, tenant } = ownerOfStack(stack);
  if (tenant === undefined) {
    return createFleet(settings);
  }
  if (settings.layout !== "perTenant") {
    throw new RefusedError(environment, [
      {
        path: formatPath(["layout"]),
        value: showValue(settings.layout),
        expected: `perTenant: the stack ${stack} is of tenant ${tenant} alone, and ${environment} is in one stack`,
        wayOut: `use that one: STACK=${environment}; where its tenants have stacks of their own: ${setCommand(["layout"], "perTenant")}`,
      },
    ]);
  }
  const own = { ...settings, environment, tenant };
  if (isObject(settings.tenants) && !Object.hasOwn(settings.tenants, tenant)) {
    return keepBackups(own);
  }
  return createTenant({ ...own, ...(settings.edge !== undefined && { fleetSecret: secretOf(environment) }) });
}

/** What lets the environment's edges reach its tenants; its own stack has made it. */
function secretOf(environment: string): pulumi.Output<string> {
  const name = [pulumi.getOrganization(), pulumi.getProject(), environment].join("/");
  return new pulumi.StackReference(name).requireOutput("fleetSecret") as pulumi.Output<string>;
}
