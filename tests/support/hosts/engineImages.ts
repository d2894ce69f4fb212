import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { imageSpecs } from "../../../components/host/imageSpec";
import { resolveFleet } from "../../../fleet";
import type { RunningTenant } from "../../../fleet/types";
import { baseImages, projectFolder, standInReferences } from "../cliStack";
import { docker } from "../imagesSandbox";
import { attempt } from "./attempt";
import { hostImage } from "./index";
import type { TestHost } from "./testHost";

/**
 * Gives the engines of hosts the stand-in base images of this machine's, which stand for a registry; where layers can be shared,
 * also the steps of a tenant's images, as the cache of what they build. Does nothing where the machine uses the official images.
 *
 * @param isWatched whether the hosts need the images of monitoring too.
 */
export async function loadBaseImages(hosts: readonly TestHost[], isWatched = false): Promise<void> {
  const references = standInReferences(isWatched);
  if (references.length === 0) {
    return;
  }
  const { Driver, DockerRootDir } = JSON.parse(await docker("info", "--format", "{{json .}}")) as Record<
    string,
    string
  >;
  if (Driver === "overlay2") {
    await buildTenantImages();
  }
  for (const host of hosts) {
    await (Driver === "overlay2" ? share(host, DockerRootDir!, references) : load(host, references));
  }
}

/** Builds the images of a tenant that says nothing of its own on this machine's engine; once for all test files. */
async function buildTenantImages(): Promise<void> {
  const fleet = resolveFleet({ hosts: { local: {} }, tenants: { any: { slot: 1 } }, ...baseImages() }, "test-images");
  const { odoo, postgres, nginx } = imageSpecs(fleet.tenants["any"] as RunningTenant, projectFolder);
  for (const { name, context, buildArgs } of [odoo, postgres, nginx]) {
    const args = Object.entries(buildArgs).flatMap(([key, value]) => ["--build-arg", `${key}=${value}`]);
    const { code, output } = await attempt(
      "flock",
      [join(projectFolder, "build"), "docker", "build", "--tag", name, ...args, context],
      // The builder that the program uses.
      { cwd: projectFolder, env: { ...process.env, DOCKER_BUILDKIT: "0" }, seconds: 900 },
    );
    if (code !== 0) {
      throw new Error(`${name} can't be built:\n${output}`);
    }
  }
}

/** Shares all images with an engine, which doesn't run, or stands still for a moment. */
async function share(host: TestHost, root: string, references: readonly string[]): Promise<void> {
  const mounts = JSON.parse(await docker("inspect", "--format", "{{json .Mounts}}", host.name)) as Mount[];
  const { Source } = mounts.find(({ Destination }) => Destination === "/var/lib/docker")!;
  const isRunning = (await host.exec("docker version >/dev/null 2>&1 && echo yes || echo no")).trim() === "yes";
  if (isRunning) {
    await host.exec("service docker stop");
  }
  const script = readFileSync(join(__dirname, "share_images.py"), "utf8");
  await docker(
    // To read and write the attributes of layers.
    ...["run", "--rm", "--label", "odoo-fleet.test=hosts", "--cap-add", "SYS_ADMIN", "--network", "none"],
    ...["--volume", `${root}:/engine`, "--entrypoint", "python3", hostImage("trixie")],
    ...["-c", script, Source.slice(root.length + 1), ...references],
  );
  if (isRunning) {
    await host.exec("service docker start && until docker version; do sleep 0.2; done");
  }
}

interface Mount {
  readonly Source: string;
  readonly Destination: string;
}

/** Gives a running engine the images through an archive, whatever engine it is. */
async function load({ name }: TestHost, references: readonly string[]): Promise<void> {
  const save = spawn("docker", ["save", ...references], { stdio: ["ignore", "pipe", "inherit"] });
  const child = spawn("docker", ["exec", "--interactive", name, "docker", "load", "--quiet"], {
    stdio: ["pipe", "ignore", "inherit"],
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  await pipeline(save.stdout, child.stdin);
  if ((await ended) !== 0) {
    throw new Error(`the engine of ${name} didn't take the base images`);
  }
}
