import { existsSync, readdirSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";
import { run } from "./commands";
import { engine } from "./engine";

/** What the figures were measured on, in a line for people. Names no host and no path. */
export async function describeMachine(): Promise<string> {
  const info = (await engine.info()) as Record<string, string>;
  const pulumi = (await run("pulumi", ["version"])).trim();
  const [{ model } = { model: "unknown processor" }] = cpus();
  return [
    `${cpus().length} x ${model.trim()}`,
    `${Math.round(totalmem() / 1024 ** 3)} GiB`,
    `Linux ${release()}`,
    `Docker ${info["ServerVersion"]} (${info["Driver"]}, cgroup v${info["CgroupVersion"] ?? "1"})`,
    `Pulumi ${pulumi.replace(/^v/, "")} with ${standIns()}`,
    `Node ${process.versions.node}`,
    `load average before the run ${loadavg()[0]!.toFixed(1)}`,
  ].join(", ");
}

/** Whether what setup/setup.sh found is the official parts or their stand-ins, which are not equally fast. */
function standIns(): string {
  // What setup/plugins.sh puts before everything else on PATH.
  const folder = join(__dirname, "..", "..", "build", "bin");
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith("pulumi-")) : [];
  return names.length === 0
    ? "official plugins"
    : `stand-ins for ${names.map((name) => name.replace("pulumi-", "")).join(", ")}`;
}
