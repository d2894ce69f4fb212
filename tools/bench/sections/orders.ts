import { join } from "node:path";
import { run } from "../commands";
import { commonWay } from "../common";
import { environmentFilter, removeLabelled } from "../engine";
import type { Figures } from "../figures";
import type { Bench } from "../fixture";
import { median, ratio } from "../stats";

const project = join(__dirname, "..", "..", "..");

/** Times the common way is taken. */
const rounds = 3;

/**
 * What a customer waits for: an order of the portal from its confirmation to the first page, alone and with nine others, against the common way; and a change of an
 * instance, among two and among a thousand.
 */
export async function orders(bench: Bench): Promise<Figures> {
  bench.say("ten orders of the portal, one after the other, and ten at once");
  for (const environment of ["test-bench-orders", "test-bench-changes"]) {
    bench.cleanup.defer("what was ordered", () => removeLabelled([environmentFilter(environment)]));
  }
  await run("bash", [join(project, "setup", "setup.sh"), "portal"]);
  const node = join(project, "build", "bin", "node24");
  const measured = async (script: string): Promise<Figures> =>
    JSON.parse(await run(node, [join(project, "portal", "tests", "bench", script)])) as Figures;
  const figures = await measured("orders.ts");
  bench.say("changes of an instance, among two and among a thousand");
  const changes = await measured("changes.ts");
  const common: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    bench.say(`the common way, round ${round} of ${rounds}`);
    common.push(await commonWay(bench.cleanup));
  }
  return { ...figures, ...changes, "portal.order.ratio": ratio(figures["portal.order.seconds"]!, median(common)) };
}
