import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writtenInFiles } from "../../fileStacks";
import { readDeclared } from "../../perTenant/declared";
import { readNote, writeNote } from "../../perTenant/plan";
import { environmentFilter, removeLabelled } from "../engine";
import type { Figures } from "../figures";
import type { Bench } from "../fixture";
import { BenchProject } from "../project";
import { configOf } from "../stack";
import { median, ratio } from "../stats";

const environment = "test-bench-own";
/** The tenants that run, by slot; the first is changed. */
const running = { "tenant-1": 945, "tenant-2": 946 };
/** How many tenants there are in the larger environment. */
const many = 1000;
const rounds = 3;

/**
 * `make up` after one tenant was changed, where each has a stack of its own: among two, and among a thousand. Of these all but two are states
 * alone, and notes that they are as declared: what has to be looked through for one that isn't.
 */
export async function ownStacks(bench: Bench): Promise<Figures> {
  await removeLabelled([environmentFilter(environment)]);
  const folder = join(bench.folder, "own-stacks");
  const project = new BenchProject(environment, folder, bench.cleanup);
  const up = (): Promise<number> => project.timed("up", "--skip-preview");
  let isLarge = false;
  const declare = (slots: Readonly<Record<string, number>>): void => {
    const { hosts, tenants } = configOf(slots);
    const first = { ...tenants!["tenant-1"]!, plan: isLarge ? "basic" : "starter" };
    project.declare({ layout: "perTenant", hosts, tenants: { ...tenants, "tenant-1": first } });
  };
  const changed = async (slots: Readonly<Record<string, number>>): Promise<number> => {
    const taken: number[] = [];
    for (let round = 1; round <= rounds; round++) {
      isLarge = !isLarge;
      declare(slots);
      taken.push(await up());
      bench.say(
        `one changed of ${Object.keys(slots).length}, round ${round} of ${rounds}: ${taken.at(-1)!.toFixed(1)} s`,
      );
    }
    return median(taken);
  };
  bench.say("bringing up two tenants in stacks of their own");
  declare(running);
  await up();
  const few = await changed(running);
  const free = Array.from({ length: many }, (_, slot) => slot).filter((slot) => !Object.values(running).includes(slot));
  const others = Object.fromEntries(free.slice(0, many - 2).map((slot) => [`other-${slot}`, slot]));
  const all = { ...running, ...others };
  declare(all);
  // Any command writes the file that it reads, with stand-in base images where there are some.
  await project.timed("stack", "tag", "ls");
  noteAsUp(folder, Object.keys(others));
  // What hosts have for all is brought up once for what is new.
  await up();
  const thousand = await changed(all);
  return {
    "perTenant.change2.seconds": few,
    "perTenant.change1000.seconds": thousand,
    "perTenant.change1000.ratio": ratio(thousand, few),
  };
}

/** Makes states of tenants from one that is there, and notes that they are as they are declared, as an `up` of each would. */
function noteAsUp(folder: string, tenants: readonly string[]): void {
  const backend = `file://${join(folder, "state")}`;
  const stacks = join(folder, "state", ".pulumi", "stacks", "odoo-fleet");
  const stackOf = (tenant: string): string => `${environment}.${tenant}`;
  const source = readFileSync(join(stacks, `${stackOf("tenant-2")}.json`), "utf8");
  for (const tenant of tenants) {
    writeFileSync(join(stacks, `${stackOf(tenant)}.json`), source.replaceAll("tenant-2", tenant));
  }
  const file = join(stacks, `${environment}.pulumi-tags`);
  const kept = JSON.parse(readFileSync(file, "utf8")) as { readonly tags: Record<string, string> };
  const { tags } = kept;
  const declared = readDeclared(join(folder, "build", "stacks", `Pulumi.${environment}.yaml`), environment);
  if (readNote(tags["tenant:tenant-2"] ?? "")?.hash !== declared.tenants.get("tenant-2")) {
    throw new Error(
      "a tenant that is up isn't noted as it is declared: the benchmark reads the declaration otherwise than make up",
    );
  }
  for (const tenant of tenants) {
    const written = writtenInFiles(backend, "odoo-fleet", stackOf(tenant))!;
    tags[`tenant:${tenant}`] = writeNote({ hash: declared.tenants.get(tenant)!, written });
  }
  writeFileSync(file, JSON.stringify(kept));
}
