import { join } from "node:path";
import { projectFolder } from "./cliStack";

/** The policy pack's folder, as `--policy-pack` takes it. */
export const pack = join(projectFolder, "policy");

/** Names of the rules that are broken at a level, as the CLI prints them. */
export function broken(output: string, level: "mandatory" | "advisory"): Set<string> {
  const lines = output.matchAll(new RegExp(`\\[${level}\\].*?\\s{2}([a-z0-9-]+)\\s+\\(`, "g"));
  return new Set([...lines].map(([, name]) => name!));
}
