import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { ConfigProblem } from "../fleet/errors";
import { tenantsOn } from "../fleet/tenantsOn";
import type { Fleet, Host } from "../fleet/types";
import type { Order } from "./host";
import { HostBootstrap } from "./hostBootstrap";
import { checkBootstrapped, type PreflightResult, warnUnreachable } from "./preflight";

/**
 * Makes a machine a host where that is declared, and says when its objects are made: after that, and, on a machine that
 * had no engine before, after the checks that the preflight could not make.
 *
 * Everything of a host that doesn't answer comes after something that fails. So it stays as it is, on the engine and in
 * the state, while the other hosts are worked on.
 */
export function orderHost(fleet: Fleet, host: Host, { unreachable, bare }: PreflightResult): Order {
  const problem = unreachable.get(host.name);
  const barrier = problem ? [unreachableHost(host.name, problem)] : [];
  if (host.bootstrap === "none") {
    return { after: barrier };
  }
  const bootstrap = new HostBootstrap(host.name, {
    environment: fleet.environment,
    host,
    tenants: tenantsOn(fleet, host),
    after: barrier,
  });
  return { after: [...barrier, bootstrap.run], ready: bare.has(host.name) ? once(fleet, host) : undefined };
}

/** A command that fails and says why; it never comes into the state. */
function unreachableHost(name: string, problem: ConfigProblem): pulumi.Resource {
  warnUnreachable(name, problem);
  const { path, value, expected, wayOut } = problem;
  return new command.local.Command(`${name}-unreachable`, {
    create: "cat >&2; exit 1",
    stdin:
      `host ${name} doesn't answer; it is left as it is, with its tenants.\n` +
      `${path}\n  value:    ${value}\n  expected: ${expected}\n  way out:  ${wayOut}`,
    logging: "none",
    addPreviousOutputInEnv: false,
  });
}

/** The checks of a host, made once; all objects but the first that hear of an obstacle refer to it. */
function once(fleet: Fleet, host: Host): () => Promise<void> {
  let check: Promise<void> | undefined;
  return async () => {
    if (check) {
      return check.catch(() => {
        throw new Error(`host ${host.name} can't do what is declared: see the other error`);
      });
    }
    check = checkBootstrapped(fleet, host);
    return check;
  };
}
