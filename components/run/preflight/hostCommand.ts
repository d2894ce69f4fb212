import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Host } from "../../../fleet/types";
import { endpointOf } from "../../host/engineClient";
import { sshArguments } from "../../host/sshAgent";

/**
 * Runs a command on the machine of a host's engine.
 *
 * @returns what it printed; undefined when it can't be run there (no such command, another operating system).
 */
export async function runOnHost(host: Host, command: string, args: readonly string[]): Promise<string | undefined> {
  const endpoint = endpointOf(host);
  const remote = endpoint.startsWith("ssh://");
  if (!remote && !(endpoint.startsWith("unix://") && process.platform === "linux")) {
    return undefined;
  }
  const [file, argv] = remote
    ? ["ssh", sshArguments({ ...host, docker: endpoint }, [command, ...args])]
    : [command, [...args]];
  try {
    return (await promisify(execFile)(file, argv, { timeout: 20_000, maxBuffer: 64 * 1024 * 1024 })).stdout;
  } catch {
    return undefined;
  }
}
