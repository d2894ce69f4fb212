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
