import Docker from "dockerode";
import type { Host } from "../../fleet/types";
import { withDeadline } from "./deadline";
import { SshAgent } from "./sshAgent";

/** What is needed to reach a host's engine. */
export type EngineAddress = Pick<Host, "docker" | "hostKeys" | "identityFile">;

/**
 * A client for a host's engine: its endpoint (unix:// or ssh://), or DOCKER_HOST and the usual socket without one.
 *
 * @param deadlineSeconds after which a request without an answer fails, see `withDeadline`. Default: it waits for ever, for
 * callers whose requests take as long as there is data.
 */
export function engineClient(host: EngineAddress, deadlineSeconds?: number): Docker {
  const engine = clientOf(host);
  return deadlineSeconds === undefined ? engine : withDeadline(engine, deadlineSeconds);
}

function clientOf(host: EngineAddress): Docker {
  if (!host.docker) {
    return new Docker();
  }
  const url = new URL(host.docker);
  switch (url.protocol) {
    case "unix:":
      return new Docker({ socketPath: url.pathname });
    case "npipe:":
      return new Docker({ socketPath: url.pathname.replace(/\//g, "\\") });
    case "ssh:": {
      // Name and port only fill the header `Host`.
      const overSsh = { host: "docker", port: 80, protocol: "http", agent: new SshAgent(host) } as const;
      return new Docker(overSsh);
    }
    default:
      return new Docker({ protocol: "https", host: url.hostname, port: url.port || 2376 });
  }
}

/** The endpoint as a person would name it in an error. */
export function endpointName(host: Pick<Host, "docker">): string {
  return host.docker ?? process.env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock";
}
