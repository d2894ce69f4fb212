import * as pulumi from "@pulumi/pulumi";
import { listProblems } from "../fleet/errors";
import { tenantsOn } from "../fleet/tenantsOn";
import type { Fleet, Host, Tenant } from "../fleet/types";
import { HostBootstrap } from "./hostBootstrap";
import { checkBootstrapped, type PreflightResult } from "./preflight";
import type { StackState } from "./stackState";

/** What can be worked on. */
export interface PreparedHost {
  /** The tenants to register: all of the host, or on a frozen one those that the state has. */
  readonly tenants: readonly Tenant[];
  /** Nothing of the host may change: it doesn't answer, or couldn't be made a host. */
  readonly frozen: boolean;
}

/**
 * Makes a machine a host where that is declared, and ends when it is one.
 *
 * Waiting for it is the program's business, not Pulumi's: what depends on a resource that failed is skipped, but what
 * needs a value of something skipped is refused, which ends the run for all hosts. So what is on a host that failed is
 * registered as the state has it, and nothing new is. The error that is logged makes the run end with one.
 */
export async function prepareHost(
  fleet: Fleet,
  host: Host,
  { unreachable, bare }: PreflightResult,
  state: StackState,
): Promise<PreparedHost> {
  const tenants = tenantsOn(fleet, host);
  const known = tenants.filter(({ name }) => state.tenants.get(host.name)?.has(name));
  const problem = unreachable.get(host.name);
  if (problem) {
    report(host, listProblems("it doesn't answer", [problem]));
    return { tenants: known, frozen: true };
  }
  if (host.bootstrap === "none") {
    return { tenants, frozen: false };
  }
  const { succeeded } = new HostBootstrap(host.name, { environment: fleet.environment, host, tenants });
  if (!(await succeeded)) {
    report(host, "its bootstrap failed, see that error");
    return { tenants: known, frozen: true };
  }
  if (bare.has(host.name) && !pulumi.runtime.isDryRun()) {
    const problems = await checkBootstrapped(fleet, host);
    if (problems.length > 0) {
      report(host, listProblems("it can't do what is declared", problems));
      return { tenants: known, frozen: true };
    }
  }
  return { tenants, frozen: false };
}

function report({ name }: Host, why: string): void {
  void pulumi.log.error(`host ${name} and its tenants are left as they are: ${why}`);
}
