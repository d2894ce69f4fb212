import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { stringify } from "yaml";
import { supportedPostgres } from "../../fleet";
import type { OdooVersion } from "../../fleet/types";
import { removeObjects } from "./engine";
import { type CliResult, type GroupRun, startGroup } from "./group";

/** The project's folder. */
export const projectFolder = resolve(__dirname, "..", "..");

/** Base images of this machine: the stand-ins where setup/setup.sh chose them, else the defaults. */
export function baseImages(): object {
  const standIns = join(projectFolder, "build", "offline-images.json");
  return existsSync(standIns) ? { images: JSON.parse(readFileSync(standIns, "utf8")) as object } : {};
}

/** The Odoo release that tenants of tests have: `ODOO_FLEET_TEST_ODOO`, or the program's default. */
export const testedOdoo = (process.env["ODOO_FLEET_TEST_ODOO"] ?? "19.0") as OdooVersion;

/**
 * References of the stand-in base images; none where the machine uses the official ones.
 *
 * @param isWatched whether those of monitoring are among them.
 */
export function standInReferences(isWatched = false): string[] {
  const { images } = baseImages() as {
    images?: Record<"odoo" | "postgres" | "monitoring", Record<string, string | null>> & { nginx: string };
  };
  if (images === undefined) {
    return [];
  }
  const kinds = [images.odoo, images.postgres, ...(isWatched ? [images.monitoring] : [])];
  return [...kinds.flatMap((kind) => Object.values(kind)), images.nginx].filter((one) => one !== null);
}

/**
 * A stack of the real program, run by the real CLI as a user runs it, with a backend and a configuration of its own.
 * The environment's name starts with `test-`, by which `tools/clean-tests.sh` finds what is left of it.
 */
export class CliStack {
  readonly environment: string;
  readonly folder = mkdtempSync(join(tmpdir(), "odoo-fleet-test-"));
  /** Folder of the program that runs; the project's own, unless a test has another. */
  program = projectFolder;
  private readonly config: string;

  /** The stack's file, which the project's tools read. */
  get configFile(): string {
    return this.config;
  }

  /** @param index tells the test files apart: it is the second part of the hosts' networks. */
  constructor(
    name: string,
    private readonly index: number,
  ) {
    this.environment = `test-${name}`;
    this.config = join(this.folder, `Pulumi.${this.environment}.yaml`);
    copyFileSync(join(projectFolder, "Pulumi.yaml"), join(this.folder, "Pulumi.yaml"));
  }

  async init(): Promise<void> {
    const { code, output } = await this.start(["stack", "init", this.environment, "--no-select"], { cwd: this.folder })
      .done;
    if (code !== 0) {
      throw new Error(output);
    }
  }

  /** Writes the configuration: what is given, over a host of this machine whose networks are the test's own. */
  configure(config: Record<string, unknown>): void {
    const before = existsSync(this.config) ? readFileSync(this.config, "utf8") : "";
    const salt = /^encryptionsalt: .*$/m.exec(before)?.[0] ?? "";
    const own: Record<string, unknown> = { hosts: { local: this.host() }, ...baseImages(), ...config };
    if (process.env["ODOO_FLEET_TEST_ODOO"] !== undefined) {
      own["defaults"] = {
        odoo: testedOdoo,
        postgres: supportedPostgres(testedOdoo).at(-1),
        ...Object(own["defaults"]),
      };
    }
    const keys = Object.fromEntries(Object.entries(own).map(([key, value]) => [`odoo-fleet:${key}`, value]));
    writeFileSync(this.config, `${stringify({ config: keys })}${salt}\n`);
  }

  /** The host `local` of the test. */
  host(): Record<string, unknown> {
    return { subnetBase: `10.${this.index}.0.0/16` };
  }

  up(...args: string[]): Promise<CliResult> {
    return this.run("up", "--yes", "--skip-preview", ...args);
  }

  /** `up` that has to succeed. */
  async mustUp(...args: string[]): Promise<string> {
    const { code, output } = await this.up(...args);
    if (code !== 0) {
      throw new Error(`pulumi up failed:\n${output}`);
    }
    return output;
  }

  /** A command that takes the configuration: up, preview, destroy, refresh. */
  run(command: string, ...args: string[]): Promise<CliResult> {
    return this.begin(command, ...args).done;
  }

  /** Starts a command and lets it run; `process` is there to be interrupted. */
  begin(command: string, ...args: string[]): GroupRun {
    return this.start([command, "--stack", this.environment, "--config-file", this.config, ...args]);
  }

  /** A command that takes none, such as `stack output`. */
  plain(...args: string[]): Promise<CliResult> {
    return this.start([...args, "--stack", this.environment]).done;
  }

  async outputs<T>(): Promise<T> {
    const { output } = await this.plain("stack", "output", "--json", "--show-secrets");
    return JSON.parse(output) as T;
  }

  /** The state as `pulumi stack export` prints it, and `import` takes it: secrets encrypted. */
  async exportStack(): Promise<string> {
    const { output } = await this.plain("stack", "export");
    return output.slice(output.indexOf("{"));
  }

  /** The state as it lies on the disk: secrets encrypted. */
  state(): string {
    return readFileSync(join(this.folder, ".pulumi", "stacks", "odoo-fleet", `${this.environment}.json`), "utf8");
  }

  /** Removes the stack's files, and from the engine what is the environment's: at once, since nothing of it is needed any more. */
  async dispose(): Promise<void> {
    await removeObjects(this.environment);
    this.forget();
  }

  /** Removes the stack by Pulumi, with all that it made, protected or not, and its files. */
  async destroy(): Promise<void> {
    await this.plain("cancel", "--yes");
    await this.plain("state", "unprotect", "--all", "--yes");
    const { code, output } = await this.run("destroy", "--yes", "--skip-preview");
    if (code !== 0) {
      throw new Error(`pulumi destroy failed:\n${output}`);
    }
    this.forget();
  }

  /** Removes the stack's files alone: where the machines are gone with all that it made. */
  forget(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  environmentVariables: NodeJS.ProcessEnv = {
    PULUMI_BACKEND_URL: `file://${this.folder}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: "passphrase of a test",
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };

  private start(args: string[], { cwd = this.program } = {}): GroupRun {
    const all = [...args, "--non-interactive", "--color", "never"];
    return startGroup("pulumi", all, { cwd, env: this.environmentVariables });
  }
}
