import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parse, stringify } from "yaml";
import { type FleetConfig, namespace, tenantPorts } from "../../fleet";
import { defaultPortBase } from "../../fleet/ports";
import type { Cleanup } from "./cleanup";
import { run } from "./commands";
import { environmentFilter, removeLabelled } from "./engine";

/** The project's folder: where commands run, and where a user would run them. */
const project = join(__dirname, "..", "..");

/** Tenants: name -> slot. All are on the smallest plan. The benchmark has the slots from 900 on. */
export type Tenants = Readonly<Record<string, number>>;

/** The smallest plan. */
export const plan = "starter";

/** Host and tenants as the fleet's configuration has them, with stand-in base images where the project uses them. */
export function configOf(tenants: Tenants): FleetConfig {
  const standIns = join(project, "build", "offline-images.json");
  const images = existsSync(standIns)
    ? { images: JSON.parse(readFileSync(standIns, "utf8")) as FleetConfig["images"] }
    : {};
  const declared = Object.entries(tenants).map(([name, slot]) => [name, { slot, plan }] as const);
  return { hosts: { local: { address: "127.0.0.1" } }, tenants: Object.fromEntries(declared), ...images };
}

/** Origin that a tenant is reached at. */
export function originOf(slot: number): string {
  return `http://127.0.0.1:${tenantPorts(defaultPortBase, slot).http}`;
}

/**
 * A Pulumi stack of the benchmark with a file backend of its own, driven by the CLI: what is timed is what a user
 * waits for, with the start of the CLI, the language host, the program and the plugins.
 */
export class BenchStack {
  private readonly configFile: string;
  private readonly env: Record<string, string>;

  /**
   * @param name also the environment; begins with `test-bench`, which `tools/clean-tests.sh` removes.
   * @param folder for state and configuration; removed by the caller.
   * @param program `index.ts`, or what replaces it: a path relative to the project.
   */
  constructor(
    readonly name: string,
    private readonly folder: string,
    cleanup: Cleanup,
    private readonly program?: string,
  ) {
    this.configFile = join(folder, `Pulumi.${name}.yaml`);
    this.env = {
      PULUMI_BACKEND_URL: `file://${folder}?metadata=skip`,
      PULUMI_CONFIG_PASSPHRASE: "bench",
      // As tools/pulumi.sh has it: types are checked by `make lint`.
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    };
    cleanup.defer(`environment ${name}`, () => removeLabelled([environmentFilter(name)]));
  }

  /** Makes the stack. What an earlier benchmark that was killed left on the engine goes first. */
  async init(): Promise<void> {
    await removeLabelled([environmentFilter(this.name)]);
    mkdirSync(this.folder, { recursive: true });
    const declaration = parse(readFileSync(join(project, "Pulumi.yaml"), "utf8")) as Record<string, unknown>;
    const main = this.program ? { main: relative(this.folder, join(project, this.program)) } : {};
    writeFileSync(join(this.folder, "Pulumi.yaml"), stringify({ ...declaration, ...main }));
    await this.pulumi("-C", this.folder, "stack", "init", this.name, "--no-select");
  }

  /** Declares tenants; `extra` is more configuration, by its whole key. */
  declare(tenants: Tenants, extra: Readonly<Record<string, unknown>> = {}): void {
    const fleet = Object.entries<unknown>(configOf(tenants)).map(
      ([key, value]) => [`${namespace}:${key}`, value] as const,
    );
    const config: Record<string, unknown> = { ...Object.fromEntries(fleet), ...extra };
    const salt = existsSync(this.configFile)
      ? /^encryptionsalt: .*$/m.exec(readFileSync(this.configFile, "utf8"))
      : null;
    writeFileSync(this.configFile, `${stringify({ config }, { aliasDuplicateObjects: false })}${salt?.[0] ?? ""}\n`);
  }

  /**
   * `pulumi up` as the make targets run it.
   *
   * @returns seconds from its start to its end, and what it printed.
   */
  async up(...options: string[]): Promise<{ seconds: number; output: string }> {
    const started = performance.now();
    const output = await this.pulumi(
      ...[
        "-C",
        this.program ? this.folder : project,
        "up",
        "--yes",
        "--skip-preview",
        "--suppress-outputs",
        "--stack",
        this.name,
      ],
      ...["--config-file", this.configFile, ...options],
    );
    return { seconds: (performance.now() - started) / 1000, output };
  }

  /** `pulumi preview`, with a policy pack if the options say so; seconds from its start to its end. */
  async preview(...options: string[]): Promise<number> {
    const started = performance.now();
    await this.pulumi(
      ...["-C", this.program ? this.folder : project, "preview", "--suppress-outputs", "--stack", this.name],
      ...["--config-file", this.configFile, ...options],
    );
    return (performance.now() - started) / 1000;
  }

  /** The stack's outputs, secrets in plain text. */
  async outputs<T>(): Promise<T> {
    const args = ["-C", this.folder, "stack", "output", "--json", "--show-secrets", "--stack", this.name];
    return JSON.parse(await this.pulumi(...args)) as T;
  }

  /** The stack's state, to go back to after a tenant was added and taken away again. */
  async remember(): Promise<string> {
    return this.pulumi("-C", this.folder, "stack", "export", "--stack", this.name);
  }

  /** Takes a tenant away, as if it had never been: its objects from the engine, and the state as it was before. */
  async forget(tenant: string, state: string): Promise<void> {
    await removeLabelled([environmentFilter(this.name), `odoo-fleet.tenant=${tenant}`]);
    await run("pulumi", ["-C", this.folder, "stack", "import", "--stack", this.name], { env: this.env, input: state });
  }

  private pulumi(...args: string[]): Promise<string> {
    return run("pulumi", args, { env: this.env });
  }
}
