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

/** What a customer waits for: an order of the portal from its confirmation to the first page, alone and with nine others, against the common way. */
export async function orders(bench: Bench): Promise<Figures> {
  bench.say("ten orders of the portal, one after the other, and ten at once");
  bench.cleanup.defer("what was ordered", () => removeLabelled([environmentFilter("test-bench-orders")]));
  await run("bash", [join(project, "setup", "setup.sh"), "portal"]);
  const node = join(project, "build", "bin", "node24");
  const figures = JSON.parse(await run(node, [join(project, "portal", "tests", "bench", "orders.ts")])) as Figures;
  const common: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    bench.say(`the common way, round ${round} of ${rounds}`);
    common.push(await commonWay(bench.cleanup));
  }
  return { ...figures, "portal.order.ratio": ratio(figures["portal.order.seconds"]!, median(common)) };
}
