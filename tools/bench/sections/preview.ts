import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Figures } from "../figures";
import type { Bench } from "../fixture";
import { BenchStack, type Tenants } from "../stack";
import { median, ratio } from "../stats";

/** Previews only: slots that no other section uses, since the preflight looks at the host's ports. */
const firstSlot = 800;

/** Rounds by number of tenants: a preview of 100 takes a minute, and one of 2 varies most. */
const roundsOf: Readonly<Record<number, number>> = { 2: 3, 20: 2, 100: 1 };

/** `pulumi preview` of declared tenants of which none exists yet, with and without the policy pack, in turns. */
export async function preview(bench: Bench): Promise<Figures> {
  const pack = resolve(process.env["ODOO_FLEET_POLICY_PACK"] || "policy");
  const hasPack = existsSync(join(pack, "PulumiPolicy.yaml"));
  const figures: Record<string, number> = {};
  for (const count of Object.keys(roundsOf).map(Number)) {
    const stack = await stackOf(bench, `test-bench-preview-${count}`);
    stack.declare(tenantsOf(count));
    const [without, withPack]: [number[], number[]] = [[], []];
    for (let round = 0; round < roundsOf[count]!; round++) {
      without.push(await stack.preview());
      if (hasPack) {
        withPack.push(await stack.preview("--policy-pack", pack));
      }
    }
    figures[`preview.${count}.seconds`] = median(without);
    if (hasPack) {
      figures[`preview.${count}.policy.seconds`] = median(withPack);
      figures[`preview.${count}.policy.ratio`] = ratio(median(withPack), median(without));
    }
    const both = [without, withPack].map((times) => times.map((one) => one.toFixed(2)).join(", "));
    bench.say(`preview, ${count} tenants: ${both[0]} s${hasPack ? `, with the pack ${both[1]} s` : ""}`);
  }
  const ratios = Object.keys(roundsOf).flatMap((count) => figures[`preview.${count}.policy.ratio`] ?? []);
  return {
    ...figures,
    ...(hasPack ? { "preview.policy.ratio": Math.max(...ratios) } : {}),
    "preview.growth20to100": ratio(figures["preview.100.seconds"]!, figures["preview.20.seconds"]!),
    "preview.ownStack.ratio": await ownStack(bench),
  };
}

/** The preview of one tenant's own stack where 100 tenants are declared, against 2. */
async function ownStack(bench: Bench): Promise<number> {
  const stack = await stackOf(bench, "test-bench-preview-own", "tools/bench/oneTenant.ts");
  const times: Record<number, number[]> = { 2: [], 100: [] };
  for (let round = 0; round < 3; round++) {
    for (const count of [2, 100]) {
      stack.declare(tenantsOf(count), { "bench:tenant": "tenant-1" });
      times[count]!.push(await stack.preview());
    }
  }
  return ratio(median(times[100]!), median(times[2]!));
}

async function stackOf({ cleanup, folder }: Bench, name: string, program?: string): Promise<BenchStack> {
  const stack = new BenchStack(name, join(folder, name), cleanup, program);
  await stack.init();
  return stack;
}

function tenantsOf(count: number): Tenants {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`tenant-${index + 1}`, firstSlot + index]));
}
