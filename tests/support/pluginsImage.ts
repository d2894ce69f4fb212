/** A tiny image for tests of the stand-in plugins, made of this machine's own shell and a few commands. */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

/** The label of everything that these tests make in the engine. */
export const testLabel = "odoo-fleet.test";

/** The commands in the image. */
const commands = ["sh", "sleep", "cat", "stat", "id", "true"];

function librariesOf(program: string): string[] {
  const listing = execFileSync("ldd", [program], { encoding: "utf8" });
  return [...listing.matchAll(/(\/\S+) \(0x/g)].map((match) => match[1] ?? "");
}

/** Makes the image under the given name. Takes about a second; the caller removes it with {@link removeImage}. */
export function makeImage(name: string): void {
  const root = mkdtempSync(path.join(tmpdir(), "odoo-fleet-image-"));
  try {
    for (const folder of ["bin", "tmp", "data", "etc"]) mkdirSync(path.join(root, folder));
    const libraries = new Set<string>();
    for (const command of commands) {
      const program = execFileSync("sh", ["-c", `command -v ${command === "true" ? "/bin/true" : command}`], {
        encoding: "utf8",
      }).trim();
      cpSync(realpathSync(program), path.join(root, "bin", command));
      for (const library of librariesOf(program)) libraries.add(library);
    }
    for (const library of libraries) {
      mkdirSync(path.join(root, path.dirname(library)), { recursive: true });
      cpSync(realpathSync(library), path.join(root, library));
    }
    const archive = spawnSync("tar", ["-C", root, "-c", "."], { maxBuffer: 1 << 28 });
    const changes = ["--change", `LABEL ${testLabel}=plugins`, "--change", "ENV PATH=/bin"];
    execFileSync("docker", ["import", ...changes, "-", name], {
      input: archive.stdout,
      stdio: ["pipe", "ignore", "inherit"],
    });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Removes an image, if it's there. */
export function removeImage(name: string): void {
  spawnSync("docker", ["image", "rm", "--force", name], { stdio: "ignore" });
}

/** Runs the Docker CLI; resolves to what it printed. */
export function docker(...args: string[]): string {
  return execFileSync("docker", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

/** Removes every container, network and volume with the given value of the test label. */
export function removeLabelled(value: string): void {
  const filter = `label=${testLabel}=${value}`;
  const list = (...args: string[]): string[] =>
    docker(...args, "--filter", filter)
      .split("\n")
      .filter((id) => id !== "");
  for (const id of list("ps", "--all", "--quiet"))
    spawnSync("docker", ["rm", "--force", "--volumes", id], { stdio: "ignore" });
  for (const id of list("network", "ls", "--quiet")) spawnSync("docker", ["network", "rm", id], { stdio: "ignore" });
  for (const id of list("volume", "ls", "--quiet")) spawnSync("docker", ["volume", "rm", id], { stdio: "ignore" });
}
