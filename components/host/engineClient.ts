import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import type { Host } from "../../fleet/types";
import { withDeadline } from "./deadline";
import { type EngineAddress, SshAgent } from "./sshAgent";

const npipe = "npipe://";

/**
 * A client for a host's engine: see `endpointOf`.
 *
 * @param deadlineSeconds after which a request without an answer fails, see `withDeadline`. Default: it waits for ever, for
 * callers whose requests take as long as there is data.
 */
export function engineClient(host: EngineAddress, deadlineSeconds?: number): Docker {
  const engine = clientOf(host);
  return deadlineSeconds === undefined ? engine : withDeadline(engine, deadlineSeconds);
}

function clientOf(host: EngineAddress): Docker {
  const docker = endpointOf(host);
  if (!host.docker && !/^(unix|npipe|ssh):/.test(docker)) {
    // DOCKER_HOST names an engine by TCP, which DOCKER_TLS_VERIFY and DOCKER_CERT_PATH say more of.
    return new Docker();
  }
  const url = new URL(docker);
  switch (url.protocol) {
    case "unix:":
      return new Docker({ socketPath: url.pathname });
    case "npipe:":
      // Not the URL's path, from which `/./` is gone.
      return new Docker({ socketPath: docker.slice(npipe.length).replace(/\//g, "\\") });
    case "ssh:": {
      // Name and port only fill the header `Host`.
      const overSsh = { host: "docker", port: 80, protocol: "http", agent: new SshAgent({ ...host, docker }) } as const;
      return new Docker(overSsh);
    }
    default:
      return new Docker({ protocol: "https", host: url.hostname, port: url.port || 2376 });
  }
}

/** Where an engine of this machine listens when nothing else is said: Docker Desktop's socket is the user's own. */
function defaultEndpoint(): string {
  if (process.platform === "win32") {
    return `${npipe}//./pipe/docker_engine`;
  }
  const desktop = join(homedir(), ".docker", "run", "docker.sock");
  return `unix://${existsSync(desktop) ? desktop : "/var/run/docker.sock"}`;
}

/**
 * The endpoint of a host's engine: the declared one, or DOCKER_HOST's, or the usual one of this machine's system. Asked
 * anew in each run, so that DOCKER_HOST counts as it does for the Docker CLI.
 */
export function endpointOf(host: Pick<Host, "docker">): string {
  return host.docker || process.env["DOCKER_HOST"] || defaultEndpoint();
}

/** Whether a host's engine is reached by SSH. The Docker provider asks any other one as soon as it is set up. */
export function isBehindSsh(host: Pick<Host, "docker">): boolean {
  return endpointOf(host).startsWith("ssh://");
}
