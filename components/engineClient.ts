import Docker from "dockerode";
import type { Host } from "../fleet/types";

/** A client for a host's engine: its endpoint (unix:// or ssh://), or DOCKER_HOST and the usual socket without one. */
export function engineClient(host: Pick<Host, "docker">): Docker {
  if (!host.docker) {
    return new Docker();
  }
  const url = new URL(host.docker);
  switch (url.protocol) {
    case "unix:":
      return new Docker({ socketPath: url.pathname });
    case "npipe:":
      return new Docker({ socketPath: url.pathname.replace(/\//g, "\\") });
    case "ssh:":
      return new Docker({
        protocol: "ssh",
        host: url.hostname,
        port: url.port || 22,
        username: url.username || undefined,
        sshOptions: { agent: process.env["SSH_AUTH_SOCK"] },
      });
    default:
      return new Docker({ protocol: "https", host: url.hostname, port: url.port || 2376 });
  }
}

/** The endpoint as a person would name it in an error. */
export function endpointName(host: Pick<Host, "docker">): string {
  return host.docker ?? process.env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock";
}
