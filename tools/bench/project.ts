import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { type FleetConfig, namespace } from "../../fleet";
import { setInFile } from "../yamlFile";
import type { Cleanup } from "./cleanup";
import { run } from "./commands";
import { environmentFilter, removeLabelled } from "./engine";

const project = join(__dirname, "..", "..");

/** What is a checkout's own. */
const own = /^(Pulumi\..+\.yaml|build|\.git)$/;
const ownOfBuild = /^(stacks|preview|logs|bench-.*)$/;

/** Makes a folder that is the project for whoever calls `make` there, with stack files, logs and what is kept of stacks of its own. */
export function linkProject(folder: string): void {
  const link = (from: string, to: string, isOwn: RegExp): void => {
    mkdirSync(to, { recursive: true });
    for (const entry of readdirSync(from).filter((one) => !isOwn.test(one))) {
      symlinkSync(join(from, entry), join(to, entry));
    }
  };
  link(project, folder, own);
  link(join(project, "build"), join(folder, "build"), ownOfBuild);
}

/** A stack that `make` works on, with the tools that a user has: what is timed is what he waits for. */
export class BenchProject {
  private readonly env: Record<string, string>;
  private readonly stackFile: string;

  /**
   * @param stack also the environment; begins with `test-bench`, which `tools/clean-tests.sh` removes.
   * @param folder for everything that is its own; removed by the caller.
   */
  constructor(
    readonly stack: string,
    private readonly folder: string,
    cleanup: Cleanup,
  ) {
    linkProject(folder);
    mkdirSync(join(folder, "state"));
    this.stackFile = join(folder, `Pulumi.${stack}.yaml`);
    this.env = {
      XDG_DATA_HOME: join(folder, "data"),
      PULUMI_BACKEND_URL: `file://${join(folder, "state")}?metadata=skip`,
      PULUMI_CONFIG_PASSPHRASE: "bench",
    };
    cleanup.defer(`environment ${stack}`, () => removeLabelled([environmentFilter(stack)]));
  }

  /** Writes the stack's file. A restore notes in it what it did, so it isn't to be written again afterwards. */
  declare(config: FleetConfig): void {
    const keys = Object.entries<unknown>(config).map(([key, value]) => [`${namespace}:${key}`, value] as const);
    const text = stringify({ config: Object.fromEntries(keys) }, { aliasDuplicateObjects: false });
    writeFileSync(this.stackFile, text);
  }

  /** Changes one key of the stack's file, and leaves what a restore noted in it. */
  set(path: readonly string[], value: unknown): void {
    const [first, ...more] = path;
    const text = setInFile(readFileSync(this.stackFile, "utf8"), ["config", `${namespace}:${first}`, ...more], value);
    writeFileSync(this.stackFile, text);
  }

  /**
   * Runs what `make` runs.
   *
   * @param args target and options of `tools/pulumi.sh`.
   * @returns what it says.
   */
  said(...args: string[]): Promise<string> {
    return run("bash", [join(this.folder, "tools", "pulumi.sh"), this.stack, ...args], { env: this.env });
  }

  /** Runs it likewise. @returns seconds from its start to its end. */
  async timed(...args: string[]): Promise<number> {
    const started = performance.now();
    await this.said(...args);
    return (performance.now() - started) / 1000;
  }
}
