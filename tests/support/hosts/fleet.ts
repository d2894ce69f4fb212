import { spawn } from "node:child_process";
import { pipeline } from "node:stream/promises";
import { baseImages } from "../cliStack";
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

/**
 * Gives the engines of hosts the stand-in base images of this machine's, which stand for a registry. Read once for all of
 * them: the images are large.
 */
export async function loadBaseImages(hosts: readonly TestHost[]): Promise<void> {
  const { images } = baseImages() as {
    images?: Record<"odoo" | "postgres", Record<string, string | null>> & { nginx: string };
  };
  if (images === undefined) {
    return;
  }
  const references = [...Object.values(images.odoo), ...Object.values(images.postgres), images.nginx];
  const save = spawn("docker", ["save", ...references.filter((one) => one !== null)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
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
