import { execFileSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { stringify } from "yaml";
import { containerIds, engine, objectsOf, query, removeObjects } from "../support/engine";
import { MadeProject } from "../support/madeProject";
import { eventually, statusOf } from "../support/odooClient";

// `make up` is killed at random moments, while it makes a tenant and changes another one that has a customer's row. The next one has to make
// all of it good, and the one after that has nothing to do.
const kills = Number(process.env["KILLS"] ?? 20);
/** With the same one the moments and what is killed are the same. */
const seed = Number(process.env["SEED"] ?? randomInt(1, 2 ** 31));
const environment = "test-killed-ups";
const project = new MadeProject(environment);
// What the rules say is no matter here.
project.environmentVariables = { ODOO_FLEET_POLICY_PACK: "none" };
const login = (slot: number): string => `http://127.0.0.1:${20000 + 10 * slot}/web/login`;
const slots = { acme: 620, globex: 621 };
const random = randomBy(seed);

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
function randomBy(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function declare(plan: string, withGlobex: boolean): void {
  const globex = { globex: { slot: slots.globex, publishPort: true } };
  const tenants = { acme: { slot: slots.acme, plan, publishPort: true }, ...(withGlobex && globex) };
  const config = {
    "odoo-fleet:hosts": { local: { subnetBase: "10.227.0.0/16" } },
    "odoo-fleet:edge": { domain: "localhost", certificates: "internal", httpPort: 18786, httpsPort: 18787 },
    "odoo-fleet:tenants": tenants,
  };
  project.declare(stringify({ config }));
}

/** Processes of a run's group whose command matches, and with no pattern the group itself. */
function victims(group: number, pattern?: RegExp): number[] {
  const listed = execFileSync("ps", ["-eo", "pid=,pgid=,args="], { encoding: "utf8" }).trim().split("\n");
  return listed.flatMap((line) => {
    const [, pid, pgid, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)!;
    return Number(pgid) === group && (pattern?.test(args!) ?? true) ? [Number(pid)] : [];
  });
}

/** What is killed, as by a kernel without memory or a job that is cancelled. */
const who: readonly (readonly [string, RegExp | undefined])[] = [
  ["everything", undefined],
  ["the CLI", /(^|\/)pulumi\s/],
  ["the program", /pulumi-language-nodejs|run\/index\.js|cmd\/run/],
  ["the plugin for Docker", /pulumi-resource-docker/],
];

/** Takes a tenant away, as if it had never been. */
async function forget(tenant: string): Promise<void> {
  const { deployment } = JSON.parse(await project.must("stack", "export")) as {
    deployment: { resources: { urn: string }[] };
  };
  const own = deployment.resources.find(({ urn }) => urn.endsWith(`odoo-fleet:index:TenantStack::${tenant}`));
  if (own !== undefined) {
    await project.must("state", "delete", own.urn, "--force", "--target-dependents", "--yes");
  }
  const label = [`odoo-fleet.environment=${environment}`, `odoo-fleet.tenant=${tenant}`];
  for (const { Id } of await engine.listContainers({ all: true, filters: { label } })) {
    await engine.getContainer(Id).remove({ force: true, v: true });
  }
  for (const { Id } of await engine.listNetworks({ filters: { label } })) {
    await engine.getNetwork(Id).remove();
  }
  for (const { Name } of (await engine.listVolumes({ filters: JSON.stringify({ label }) as never })).Volumes) {
    await engine.getVolume(Name).remove();
  }
}

beforeAll(async () => {
  await removeObjects(environment);
  declare("starter", false);
  await project.must("up", "--skip-preview");
  await query(`${environment}-acme-postgres`, "acme", "CREATE TABLE marks AS SELECT 'a customer' AS what");
});

afterAll(async () => {
  await removeObjects(environment);
  project.remove();
});

it(
  `an up that is killed at ${kills} random moments is made good by the next one, which loses nothing and leaves nothing (SEED=${seed})`,
  async () => {
    let [longest, plan] = [20, "starter"];
    for (let kill = 1; kill <= kills; kill++) {
      plan = plan === "starter" ? "basic" : "starter";
      declare(plan, true);
      const after = random() * longest;
      const [name, pattern] = who[Math.floor(random() * who.length)]!;
      const told = `kill ${kill} of ${kills}: ${name} after ${after.toFixed(1)} s`;
      console.log(told);
      const run = project.begin("up", "--skip-preview");
      await Promise.race([run.done, new Promise((resolve) => setTimeout(resolve, after * 1000))]);
      for (const pid of victims(run.process.pid!, pattern)) {
        try {
          process.kill(pid, "SIGKILL");
        } catch {
          // It has just ended by itself.
        }
      }
      const { output: killed } = await run.done;
      const started = Date.now();
      const { code, output } = await project.run("up", "--skip-preview");
      if (code !== 0) {
        throw new Error(`${told}: the next one ended with ${code}:\n${output}\nthe killed one:\n${killed}`);
      }
      longest = Math.max(longest, (Date.now() - started) / 1000);
      for (const slot of Object.values(slots)) {
        await eventually(
          () => statusOf(login(slot)),
          (status) => status === 200,
        );
      }
      expect(await query(`${environment}-acme-postgres`, "acme", "SELECT what FROM marks")).toEqual(["a customer"]);
      const before = await containerIds(environment);
      expect(await project.must("up", "--skip-preview")).toMatch(/^ {2}\d+ unchanged; /m);
      expect({ told, ids: await containerIds(environment) }).toEqual({ told, ids: before });
      await forget("globex");
      expect((await objectsOf(environment)).filter((object) => object.includes("-globex-"))).toEqual([]);
    }
  },
  kills * 300_000,
);
