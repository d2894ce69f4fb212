import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { listProblems } from "../../fleet/errors";
import { tenantsOn } from "../../fleet/tenantsOn";
import type { Fleet, Host, Tenant } from "../../fleet/types";
import { HostBootstrap } from "./hostBootstrap";
import { checkBootstrapped, type PreflightResult } from "../run/preflight";
import { sayAndFail } from "../run/sayAndFail";
import type { StackState } from "../run/stackState";

/** What can be worked on. */
export interface PreparedHost {
  /** The tenants to register: all of the host, or on a frozen one those that the state has. */
  readonly tenants: readonly Tenant[];
  /** Nothing of the host may change: it doesn't answer, or couldn't be made a host. */
  readonly frozen: boolean;
  /** This is the preview of a machine that isn't a host yet: its provider must not be set up, see `connectHost`. Default: it is one. */
  readonly isMadeLater?: boolean;
}

/**
 * Makes a machine a host where that is declared, and ends when it is one.
 *
 * Waiting for it is the program's business, not Pulumi's: what depends on a resource that failed is skipped, but what
 * needs a value of something skipped is refused, which ends the run for all hosts. So what is on a host that failed is
 * registered as the state has it, and nothing new is.
 *
 * @param options.sudoPassword what `sudo` asks for on the machine; undefined: it asks for nothing.
 * @param options.opensFor tenants whose ports the firewall opens, also those of other stacks.
 */
export async function prepareHost(
  fleet: Fleet,
  host: Host,
  { unreachable, bare }: PreflightResult,
  state: StackState,
  { sudoPassword, opensFor }: { readonly sudoPassword?: string; readonly opensFor: readonly Tenant[] },
): Promise<PreparedHost> {
  const { environment } = fleet;
  const tenants = tenantsOn(fleet, host);
  const monitored = fleet.monitoring?.hosts[host.name];
  const { edge, portal } = fleet;
  const bootstrap = {
    environment,
    host,
    tenants: opensFor,
    monitored,
    edge,
    portal,
    sudoPassword,
    lastRuns: state.playbooks,
  };
  const leave = (why: string): PreparedHost => {
    report(host, why);
    return { tenants: tenants.filter(({ name }) => state.tenants.get(host.name)?.has(name)), frozen: true };
  };
  const problem = unreachable.get(host.name);
  if (problem) {
    if (host.bootstrap === "ansible") {
      new HostBootstrap(host.name, { ...bootstrap, frozen: true });
    }
    return leave(listProblems("it doesn't answer", [problem]));
  }
  if (host.bootstrap === "none") {
    return { tenants, frozen: false };
  }
  const { succeeded } = new HostBootstrap(host.name, bootstrap);
  if (bare.has(host.name) && pulumi.runtime.isDryRun()) {
    return { tenants, frozen: false, isMadeLater: true };
  }
  if (!(await succeeded)) {
    return leave("its bootstrap failed; see its error");
  }
  const problems = bare.has(host.name) ? await checkBootstrapped(fleet, host, state) : [];
  return problems.length > 0
    ? leave(listProblems("it doesn't meet the declaration", problems))
    : { tenants, frozen: false };
}

/** A command that fails, and so is never in the state: an error that is only logged would not make the run end with one. */
function report({ name }: Host, why: string): void {
  const text = `host ${name} and its tenants were not changed: ${why}`;
  if (pulumi.runtime.isDryRun()) {
    void pulumi.log.warn(text);
  }
  new command.local.Command(`${name}-left`, {
    create: sayAndFail,
    stdin: text,
    logging: "none",
    addPreviousOutputInEnv: false,
  });
}
