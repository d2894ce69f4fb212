import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { type ConfigProblem, showValue } from "../../fleet/errors";
import { unknownName } from "../../fleet/problems";
import { RefusedError } from "../run/refusedError";
import type { ServiceContext } from "./serviceContext";

/**
 * Changes a container that is about to be created: what it sets in `args` and `opts` counts. It is called once for each
 * tenant that runs, in a preview too, and has to be a pure function: what differs between two calls replaces the container.
 *
 * @param args the container as the fleet would make it. Its `name` stays: the fleet finds it by that.
 * @param opts its Pulumi options.
 * @param tenant name of the tenant.
 */
export type ContainerTransform = (
  args: docker.ContainerArgs,
  opts: pulumi.CustomResourceOptions,
  tenant: string,
) => void;

/**
 * What a program in TypeScript changes of the tenants' containers, by service. Ports, subnets and plans are checked before,
 * so what a transform says of them isn't; the policy pack judges the result as everything else.
 *
 * ```ts
 * createFleet({ ...settings, transform: { odoo: (args) => void (args.dns = ["10.20.0.53"]) } });
 * ```
 */
export interface Transforms {
  readonly odoo?: ContainerTransform;
  readonly postgres?: ContainerTransform;
  readonly nginx?: ContainerTransform;
}

const services: readonly (keyof Transforms)[] = ["odoo", "postgres", "nginx"];

/** What is wrong with transforms; those of a stack's file are, since a file holds no function. */
export function transformProblems(transform: object | undefined): ConfigProblem[] {
  return Object.entries(transform ?? {}).flatMap(([service, value]: [string, unknown]) => {
    const path = ["transform", service];
    if (!services.some((known) => known === service)) {
      return unknownName(path, service, [...services]);
    }
    return typeof value === "function"
      ? []
      : {
          path: `odoo-fleet:${path.join(".")}`,
          value: showValue(value),
          expected: "a function (args, opts, tenant), in the settings of a program",
          wayOut: "take it out of the stack's configuration, and pass it to createFleet or createTenant",
        };
  });
}

/** Creates a tenant's container as its transform leaves it. @throws RefusedError when that renames it. */
export function createContainer(
  context: ServiceContext,
  service: keyof Transforms,
  tenant: string,
  name: string,
  args: docker.ContainerArgs & { readonly name: string },
  opts: pulumi.CustomResourceOptions,
): docker.Container {
  const changed: { args: docker.ContainerArgs; opts: pulumi.CustomResourceOptions } = {
    args: { ...args },
    opts: { ...opts },
  };
  context.transform[service]?.(changed.args, changed.opts, tenant);
  if (changed.args.name !== args.name) {
    throw new RefusedError(context.environment, [
      {
        path: `odoo-fleet:transform.${service}`,
        value: `another name for the container of tenant ${tenant}`,
        expected: `the name that the fleet gave it, ${args.name}`,
        wayOut: "leave args.name as it is",
      },
    ]);
  }
  const container = new docker.Container(name, changed.args, changed.opts);
  // One that a transform doesn't want to run needn't.
  if (changed.args.mustRun !== false) {
    context.started.push({ container, name: args.name, tenant, isWaitedFor: args.wait === true });
  }
  return container;
}
