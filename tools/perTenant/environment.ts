import { parseStackReference } from "../stackName";
import { Backend } from "./backend";
import { type Declared, readDeclared } from "./declared";
import { isChanged, planOf, type Task } from "./plan";

/** An environment whose tenants have stacks of their own, and what is to be done to have it as it is declared. */
export interface Environment {
  readonly name: string;
  readonly backend: Backend;
  readonly declared: Declared;
  /** Whether its own stack is to be brought up. */
  readonly isOwnChanged: boolean;
  /** Whether tenants' stacks can be previewed: what hosts have for all of them is there. */
  readonly hasGround: boolean;
  readonly tasks: readonly Task[];
  /** Stacks that are as they are declared. */
  readonly unchanged: number;
}

/**
 * Looks at an environment.
 *
 * @param stack its own, as the CLI takes it.
 * @param isAll whether all of its stacks are worked on, whatever is noted of them.
 * @throws FleetConfigError with every mistake in the declaration.
 */
export async function lookAt(stack: string, configFile: string, isAll: boolean): Promise<Environment> {
  const { environment: name } = parseStackReference(stack);
  const declared = readDeclared(configFile, name);
  const backend = new Backend(stack);
  const [stacks, notes] = await Promise.all([backend.stacks(), backend.notes()]);
  const today = new Date().toISOString().slice(0, 10);
  const standing = { declared, stacks: stacks.tenants, notes: notes.tenants, today };
  return {
    ...{ name, backend, declared },
    isOwnChanged: isAll || isChanged(notes.own, stacks.own, declared.own),
    hasGround: notes.ground === declared.ground,
    ...planOf(standing, isAll),
  };
}
