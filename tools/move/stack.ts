import { spawn } from "node:child_process";
import { dataVolumes } from "../../components/tenant/dataVolumes";
import type { Tenant } from "../../fleet/types";
import type { Change } from "../preview/changes";
import { exitCodes } from "../preview/exitCodes";
import type { Summary } from "../preview/summary";
import { inPrivateFile } from "../privateFile";
import { environmentOf } from "../stackName";

/** Runs Pulumi on a stack, as `make` does. */
export class StackCommands {
  /** Ends with the last thing that was asked for. */
  private last: Promise<unknown> = Promise.resolve();

  /**
   * @param stack as the CLI takes it.
   * @param isAlone whether an environment's own stack is previewed and brought up without those that its tenants have. Default: with them.
   */
  constructor(
    private readonly stack: string,
    private readonly isAlone = false,
  ) {}

  /** Whether the stack is as it is declared; what a preview says otherwise is printed. @returns its exit code. */
  async preview(): Promise<number> {
    const { code, printed } = await this.run(["preview", ...this.alone], "keep");
    if (code !== 0) {
      process.stderr.write(printed);
    }
    return code;
  }

  /**
   * What `up` would change.
   *
   * @param variables of the environment of that run.
   * @throws when it would be refused or fail; why is printed.
   */
  async changes(variables: Readonly<Record<string, string>>): Promise<readonly Change[]> {
    const { code, printed } = await this.run(["preview", "--format", "json"], "keep", variables);
    if (code !== exitCodes.nothingToDo && code !== exitCodes.changes) {
      throw new Error(`its preview ends with ${code}`);
    }
    return (JSON.parse(printed) as Summary).changes;
  }

  /**
   * Applies what is declared.
   *
   * @param targets URNs of the only resources to change. Default: all.
   * @param variables of the environment of that run.
   * @throws when that fails.
   */
  async up(targets: readonly string[] = [], variables: Readonly<Record<string, string>> = {}): Promise<void> {
    const options = targets.flatMap((urn) => ["--target", urn]);
    const { code } = await this.run(["up", ...this.alone, "--skip-preview", ...options], "show", variables);
    if (code !== 0) {
      throw new Error(`pulumi up ended with ${code}`);
    }
  }

  /** Forgets a tenant's volumes on a host without touching them. */
  async forgetVolumes(tenant: Tenant): Promise<void> {
    for (const urn of volumesInState(await this.export(), tenant)) {
      const { code: failure } = await this.run(["state", "delete", urn, "--yes"], "show");
      if (failure !== 0) {
        throw new Error(`pulumi state delete ended with ${failure}`);
      }
    }
  }

  /** A secret of the stack's configuration, by its path. @throws where it isn't there or can't be decrypted. */
  async secret(path: string): Promise<string> {
    const { code, printed } = await this.run(["config", "get", "--path", path], "keep");
    if (code !== 0) {
      throw new Error(`pulumi config get --path ${path} ended with ${code}`);
    }
    return printed.replace(/\n$/, "");
  }

  /**
   * The stack's state.
   *
   * @param isShown whether its secrets are in plain text. Default: they are encrypted.
   */
  export(isShown = false): Promise<string> {
    return this.inTurn(() => this.exportNow(isShown));
  }

  /**
   * Puts a changed state in the place of the stack's. Nothing else runs in between: what it changed would be lost.
   *
   * @param folder for the file that Pulumi reads it from; only its owner reads it, and it is gone afterwards.
   * @param change what becomes of the state.
   * @param isShown whether secrets are in plain text in it. Default: they are encrypted.
   * @returns the state that is there now, as `change` made it.
   */
  edit(folder: string, change: (exported: string) => string, isShown = false): Promise<string> {
    return this.inTurn(async () => {
      const state = change(await this.exportNow(isShown));
      await inPrivateFile(folder, state, async (file) => {
        const { code, printed } = await this.runNow(["stack", "import", "--file", file], "keep");
        if (code !== 0) {
          throw new Error(`pulumi stack import ended with ${code}: ${printed}`);
        }
      });
      return state;
    });
  }

  private get alone(): readonly string[] {
    return this.isAlone ? ["--alone"] : [];
  }

  private async exportNow(isShown: boolean): Promise<string> {
    const { code, printed } = await this.runNow(["stack", "export", ...(isShown ? ["--show-secrets"] : [])], "keep");
    if (code !== 0) {
      throw new Error(`pulumi stack export ended with ${code}`);
    }
    return printed;
  }

  private run(...asked: Parameters<StackCommands["runNow"]>): ReturnType<StackCommands["runNow"]> {
    return this.inTurn(() => this.runNow(...asked));
  }

  /** One after the other, whoever asks: a stack takes one run at a time, and each writes the file that Pulumi reads. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.last.then(work);
    this.last = next.catch(() => undefined);
    return next;
  }

  private runNow(
    args: readonly string[],
    output: "show" | "keep",
    variables: Readonly<Record<string, string>> = {},
  ): Promise<{ code: number; printed: string }> {
    return new Promise((resolve, reject) => {
      const child = spawn("tools/pulumi.sh", [this.stack, ...args], {
        env: { ...process.env, ...variables },
        stdio: ["ignore", output === "show" ? "inherit" : "pipe", "inherit"],
      });
      let printed = "";
      child.stdout?.on("data", (data: Buffer) => (printed += data.toString()));
      child.on("error", reject);
      child.on("close", (code) => resolve({ code: code ?? 1, printed }));
    });
  }
}

/**
 * What a tenant that has a stack of its own shares with others of its environment: the environment's own stack, which has what hosts have for all of them.
 *
 * @param stack as the CLI takes it.
 * @returns undefined: that is the stack itself.
 */
export function sharedStack(stack: string): StackCommands | undefined {
  const environment = environmentOf(stack);
  return environment === undefined ? undefined : new StackCommands(environment, true);
}

interface StoredResource {
  readonly urn: string;
  readonly type: string;
  readonly outputs?: { readonly name?: unknown; readonly labels?: readonly { label: string; value: string }[] };
}

/** URNs of a tenant's data volumes in an exported state, as far as they are on its host. */
export function volumesInState(exported: string, tenant: Tenant): string[] {
  const { deployment } = JSON.parse(exported) as { deployment: { resources?: readonly StoredResource[] } };
  const names = Object.values(dataVolumes(tenant)).map(({ name }) => name);
  return (deployment.resources ?? [])
    .filter(({ type, outputs }) => type === "docker:index/volume:Volume" && names.includes(String(outputs?.name)))
    .filter(({ outputs }) =>
      outputs!.labels!.some(({ label, value }) => label === "odoo-fleet.host" && value === tenant.host),
    )
    .map(({ urn }) => urn);
}
