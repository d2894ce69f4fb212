/** The Node language host's stand-in through the real CLI: programs and policy packs in processes of their own. */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { runArguments } from "../../../offline/language-host/runProgram";
import { docker, testLabel } from "../../support/pluginsImage";
import { pluginsFixture } from "../../support/pluginsFixture";

// A run of the CLI takes 2 to 6 seconds.
jest.setTimeout(180_000);

const fixture = pluginsFixture("plugins-host");
const { run, image } = fixture;

/** Makes a project with a TypeScript program; resolves to its folder. */
function project(name: string, program: string, main = "index.ts"): string {
  const folder = path.join(fixture.backend.folder, name);
  mkdirSync(folder);
  symlinkSync(path.resolve(__dirname, "../../../node_modules"), path.join(folder, "node_modules"));
  writeFileSync(
    path.join(folder, "Pulumi.yaml"),
    JSON.stringify({ name, runtime: { name: "nodejs", options: { typescript: true, nodeargs: "--no-deprecation" } } }),
  );
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ name, version: "1.0.0", main }));
  writeFileSync(
    path.join(folder, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        strict: true,
        module: "node16",
        moduleResolution: "node16",
        target: "es2022",
        skipLibCheck: true,
      },
    }),
  );
  writeFileSync(path.join(folder, main), program);
  pulumi(folder, "stack", "init", "dev");
  return folder;
}

function pulumi(folder: string, ...args: string[]): { code: number | null; output: string } {
  const options = { cwd: folder, env: { ...process.env, ...fixture.backend.env }, encoding: "utf8" } as const;
  const result = spawnSync("pulumi", [...args, "--non-interactive", "--color", "never"], options);
  return { code: result.status, output: result.stdout + result.stderr };
}

test("a program gets its stack, its configuration and its secrets; its output and errors reach the user", () => {
  const folder = project(
    "facts",
    `import * as pulumi from "@pulumi/pulumi";
     const config = new pulumi.Config();
     console.log("preview: " + pulumi.runtime.isDryRun() + " in " + process.cwd() + " with " + process.execArgv[0]);
     if (config.getBoolean("fail")) throw new pulumi.RunError("that can't be");
     export const stack = pulumi.getStack(), project = pulumi.getProject();
     export const nested = config.requireObject<{ a: number }>("nested").a, secret = config.requireSecret("secret");`,
  );
  pulumi(folder, "config", "set", "--path", "nested.a", "5");
  pulumi(folder, "config", "set", "--secret", "secret", "hunter22");
  const preview = pulumi(folder, "preview");
  expect(preview).toMatchObject({ code: 0 });
  expect(preview.output).toContain(`preview: true in ${folder} with --no-deprecation`);
  expect(pulumi(folder, "up", "--yes", "--skip-preview").output).toContain("preview: false");
  const outputs = JSON.parse(pulumi(folder, "stack", "output", "--json", "--show-secrets").output) as object;
  expect(outputs).toEqual({ stack: "dev", project: "facts", nested: 5, secret: "hunter22" });
  expect(readFileSync(path.join(fixture.backend.folder, "state/.pulumi/stacks/facts/dev.json"), "utf8")).not.toContain(
    "hunter22",
  );

  pulumi(folder, "config", "set", "fail", "true");
  const failed = pulumi(folder, "up", "--yes", "--skip-preview");
  expect(failed.code).not.toBe(0);
  expect(failed.output).toContain("error: that can't be");
  // The user was told already: no second error about the exit code, no stack trace.
  expect(failed.output).not.toMatch(/Program exited|index\.ts:\d/);
});

test("a program that dies is an error that says how", () => {
  const folder = project("dies", "process.kill(process.pid, 'SIGKILL');");
  const { code, output } = pulumi(folder, "preview");
  expect(code).not.toBe(0);
  expect(output).toContain("Program exited with signal SIGKILL");
});

test("a policy pack runs and stops what it forbids", () => {
  const folder = project(
    "policed",
    `import * as random from "@pulumi/random";
     new random.RandomString("short", { length: 3 });`,
  );
  const pack = path.join(folder, "pack");
  mkdirSync(pack);
  writeFileSync(path.join(pack, "PulumiPolicy.yaml"), "runtime: nodejs\n");
  writeFileSync(path.join(pack, "package.json"), JSON.stringify({ name: "pack", version: "1.0.0", main: "index.ts" }));
  writeFileSync(
    path.join(pack, "index.ts"),
    `import { PolicyPack } from "@pulumi/policy";
     new PolicyPack("lengths", { policies: [{
       name: "long-enough", description: "Long enough.", enforcementLevel: "mandatory",
       validateResource: (args: any, report: any) => { if (args.type === "random:index/randomString:RandomString" && args.props.length < 8) report("at least 8"); },
     }] });`,
  );
  const { code, output } = pulumi(folder, "preview", "--policy-pack", pack);
  expect(code).not.toBe(0);
  expect(output).toContain("long-enough");
  expect(output).toContain("at least 8");
});

