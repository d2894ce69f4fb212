import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { rules } from "../../policy/rules";
import { CliStack, projectFolder } from "../support/cliStack";
import { engine } from "../support/engine";
import { statusOf } from "../support/odooClient";
import { broken, pack } from "../support/policyPack";

describe("the example that breaks every rule", () => {
  const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-test-"));
  let stack: Stack;

  beforeAll(async () => {
    const workDir = join(folder, "program");
    cpSync(join(projectFolder, "examples", "unsafe"), workDir, { recursive: true });
    symlinkSync(join(projectFolder, "node_modules"), join(workDir, "node_modules"));
    stack = await LocalWorkspace.createStack(
      { stackName: "test-unsafe", workDir },
      {
        envVars: {
          PULUMI_BACKEND_URL: `file://${folder}?metadata=skip`,
          PULUMI_CONFIG_PASSPHRASE: "passphrase of a test",
          PULUMI_SKIP_UPDATE_CHECK: "true",
        },
      },
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const expectRefused = async (run: Promise<unknown>): Promise<void> => {
    const { message: output } = await run.then(
      () => new Error("it was not refused"),
      (error: Error) => error,
    );
    expect(broken(output, "mandatory")).toEqual(
      new Set(
        rules
          .filter(({ level }) => level === "mandatory")
          .map(({ name }) => name)
          .concat("read-only-root-required"),
      ),
    );
    expect(broken(output, "advisory")).toEqual(
      new Set(rules.filter(({ level }) => level === "advisory").map(({ name }) => name)),
    );
    expect(output).not.toContain("a-password");
  };

  it("is refused by every rule in a preview", () =>
    expectRefused(stack.preview({ policyPacks: [pack], color: "never" })));

  it("is refused by every rule in an update, which makes nothing", async () => {
    const args = ["up", "--yes", "--non-interactive", "--color", "never", "--policy-pack", pack, "--stack", stack.name];
    const { workDir, envVars } = stack.workspace;
    const up = promisify(execFile)("pulumi", args, { cwd: workDir, env: { ...process.env, ...envVars } });
    await expectRefused(
      up.catch(({ stdout, stderr }: { stdout: string; stderr: string }) => {
        throw new Error(stdout + stderr);
      }),
    );
    const { Volumes } = await engine.listVolumes({ filters: { name: ["unsafe-data"] } });
    expect(Volumes ?? []).toEqual([]);
    expect((await stack.exportStack()).deployment).not.toHaveProperty("resources");
  });
});

describe("the project's own stack", () => {
  const stack = new CliStack("policies", 216);
  beforeAll(() => stack.init());
  afterAll(() => stack.dispose());

  it("pleases every mandatory rule, without an exception, in preview and update", async () => {
    stack.configure({
      tenants: { acme: { slot: 316 }, globex: { slot: 317, plan: "basic", state: "decommissioned" } },
    });
    const preview = await stack.run("preview", "--policy-pack", pack);
    expect(preview).toSucceed();
    const output = await stack.mustUp("--policy-pack", pack);
    for (const said of [preview.output, output]) {
      expect(broken(said, "mandatory")).toEqual(new Set());
      expect(said).not.toContain("can't run policy");
      // The stand-in base images are no registry's.
      expect([...broken(said, "advisory")].filter((name) => name !== "image-pinned")).toEqual([]);
    }
    expect(await statusOf("http://127.0.0.1:23160/web/login")).toBe(200);
  });
});
