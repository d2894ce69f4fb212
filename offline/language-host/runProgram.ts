/** Runs a Pulumi program or policy pack in a Node.js process of its own. */
import { ChildProcess, spawn, StdioOptions } from "node:child_process";
import { createRequire } from "node:module";
import * as path from "node:path";

/** What the program may set about its runtime in `Pulumi.yaml` (`runtime.options`). */
export interface RuntimeOptions {
  /** Extra arguments for Node.js, in one string, separated by spaces. */
  nodeargs?: string;
  /** Whether TypeScript is compiled while it's loaded. Default: true. */
  typescript?: boolean;
  /** Path of the TypeScript configuration. Default: `tsconfig.json` in the program's folder. */
  tsconfig?: string;
}

/** One run of a program, as the engine asks for it. */
export interface Run {
  project: string;
  stack: string;
  organization: string;
  /** Folder of the program. */
  directory: string;
  /** Folder of `Pulumi.yaml`. */
  root: string;
  /** The program's entry point, relative to its folder. */
  entryPoint: string;
  args: string[];
  config: Record<string, string>;
  secretKeys: string[];
  preview: boolean;
  parallel: number;
  /** Where the program registers its resources. */
  monitor: string;
  /** Where the program writes its log. */
  engine: string;
  options: RuntimeOptions;
}

/** How a run ended. */
export interface RunResult {
  /** Why it failed; empty if it didn't. */
  error: string;
  /** The program already told the user why it failed. */
  bail: boolean;
}

/** Exit code of `@pulumi/pulumi/cmd/run` for "failed, and the user was told why". */
const toldTheUser = 32;

/** Path of a module of the program's own `@pulumi/pulumi`; errors say how to install it. */
function pulumiModule(directory: string, name: string): string {
  try {
    return createRequire(path.join(directory, "package.json")).resolve(`@pulumi/pulumi/cmd/${name}`);
  } catch {
    throw new Error(
      `@pulumi/pulumi isn't installed in ${directory} or a folder above it: run \`npm ci\` where the program's package.json is`,
    );
  }
}

/** The arguments of `@pulumi/pulumi/cmd/run`. */
export function runArguments(run: Run): string[] {
  const flag = (name: string, value: string): string[] => (value === "" ? [] : [`--${name}`, value]);
  return [
    ...flag("monitor", run.monitor),
    ...flag("engine", run.engine),
    ...flag("organization", run.organization),
    ...flag("project", run.project),
    ...flag("root-directory", run.root),
    ...flag("stack", run.stack),
    ...flag("pwd", run.directory),
    ...(run.preview ? ["--dry-run"] : []),
    ...flag("parallel", String(run.parallel)),
    run.entryPoint === "" ? "." : run.entryPoint,
    ...run.args,
  ];
}

/** The environment of a run: the host's own, the stack's configuration and what turns TypeScript on. */
function runEnvironment(run: Run): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PULUMI_CONFIG: JSON.stringify(run.config),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(run.secretKeys),
    PULUMI_NODEJS_TYPESCRIPT: String(run.options.typescript !== false),
    ...(run.options.tsconfig !== undefined && { PULUMI_NODEJS_TSCONFIG_PATH: run.options.tsconfig }),
  };
}

function nodeArguments(options: RuntimeOptions): string[] {
  return (options.nodeargs ?? "").split(/\s+/).filter((part) => part !== "");
}

/** The programs that run now, so that a cancellation can end them. */
export class Programs {
  private readonly running = new Set<ChildProcess>();

  /** Whether none runs. */
  get idle(): boolean {
    return this.running.size === 0;
  }

  /** Ends every program. */
  cancel(): void {
    for (const child of this.running) child.kill("SIGTERM");
  }

  /** Runs a program to its end, its output going to the engine's display. */
  async run(run: Run): Promise<RunResult> {
    const command = [...nodeArguments(run.options), pulumiModule(run.directory, "run"), ...runArguments(run)];
    const child = spawn(process.execPath, command, {
      cwd: run.directory,
      env: runEnvironment(run),
      // The host's stdin is the engine's: a program must not read from it.
      stdio: ["ignore", "inherit", "inherit"],
    });
    const { code, signal } = await this.end(child);
    if (code === 0) return { error: "", bail: false };
    if (code === toldTheUser) return { error: "", bail: true };
    return { error: `Program exited with ${signal === null ? `code ${code}` : `signal ${signal}`}`, bail: false };
  }

  /**
   * Runs a policy pack or another plugin that is written in Node.js; resolves to its exit code.
   * @param onOutput Gets what it prints; the first line of a policy pack is its port.
   */
  async runPlugin(
    plugin: {
      directory: string;
      /** Where the command runs that wants the plugin. */
      callerDirectory: string;
      kind: string;
      args: string[];
      env: string[];
      options: RuntimeOptions;
    },
    onOutput: (stream: "stdout" | "stderr", data: Buffer) => void,
  ): Promise<number> {
    const entry = plugin.kind === "analyzer" ? "run-policy-pack" : "run-plugin";
    const command = [
      ...nodeArguments(plugin.options),
      pulumiModule(plugin.directory, entry),
      ...pluginArguments(plugin),
    ];
    const given = plugin.env.map((line): [string, string] => [
      line.split("=")[0] ?? "",
      line.slice(line.indexOf("=") + 1),
    ]);
    const stdio: StdioOptions = ["ignore", "pipe", "pipe"];
    const child = spawn(process.execPath, command, {
      // As the official host: a policy pack runs in its own folder, any other plugin in its caller's, so that a
      // `tsconfig.json` is looked for there: https://github.com/pulumi/pulumi, sdk/nodejs/cmd/pulumi-language-nodejs.
      cwd: plugin.kind === "analyzer" ? plugin.directory : plugin.callerDirectory,
      env: {
        ...process.env,
        ...(plugin.options.typescript !== false && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
        ...(plugin.options.tsconfig !== undefined && { PULUMI_NODEJS_TSCONFIG_PATH: plugin.options.tsconfig }),
        ...Object.fromEntries(given),
      },
      stdio,
    });
    child.stdout?.on("data", (data: Buffer) => onOutput("stdout", data));
    child.stderr?.on("data", (data: Buffer) => onOutput("stderr", data));
    const { code } = await this.end(child);
    return code ?? 1;
  }

  private async end(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    this.running.add(child);
    try {
      return await new Promise((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (code, signal) => resolve({ code, signal }));
      });
    } finally {
      this.running.delete(child);
    }
  }
}

/** A policy pack gets the engine's address and then its folder; another plugin its folder and then the address. */
function pluginArguments(plugin: { kind: string; directory: string; args: string[] }): string[] {
  return plugin.kind === "analyzer"
    ? [...plugin.args.slice(0, 1), ".", ...plugin.args.slice(1)]
    : [plugin.directory, ...plugin.args];
}
