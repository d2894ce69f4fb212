import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { projectFolder } from "../support/cliStack";

// The project as `make` runs it, in a folder with a stack file and a backend of the test's own. No tenant is needed.
const stack = "test-exit-codes";
const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-test-"));
const state = join(folder, "state");

interface Result {
  readonly code: number | null;
  readonly output: string;
}

/** `tools/pulumi.sh STACK COMMAND`, which `make` calls. */
async function pulumi(command: string, env: NodeJS.ProcessEnv = {}, name = stack): Promise<Result> {
  const child = spawn("bash", [join(folder, "tools", "pulumi.sh"), name, command], {
    env: {
      ...process.env,
      PULUMI_BACKEND_URL: `file://${state}?metadata=skip`,
      PULUMI_CONFIG_PASSPHRASE: "passphrase of a test",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr.on("data", (data: Buffer) => (output += data.toString()));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, output };
}

/** A policy pack, in a folder as ODOO_FLEET_POLICY_PACK names it. */
function pack(name: string, program: string): string {
  const place = join(folder, name);
  mkdirSync(place);
  writeFileSync(join(place, "PulumiPolicy.yaml"), "runtime: nodejs\nmain: index.js\n");
  writeFileSync(join(place, "package.json"), JSON.stringify({ name, version: "0.0.1", main: "index.js" }));
  writeFileSync(join(place, "index.js"), program);
  symlinkSync(join(projectFolder, "node_modules"), join(place, "node_modules"));
  return place;
}

const checkpoint = (): string => readFileSync(join(state, ".pulumi", "stacks", "odoo-fleet", `${stack}.json`), "utf8");

beforeAll(async () => {
  for (const entry of readdirSync(projectFolder).filter((one) => !/^(Pulumi\..+\.yaml|build|\.git)$/.test(one))) {
    symlinkSync(join(projectFolder, entry), join(folder, entry));
  }
  mkdirSync(join(folder, "build"));
  symlinkSync(join(projectFolder, "build", "bin"), join(folder, "build", "bin"));
  symlinkSync(join(projectFolder, "build", "env"), join(folder, "build", "env"));
  mkdirSync(state);
  writeFileSync(
    join(folder, `Pulumi.${stack}.yaml`),
    stringify({ config: { "odoo-fleet:hosts": { local: { subnetBase: "10.219.0.0/16" } } } }),
  );
  const { code, output } = await pulumi("up");
  expect({ code, output }).toMatchObject({ code: 0 });
});

afterAll(async () => {
  await pulumi("destroy");
  rmSync(folder, { recursive: true, force: true });
});

describe.each(["up", "destroy"])("%s that fails has the exit code of the preview, and changes nothing", (command) => {
  let before: string;
  beforeEach(() => (before = checkpoint()));
  afterEach(() => expect(checkpoint()).toBe(before));

  it("12: a stack that doesn't exist", async () => {
    const { code, output } = await pulumi(command, {}, "test-nowhere");
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
    expect(output).toContain("currently locked by");
  });
});

it("up ends with 3 when a mandatory rule is broken", async () => {
  const rule = `const { PolicyPack } = require("@pulumi/policy");
    new PolicyPack("test-pack", { policies: [{ name: "no-id", description: "No id.", enforcementLevel: "mandatory",
      validateResource: (args, report) => {
        if (args.type === "random:index/randomUuid:RandomUuid") report("An id isn't wanted.");
      } }] });`;
  const { code, output } = await pulumi("up", { ODOO_FLEET_POLICY_PACK: pack("mandatory", rule) });
  expect({ code, output }).toMatchObject({ code: 3 });
  expect(output).toContain("An id isn't wanted.");
});

it("up ends with 10 when the pack doesn't start", async () => {
  const broken = pack("broken", 'throw new Error("no start");');
  const { code, output } = await pulumi("up", { ODOO_FLEET_POLICY_PACK: broken });
  expect({ code, output }).toMatchObject({ code: 10 });
});

it("up ends with 1 when the configuration is refused", async () => {
  const file = join(folder, `Pulumi.${stack}.yaml`);
  const right = readFileSync(file, "utf8");
  writeFileSync(file, right.replace("10.219.0.0/16", "1.2.3.4/5"));
  const { code, output } = await pulumi("up");
  writeFileSync(file, right);
  expect({ code, output }).toMatchObject({ code: 1 });
  expect(output).toContain("odoo-fleet:hosts.local.subnetBase");
});
