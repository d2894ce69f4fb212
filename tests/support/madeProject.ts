import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { linkProject } from "../../tools/bench/project";
import { type CliResult, type GroupRun, startGroup } from "./group";

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
    linkProject(this.folder);
    mkdirSync(join(this.folder, "state"));
  }

  /** Writes the stack's file. */
  declare(text: string): void {
    writeFileSync(this.stackFile, text);
  }

  /** Has its runs judged by the settings that the policy pack has for another stack. */
  judgeAs(stack: string): void {
    const policy = join(this.folder, "policy");
    const source = realpathSync(policy);
    rmSync(policy);
    mkdirSync(join(policy, "config"), { recursive: true });
    for (const entry of readdirSync(source).filter((name) => name !== "config")) {
      symlinkSync(join(source, entry), join(policy, entry));
    }
    copyFileSync(join(source, "config", `${stack}.json`), join(policy, "config", `${this.stack}.json`));
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

  /** Starts a run and lets it run. */
  begin(...args: string[]): GroupRun {
    return startGroup("bash", [join(this.folder, "tools", "pulumi.sh"), this.stack, ...args], {
      env: {
        XDG_DATA_HOME: join(this.folder, "data"),
        PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}?metadata=skip`,
        PULUMI_CONFIG_PASSPHRASE: "passphrase of a test",
        ...this.environmentVariables,
      },
    });
  }

  /** Removes the folder. */
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
