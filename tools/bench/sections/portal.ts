import { join } from "node:path";
import { run } from "../commands";
import type { Figures } from "../figures";
import type { Bench } from "../fixture";

const project = join(__dirname, "..", "..", "..");

/** The portal's web process: lists of a thousand tenants, the order page in a browser, and memory. */
export async function portal(bench: Bench): Promise<Figures> {
  bench.say("the portal's web process, with a thousand tenants");
  await run("bash", [join(project, "setup", "setup.sh"), "portal"]);
  const node = join(project, "build", "bin", "node24");
  return JSON.parse(await run(node, [join(project, "portal", "tests", "bench", "figures.ts")])) as Figures;
}
