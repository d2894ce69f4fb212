import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Host } from "../../../fleet/types";
import { endpointOf } from "../../host/engineClient";
import { sshArguments } from "../../host/sshAgent";

/** What each machine is being asked, by endpoint; the next question waits for it. */
const turns = new Map<string, Promise<unknown>>();

/**
 * Runs a command on the machine of a host's engine, one at a time on each machine: an SSH server drops connections at random
 * once ten haven't logged in yet (`MaxStartups`), and the engine is asked through SSH meanwhile, too.
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
  const answer = (turns.get(endpoint) ?? Promise.resolve()).then(() =>
    promisify(execFile)(file, argv, { timeout: 20_000, maxBuffer: 64 * 1024 * 1024 }).then(
      ({ stdout }) => stdout,
      () => undefined,
    ),
  );
  turns.set(endpoint, answer);
  return answer;
}
