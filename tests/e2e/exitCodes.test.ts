import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { projectFolder } from "../support/cliStack";
import type { CliResult } from "../support/group";
import { MadeProject } from "../support/madeProject";

// No tenant is needed.
const stack = "test-exit-codes";
const project = new MadeProject(stack);
const state = join(project.folder, "state");

/** `tools/pulumi.sh STACK COMMAND`, which `make` calls. */
async function pulumi(command: string, variables: Readonly<Record<string, string>> = {}): Promise<CliResult> {
  project.environmentVariables = variables;
  return project.run(command);
}

/** A policy pack, in a folder as ODOO_FLEET_POLICY_PACK names it. */
function pack(name: string, program: string): string {
  const place = join(project.folder, name);
  mkdirSync(place);
  writeFileSync(join(place, "PulumiPolicy.yaml"), "runtime: nodejs\nmain: index.js\n");
  writeFileSync(join(place, "package.json"), JSON.stringify({ name, version: "0.0.1", main: "index.js" }));
  writeFileSync(join(place, "index.js"), program);
  symlinkSync(join(projectFolder, "node_modules"), join(place, "node_modules"));
  return place;
}

const checkpoint = (): string => readFileSync(join(state, ".pulumi", "stacks", "odoo-fleet", `${stack}.json`), "utf8");

beforeAll(async () => {
  project.declare(stringify({ config: { "odoo-fleet:hosts": { local: { subnetBase: "10.219.0.0/16" } } } }));
  const { code, output } = await pulumi("up");
  expect({ code, output }).toMatchObject({ code: 0 });
});

afterAll(async () => {
  await pulumi("destroy");
  project.remove();
});

describe.each(["up", "destroy"])("%s that fails has the exit code of the preview, and changes nothing", (command) => {
  let before: string;
  beforeEach(() => (before = checkpoint()));
  afterEach(() => expect(checkpoint()).toBe(before));

  it("12: a stack that doesn't exist", async () => {
    project.stack = "test-nowhere";
    const { code, output } = await pulumi(command);
    project.stack = stack;
    expect({ code, output }).toMatchObject({ code: 12 });
    expect(output).toContain(`expected one of: ${stack}`);
  });

  it("13: a wrong passphrase", async () => {
    const { code, output } = await pulumi(command, { PULUMI_CONFIG_PASSPHRASE: "another" });
    expect({ code, output }).toMatchObject({ code: 13 });
    expect(output).toContain("incorrect passphrase");
  });

  it("14: a stack that another machine has locked", async () => {
    const locks = join(state, ".pulumi", "locks", "organization", "odoo-fleet", stack);
    mkdirSync(locks, { recursive: true });
    const lock = { pid: 4711, username: "ops", hostname: "elsewhere", timestamp: "2026-01-01T00:00:00Z" };
    writeFileSync(join(locks, "lock.json"), JSON.stringify(lock));
    const { code, output } = await pulumi(command);
    rmSync(locks, { recursive: true });
    expect({ code, output }).toMatchObject({ code: 14 });
    expect(output).toMatch(/(currently|is) locked by/);
  });
});

it("a stack is the same by its full name; by another organization's it is refused, and no second one begins", async () => {
  const before = readdirSync(join(state, ".pulumi", "stacks", "odoo-fleet")).sort();
  const run = async (reference: string, command: string): Promise<CliResult> => {
    project.stack = reference;
    try {
      return await pulumi(command);
    } finally {
      project.stack = stack;
    }
  };
  const full = await run(`organization/odoo-fleet/${stack}`, "preview");
  expect(full).toMatchObject({ code: 0 });
  expect(full.output).not.toContain("Created stack");
  const other = await run(`acme/${stack}`, "up");
  expect(other).toMatchObject({ code: 1 });
  expect(other.output).toContain(`the backend already has ${stack}.`);
  expect(readdirSync(join(state, ".pulumi", "stacks", "odoo-fleet")).sort()).toEqual(before);
});

it("up ends with 3 when a mandatory rule is broken, unless the pack's settings say otherwise: the stack's own, or those of all that have none", async () => {
  const rule = `const { PolicyPack } = require("@pulumi/policy");
    new PolicyPack("test-pack", { policies: [{ name: "no-id", description: "No id.", enforcementLevel: "mandatory",
      validateResource: (args, report) => {
        if (args.type === "random:index/randomUuid:RandomUuid") report("An id isn't wanted.");
      } }] });`;
  const place = pack("mandatory", rule);
  const up = async (): Promise<CliResult> => pulumi("up", { ODOO_FLEET_POLICY_PACK: place });
  const { code, output } = await up();
  expect({ code, output }).toMatchObject({ code: 3 });
  expect(output).toContain("An id isn't wanted.");
  mkdirSync(join(place, "config"));
  writeFileSync(join(place, "config", "default.json"), JSON.stringify({ "no-id": "advisory" }));
  expect(await up()).toMatchObject({ code: 0 });
  writeFileSync(join(place, "config", `${stack}.json`), JSON.stringify({ "no-id": "mandatory" }));
  expect(await up()).toMatchObject({ code: 3 });
});

it("up ends with 10 when the pack doesn't start", async () => {
  const broken = pack("broken", 'throw new Error("no start");');
  const { code, output } = await pulumi("up", { ODOO_FLEET_POLICY_PACK: broken });
  expect({ code, output }).toMatchObject({ code: 10 });
});

it("up ends with 1 when the configuration is refused", async () => {
  const right = project.declared();
  project.declare(right.replace("10.219.0.0/16", "1.2.3.4/5"));
  const { code, output } = await pulumi("up");
  project.declare(right);
  expect({ code, output }).toMatchObject({ code: 1 });
  expect(output).toContain("odoo-fleet:hosts.local.subnetBase");
});
