import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CliStack, projectFolder } from "../support/cliStack";
import { containerIds, engine } from "../support/engine";
import type { Summary } from "../../tools/preview/summary";

// One tenant that is brought up once; everything else is a preview.
const stack = new CliStack("preview", 241);
const slot = 241;
const secretText = "a secret that no summary shows";

interface Result {
  readonly code: number;
  readonly output: string;
  readonly summary?: Summary;
}

/** The tool as `tools/pulumi.sh STACK preview` runs it. */
async function preview(args: string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Result> {
  const out = join(stack.folder, "summary");
  rmSync(out, { recursive: true, force: true });
  const config = join(stack.folder, `Pulumi.${stack.environment}.yaml`);
  const given = args[0]?.startsWith("-") === false ? args : [stack.environment, ...args];
  const child = spawn(
    process.execPath,
    ["--require", "tsx/cjs", "tools/preview.ts", ...given, "--config-file", config, "--output", out],
    { cwd: projectFolder, env: { ...process.env, ...stack.environmentVariables, ...env } },
  );
  let output = "";
  child.stdout.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr.on("data", (data: Buffer) => (output += data.toString()));
  const code = await new Promise<number>((resolve) => child.on("close", (exitCode) => resolve(exitCode ?? -1)));
  try {
    const summary = JSON.parse(readFileSync(join(out, `${given[0]}.json`), "utf8")) as Summary;
    return { code, output, summary };
  } catch {
    return { code, output };
  }
}

/** A policy pack of one rule. */
function pack(name: string, program: string): string {
  const folder = join(stack.folder, name);
  mkdirSync(join(folder, "lib"), { recursive: true });
  writeFileSync(join(folder, "PulumiPolicy.yaml"), "runtime: nodejs\nmain: index.js\n");
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name, version: "0.0.1", main: "index.js" }));
  writeFileSync(join(folder, "index.js"), program);
  symlinkSync(join(projectFolder, "node_modules"), join(folder, "node_modules"));
  return folder;
}

function rule(level: string): string {
  return `const { PolicyPack } = require("@pulumi/policy");
    new PolicyPack("test-pack", { policies: [{ name: "no-nginx", description: "No Nginx.", enforcementLevel: "${level}",
      validateResource: (args, report) => {
        if (args.type === "docker:index/container:Container" && args.name.endsWith("-nginx")) report("Nginx isn't wanted.");
      } }] });`;
}

let before: { state: string; containers: Record<string, string> };

beforeAll(async () => {
  await stack.init();
  stack.configure({ tenants: { acme: { slot, company: secretText } } });
  await stack.mustUp();
  before = { state: stack.state(), containers: await containerIds(stack.environment) };
});

afterEach(async () => {
  stack.configure({ tenants: { acme: { slot, company: secretText } } });
  expect(stack.state()).toBe(before.state);
  expect(await containerIds(stack.environment)).toEqual(before.containers);
});

afterAll(() => stack.dispose());

it("ends with 0 when there is nothing to do", async () => {
  const { code, output, summary } = await preview();
  expect({ code, output }).toMatchObject({ code: 0 });
  expect(output).toContain("nothing to do");
  expect(summary!.hosts[0]).toMatchObject({ host: "local", tenants: ["acme"], slots: { used: 1 } });
});

it("ends with 2 for a changed plan, and says what is replaced with downtime and why", async () => {
  stack.configure({ tenants: { acme: { slot, plan: "basic", company: secretText }, globex: { slot: slot + 1 } } });
  const { code, output, summary } = await preview();
  expect({ code, output }).toMatchObject({ code: 2 });
  const down = summary!.changes.filter(({ downtime }) => downtime);
  expect(down.map(({ name }) => name)).toEqual(expect.arrayContaining(["acme-odoo", "acme-postgres"]));
  expect(down.every(({ operation, tenant }) => operation === "replace" && tenant === "acme")).toBe(true);
  expect(down.every(({ properties }) => properties.length > 0)).toBe(true);
  expect(summary!.changes.filter(({ tenant }) => tenant === "globex").map(({ operation }) => operation)).toEqual(
    expect.arrayContaining(["create"]),
  );
  expect(output).toContain("replaced **with downtime**");
  expect(output).toContain("### Hosts after the change");
  expect(output).not.toContain(secretText);
});

