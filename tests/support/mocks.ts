import * as pulumi from "@pulumi/pulumi";
import { skipPromiseTraces } from "../../components/run/promiseTraces";
import { unsteadyInputs } from "./steadyInputs";

// As the program has it: most of the time of a test under mocks would go into traces that nobody reads.
skipPromiseTraces();

/** A resource as the program registered it. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

/** Resource types that have outputs of their own in a test; any other type is a mistake of the test or the program. */
const outputs: Record<string, (name: string, inputs: Record<string, unknown>) => Record<string, unknown>> = {
  "pulumi:providers:docker": () => ({}),
  "docker:index/remoteImage:RemoteImage": (_, inputs) => ({ imageId: `sha256:${String(inputs["name"])}` }),
  "docker:index/network:Network": () => ({}),
  "docker:index/volume:Volume": () => ({}),
  "docker:index/container:Container": () => ({}),
  "command:local:Command": () => ({ stdout: "", stderr: "" }),
  "random:index/randomPassword:RandomPassword": (name) => ({
    result: `value-of-${name}`,
    bcryptHash: `hash-of-${name}`,
  }),
  "random:index/randomUuid:RandomUuid": () => ({ result: "00000000-0000-4000-8000-000000000000" }),
};

/** Starts a fresh program under mocks, which records every resource and refuses what it doesn't know. */
export function startMocks({ preview = false }: { preview?: boolean } = {}): Registered[] {
  const registered: Registered[] = [];
  void pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs: anyInputs, custom }) {
        const inputs = anyInputs as Record<string, unknown>;
        registered.push({ type, name, inputs });
        const make = outputs[type];
        if (!make && custom) {
          throw new Error(`unexpected resource type ${type}`);
        }
        const unsteady = type === "docker:index/container:Container" ? unsteadyInputs(inputs) : [];
        if (unsteady.length > 0) {
          throw new Error(`${name} would be replaced again and again: ${unsteady.join("; ")}`);
        }
        // In a preview the engine's ids and outputs aren't known yet.
        const state = preview ? inputs : { ...inputs, ...make?.(name, inputs) };
        return { id: preview ? undefined : `${name}-id`, state };
      },
      call({ token }) {
        throw new Error(`unexpected call ${token}`);
      },
    },
    "odoo-fleet",
    "dev",
    preview,
  );
  return registered;
}

/** Waits until every registration that the program started has reached the mocks. */
export async function settled(): Promise<void> {
  await (pulumi.runtime as unknown as { disconnect(): Promise<void> }).disconnect();
}

/** The resources of a type, by name. */
export function ofType(registered: readonly Registered[], type: string): Record<string, Record<string, unknown>> {
  return Object.fromEntries(registered.filter((one) => one.type === type).map((one) => [one.name, one.inputs]));
}
