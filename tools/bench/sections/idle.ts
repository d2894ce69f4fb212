import { memoryMiB, serviceContainer, services } from "../engine";
import type { Figures } from "../figures";
import type { Bench } from "../fixture";
import { visit } from "../http";
import { originOf } from "../stack";

/** Seconds without a visitor before memory is read. */
const quiet = 60;

/** Memory of a tenant on the smallest plan after somebody opened its login page and went away. */
export async function idle(bench: Bench): Promise<Figures> {
  const { stack, tenants } = await bench.fleetOf(2);
  // Nobody but the visitor below has used this one.
  const [tenant, slot] = Object.entries(tenants).at(-1)!;
  await visit(originOf(slot), "/web/login");
  bench.say(`waiting ${quiet} s for ${tenant} to be idle`);
  await new Promise((resolve) => setTimeout(resolve, quiet * 1000));
  const parts: Record<string, number> = {};
  for (const service of services) {
    parts[`idle.smallest.${service}.MiB`] = await memoryMiB(await serviceContainer(stack.name, tenant, service));
  }
  const total = Object.values(parts).reduce((sum, next) => sum + next, 0);
  return { "idle.smallest.MiB": total, ...parts };
}