it("ends with 1 for a configuration that is refused", async () => {
  stack.configure({ tenants: { acme: { slot: 1000 } } });
  const { code, output } = await preview();
  expect(code).toBe(1);
  expect(output).toContain("odoo-fleet:tenants.acme.slot");
});

it("ends with 1 for a plan that can't fit on its host", async () => {
  stack.configure({
    hosts: { local: { ...stack.host(), cpus: 1 } },
    tenants: { acme: { slot, plan: "enterprise" } },
  });
  const { code, output } = await preview();
  expect(code).toBe(1);
  expect(output).toContain("odoo-fleet:hosts.local.cpus");
  expect(output).toContain("too large even alone: odoo-fleet:tenants.acme.plan (enterprise");
});

it("finds drift: a container that was stopped by hand", async () => {
  const container = engine.getContainer(`${stack.environment}-acme-nginx`);
  await container.stop();
  try {
    const { code, output, summary } = await preview(["--refresh"]);
    expect({ code, output }).toMatchObject({ code: 2 });
    expect(summary!.changes.map(({ name }) => name)).toContain("acme-nginx");
  } finally {
    await container.start();
  }
});

it("ends with 3 when a mandatory rule is broken, and names rule and resource", async () => {
  const { code, output, summary } = await preview(["--policy-pack", pack("mandatory", rule("mandatory"))]);
  expect({ code, output }).toMatchObject({ code: 3 });
  expect(summary!.policies).toEqual([
    expect.objectContaining({ level: "mandatory", rule: "no-nginx", resource: "acme-nginx" }),
  ]);
});

it("shows an advisory result and goes on", async () => {
  const { code, output, summary } = await preview(["--policy-pack", pack("advisory", rule("advisory"))]);
  expect({ code, output }).toMatchObject({ code: 0 });
  expect(summary!.policies[0]).toMatchObject({ level: "advisory", rule: "no-nginx" });
});

describe("bad input has a message and a code of its own", () => {
  it("10: a pack that fails to start", async () => {
    const { code, output } = await preview(["--policy-pack", pack("broken", 'throw new Error("no start");')]);
    expect({ code, output }).toMatchObject({ code: 10 });
    expect(output).toContain("the policy pack doesn't start");
  });

  it("10: a pack whose packages aren't installed", async () => {
    const folder = pack("bare", rule("mandatory"));
    rmSync(join(folder, "node_modules"));
    const { code, output } = await preview(["--policy-pack", folder]);
    expect({ code, output }).toMatchObject({ code: 10 });
  });

  it("11: an unknown rule in the pack's configuration", async () => {
    const folder = pack("configured", rule("mandatory"));
    writeFileSync(
      join(folder, "lib", "packConfig.ts"),
      `export const checkPackConfig = (config: object) => Object.keys(config).filter((key) => key !== "no-nginx").map((key) =>
        ({ path: key, value: "mandatory", expected: "a rule of the pack: no-nginx", wayOut: "correct its name" }));`,
    );
    const file = join(stack.folder, "pack.json");
    writeFileSync(file, JSON.stringify({ "no-ngnix": "disabled" }));
    const { code, output } = await preview(["--policy-pack", folder, "--policy-pack-config", file]);
    expect({ code, output }).toMatchObject({ code: 11 });
    expect(output).toContain("no-ngnix");
    expect(output).toContain("way out:  correct its name");
  });

  it("12: a stack that doesn't exist", async () => {
    const { code, output } = await preview(["test-preview-nowhere"]);
    expect({ code, output }).toMatchObject({ code: 12 });
  });

  it("13: a wrong passphrase", async () => {
    const { code, output } = await preview([], { PULUMI_CONFIG_PASSPHRASE: "another" });
    expect({ code, output }).toMatchObject({ code: 13 });
    expect(output).toContain("PULUMI_CONFIG_PASSPHRASE");
  });

  it("14: a stack that another machine has locked", async () => {
    const folder = join(stack.folder, ".pulumi", "locks", "organization", "odoo-fleet", stack.environment);
    mkdirSync(folder, { recursive: true });
    const lock = { pid: 4711, username: "ops", hostname: "elsewhere", timestamp: "2026-01-01T00:00:00Z" };
    writeFileSync(join(folder, "lock.json"), JSON.stringify(lock));
    const { code, output } = await preview();
    rmSync(folder, { recursive: true });
    expect({ code, output }).toMatchObject({ code: 14 });
    expect(output).toContain("4711 on elsewhere");
  });
});