test("a policy pack that doesn't start is an error in the official host's words", () => {
  const folder = project("unpoliced", "export const a = 1;");
  const pack = path.join(folder, "pack");
  mkdirSync(pack);
  writeFileSync(path.join(pack, "PulumiPolicy.yaml"), "runtime: nodejs\n");
  writeFileSync(path.join(pack, "package.json"), JSON.stringify({ name: "pack", version: "1.0.0", main: "index.ts" }));
  writeFileSync(path.join(pack, "index.ts"), 'throw new Error("no start");');
  const { code, output } = pulumi(folder, "preview", "--policy-pack", pack);
  expect(code).not.toBe(0);
  expect(output).toContain("Error: no start");
  expect(output).toContain(
    "error: policy pack not started: could not read policy pack port: io: read/write on closed pipe",
  );
});

/** A program with a container that takes long to be healthy. */
const slow = `import * as docker from "@pulumi/docker";
  new docker.Container("slow", { name: "${run}-slow", image: "${image}", command: ["sh", "-c", "while true; do sleep 0.2; done"],
    labels: [{ label: "${testLabel}", value: "${run}" }], wait: true, waitTimeout: 120,
    healthcheck: { tests: ["CMD-SHELL", process.env.HEALTHY ?? "false"], interval: "1s", retries: 1000 } });`;

/** Starts an \`up\` and sends it a signal once the container runs; resolves when the CLI has ended. */
async function interruptedUp(folder: string, signal: NodeJS.Signals): Promise<string> {
  const args = ["up", "--yes", "--skip-preview", "--non-interactive", "--color", "never"];
  const child = spawn("pulumi", args, { cwd: folder, env: { ...process.env, ...fixture.backend.env }, detached: true });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => (output += data.toString()));
  let over = false;
  const ended = new Promise((resolve) => child.once("close", resolve)).then(() => (over = true));
  const deadline = Date.now() + 60_000;
  while (docker("ps", "--quiet", "--filter", `name=${run}-slow`) === "") {
    if (over || Date.now() > deadline) throw new Error(`the container never ran:\n${output}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill(signal);
  await ended;
  return output;
}

/** The processes of the stand-ins that run for this test's backend. */
function standIns(): string[] {
  const { stdout } = spawnSync("sh", ["-c", "grep -lz PULUMI_HOME=$FOLDER/home /proc/[0-9]*/environ 2>/dev/null"], {
    env: { ...process.env, FOLDER: fixture.backend.folder },
    encoding: "utf8",
  });
  const running = stdout.split("\n").filter((line) => line !== "");
  return running.filter((file) => {
    try {
      return readFileSync(file.replace("environ", "cmdline"), "utf8").includes("build/offline");
    } catch {
      return false;
    }
  });
}

async function untilNoneLeft(): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (standIns().length > 0) {
    if (Date.now() > deadline) throw new Error(`still there: ${standIns().join(" ")}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test("SIGINT ends a wait at once, and the next update makes it good", async () => {
  const folder = project("interrupted", slow);
  const output = await interruptedUp(folder, "SIGINT");
  expect(output).toContain("interrupted");
  await untilNoneLeft();
  process.env["HEALTHY"] = "true";
  try {
    const next = pulumi(folder, "up", "--yes", "--skip-preview");
    expect(next).toMatchObject({ code: 0 });
    expect(next.output).toContain("1 replaced");
  } finally {
    delete process.env["HEALTHY"];
  }
  expect(pulumi(folder, "destroy", "--yes", "--skip-preview")).toMatchObject({ code: 0 });
  expect(docker("ps", "--all", "--quiet", "--filter", `name=${run}-slow`)).toBe("");
});

test("SIGKILL leaves no process, and the next update meets the container that nobody recorded", async () => {
  const folder = project("killed", slow);
  await interruptedUp(folder, "SIGKILL");
  await untilNoneLeft();
  pulumi(folder, "cancel", "--yes");
  const next = pulumi(folder, "up", "--yes", "--skip-preview");
  expect(next.code).not.toBe(0);
  expect(next.output).toMatch(/Conflict\. The container name .* is already in use/);
});

test("only what is known becomes an argument of the program's runner", () => {
  const base = {
    project: "p",
    stack: "s",
    organization: "",
    directory: "/p",
    root: "/",
    entryPoint: "",
    args: ["x"],
    config: {},
    secretKeys: [],
    parallel: 4,
  };
  const args = runArguments({ ...base, preview: true, monitor: "m:1", engine: "e:1", options: {} });
  expect(args.join(" ")).toBe(
    "--monitor m:1 --engine e:1 --project p --root-directory / --stack s --pwd /p --dry-run --parallel 4 . x",
  );
});
