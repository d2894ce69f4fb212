/**
 * `ownStacks.ts STACK --config-file FILE --states FOLDER`: gives each tenant of an environment, whose stack has them all, a stack of its own, as the layout `perTenant` has
 * them, and declares that layout. Only states are changed: no container, no volume. docs/operations.md says when to use it. Exit codes: 0 done, 1 refused or failed, with a message that
 * says in what state everything is, 2 wrong use.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { setCommand } from "../fleet/paths";
import { runInterruptible } from "./interruptible";
import { StackCommands } from "./move/stack";
import { ownState, tenantsIn, withoutTenants } from "./ownStacks/ownState";
import { Backend } from "./perTenant/backend";
import { readDeclared } from "./perTenant/declared";
import { parseStackReference } from "./stackName";
import { replaceFile, setInFile } from "./yamlFile";

const usage = "Usage: make own-stacks [STACK=dev]";

/** What a run works with. */
class OwnStacks {
  private readonly backend: Backend;
  private readonly environment: string;
  private readonly file: string;
  private readonly own: StackCommands;

  constructor(
    stack: string,
    private readonly folder: string,
    private readonly signal: AbortSignal,
  ) {
    this.backend = new Backend(stack);
    this.environment = parseStackReference(stack).environment;
    this.file = `Pulumi.${this.environment}.yaml`;
    this.own = new StackCommands(stack);
  }

  private readonly say = (text: string): void => console.log(`odoo-fleet: ${this.environment}: ${text}`);

  async go(configFile: string): Promise<void> {
    // Refuses secrets that no other stack could read.
    const { layout } = readDeclared(configFile, this.environment).fleet;
    const tenants = tenantsIn(await this.own.export());
    if (layout === "single") {
      // Once one has a stack of its own, nothing but this works on any of them.
      const { tenants: begun } = await this.backend.stacks();
      if (!tenants.some((tenant) => begun.has(tenant))) {
        await this.demandAsDeclared();
      }
      await this.give(tenants);
      // From here on what is in the environment's stack is refused, and what is in the others is as it was.
      replaceFile(this.file, setInFile(readFileSync(this.file, "utf8"), ["config", "odoo-fleet:layout"], "perTenant"));
    } else if (tenants.length === 0) {
      this.say("its tenants have stacks of their own: there is nothing to do");
      return;
    } else {
      await this.demandGiven(tenants);
    }
    await this.own.edit(this.folder, withoutTenants);
    this.say(
      `stacks of their own have ${tenants.join(", ")}, and ${this.file} declares the layout perTenant: commit it. Now:`,
    );
    this.say(`  make up STACK=${this.environment}`);
  }

  /** Of an interrupted run: what goes from the environment's stack has to be in others. */
  private async demandGiven(tenants: readonly string[]): Promise<void> {
    const { tenants: stacks } = await this.backend.stacks();
    const found = await Promise.all(
      tenants.map(async (tenant) => !stacks.has(tenant) || (await this.backend.resourcesOf(tenant)).all.length === 0),
    );
    const missing = tenants.filter((_, index) => found[index]);
    if (missing.length > 0) {
      const back = setCommand(["layout"], "single");
      throw new Error(
        `odoo-fleet:layout is perTenant already, and these tenants have no stack of their own: ${missing.join(", ")}; expected single, which this changes itself. ` +
          `Way out: ${back}, then run this again. Nothing was changed.`,
      );
    }
  }

  private async demandAsDeclared(): Promise<void> {
    this.say("looking whether the stack is as it is declared");
    if ((await this.own.preview()) !== 0) {
      throw new Error(`the stack isn't as it is declared: make up STACK=${this.environment}. Nothing was changed.`);
    }
  }

  /** Each tenant's stack, with its part of the environment's state. */
  private async give(tenants: readonly string[]): Promise<void> {
    const { environment: from } = this;
    const exported = await this.own.export();
    const states = tenants.map(
      (tenant) => [tenant, ownState(exported, tenant, { from, to: `${from}.${tenant}` })] as const,
    );
    for (const [tenant, state] of states) {
      if (this.signal.aborted) {
        throw new Error(
          "interrupted; the environment's stack has all of its tenants, as before. Run this again to go on.",
        );
      }
      this.say(`a stack for ${tenant}`);
      await this.backend.make(tenant);
      await this.backend.put(tenant, state, this.folder);
    }
  }
}

/** Runs the tool. @returns its exit code. */
async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { "config-file": text, states: text },
  });
  const [stack] = positionals;
  const { "config-file": configFile, states } = values;
  if (!stack || !configFile || !states) {
    console.error(usage);
    return 2;
  }
  await new OwnStacks(stack, states, signal).go(configFile);
  return 0;
}

runInterruptible(run);
