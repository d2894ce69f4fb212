import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CliResult, projectFolder } from "./cliStack";

/** The project as `make` runs it, in a folder with a stack file, a backend and data of the test's own. */
export class MadeProject {
  readonly folder = mkdtempSync(join(tmpdir(), "odoo-fleet-test-"));
  /** Path of the stack's file. */
  readonly stackFile: string;
  /** Where `make` keeps what is private. */
  readonly data = join(this.folder, "data", "odoo-fleet");
  /** Variables of the runs that follow, beside those of the backend. */
  environmentVariables: Readonly<Record<string, string>> = {};

  /** @param stack of the runs that follow; it has the stack file. */
  constructor(public stack: string) {
    this.stackFile = join(this.folder, `Pulumi.${stack}.yaml`);
    for (const entry of readdirSync(projectFolder).filter((one) => !/^(Pulumi\..+\.yaml|build|\.git)$/.test(one))) {
      symlinkSync(join(projectFolder, entry), join(this.folder, entry));
    }
    const own = ["stacks", "preview"];
    mkdirSync(join(this.folder, "build"));
    for (const entry of readdirSync(join(projectFolder, "build")).filter((one) => !own.includes(one))) {
      symlinkSync(join(projectFolder, "build", entry), join(this.folder, "build", entry));
    }
    mkdirSync(join(this.folder, "state"));
  }

  /** Writes the stack's file. */
  declare(text: string): void {
    writeFileSync(this.stackFile, text);
  }

  /** The stack's file as it is. */
  declared(): string {
    return readFileSync(this.stackFile, "utf8");
  }

  /** Runs `tools/pulumi.sh STACK ARGS`. */
  run(...args: string[]): Promise<CliResult> {
    return this.begin(...args).done;
  }

  /** Runs what has to succeed; what it printed. */
  async must(...args: string[]): Promise<string> {
    const { code, output } = await this.run(...args);
    if (code !== 0) {
      throw new Error(`${args.join(" ")} ended with ${code}:\n${output}`);
    }
    return output;
  }

  /** Starts a run, the leader of a process group, and lets it run; `printed` is what it has printed so far. */
  begin(...args: string[]): { process: ChildProcess; printed: () => string; done: Promise<CliResult> } {
    const child = spawn("bash", [join(this.folder, "tools", "pulumi.sh"), this.stack, ...args], {
      env: {
        ...process.env,
        XDG_DATA_HOME: join(this.folder, "data"),
        PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}?metadata=skip`,
        PULUMI_CONFIG_PASSPHRASE: "passphrase of a test",
        ...this.environmentVariables,
      },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let output = "";
    child.stdout.on("data", (data: Buffer) => (output += data.toString()));
    child.stderr.on("data", (data: Buffer) => (output += data.toString()));
    const done = new Promise<CliResult>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => resolve({ code, signal, output }));
    });
    return { process: child, printed: () => output, done };
  }

  /** Removes the folder. */
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
