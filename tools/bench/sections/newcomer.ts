import { join } from "node:path";
import { environmentFilter, removeLabelled, sharedContainers } from "../engine";
import type { Figures } from "../figures";
import type { Bench } from "../fixture";
import { BenchProject } from "../project";
import { configOf } from "../stack";

const environment = "test-bench-newcomer";
const [first, second] = [{ "tenant-1": 955 }, { "tenant-2": 956 }];
const layouts = { perTenant: "exporters.newTenant.replaced", single: "exporters.newTenant.oneStack.replaced" } as const;

/** How many containers that watch a host, and so all of its tenants, are replaced when a tenant comes, in each layout of an environment's stacks. */
export async function newcomer(bench: Bench): Promise<Figures> {
  const figures: Record<string, number> = {};
  for (const [layout, key] of Object.entries(layouts)) {
    figures[key] = await replaced(bench, layout as keyof typeof layouts);
    bench.say(`a tenant came, layout ${layout}: ${figures[key]} containers of monitoring were replaced`);
  }
  return figures;
}

async function replaced({ cleanup, folder }: Bench, layout: keyof typeof layouts): Promise<number> {
  await removeLabelled([environmentFilter(environment)]);
  const project = new BenchProject(environment, join(folder, `newcomer-${layout}`), cleanup);
  const up = async (slots: Readonly<Record<string, number>>): Promise<ReadonlySet<string>> => {
    project.declare({ layout, monitoring: {}, ...configOf(slots) });
    await project.said("up", "--skip-preview");
    return new Set((await sharedContainers(environment)).map(({ id }) => id));
  };
  const before = await up(first);
  const after = await up({ ...first, ...second });
  await removeLabelled([environmentFilter(environment)]);
  return [...before].filter((id) => !after.has(id)).length;
}
