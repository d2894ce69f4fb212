import { spawn } from "node:child_process";
import { pipeline } from "node:stream/promises";
import { standInReferences } from "../cliStack";
import { eventually } from "../odooClient";
import type { TestHost } from "./testHost";

/** The keys of a fleet's configuration for a test host; `network` is the second part of its tenants' subnets. */
export function hostConfig(host: TestHost, identityFile: string, network: number): Record<string, unknown> {
  return {
    connection: `ssh://admin@${host.address}`,
    hostKey: host.hostKey,
    identityFile,
    address: host.address,
    bindAddress: host.address,
    subnetBase: `10.${network}.0.0/16`,
  };
}

/** Installs an engine on a bare Debian 13, as a provider delivers it: images can be there before the fleet is. */
export async function installEngine(host: TestHost): Promise<void> {
  await host.exec(
    `export DEBIAN_FRONTEND=noninteractive
    apt-get install --yes --no-install-recommends docker.io docker-cli iptables
    service docker start`,
  );
  await eventually(() => host.exec("docker version"), Boolean, 60);
}

/**
 * Gives the engines of hosts the stand-in base images of this machine's, which stand for a registry. Read once for all of
 * them: the images are large.
 *
 * @param isWatched whether the hosts need the images of monitoring too.
 */
export async function loadBaseImages(hosts: readonly TestHost[], isWatched = false): Promise<void> {
  const references = standInReferences(isWatched);
  if (references.length === 0) {
    return;
  }
  const save = spawn("docker", ["save", ...references], { stdio: ["ignore", "pipe", "inherit"] });
  await Promise.all(
    hosts.map(async ({ name }) => {
      const load = spawn("docker", ["exec", "--interactive", name, "docker", "load", "--quiet"], {
        stdio: ["pipe", "ignore", "inherit"],
      });
      const ended = new Promise<number | null>((resolve) => load.on("close", resolve));
      await pipeline(save.stdout, load.stdin);
      if ((await ended) !== 0) {
        throw new Error(`the engine of ${name} didn't take the base images`);
      }
    }),
  );
}
