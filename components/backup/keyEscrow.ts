import { join } from "node:path";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type EscrowedKeys, escrowText } from "../../fleet/escrow";
import { portablePath } from "../container/content";

export interface KeyEscrowArgs {
  readonly environment: string;
  readonly host: string;
  /** Public keys of age, of the operators. */
  readonly recipients: readonly string[];
  /** Keys of the repositories of the host's tenants, by tenant. */
  readonly keys: Readonly<Record<string, pulumi.Output<EscrowedKeys>>>;
}

const program = join(__dirname, "encrypt-keys.mjs");

/**
 * The keys of a host's repositories, encrypted to the operators: with one of their private keys and the copies, everything can be
 * restored without the stack's state. The same keys would encrypt to another text each time: a command does it, which runs
 * again when a key, a tenant or a recipient changes, and at no other time.
 *
 * @param name of the resource.
 * @returns an armored age file.
 */
export function encryptKeys(
  name: string,
  { environment, host, recipients, keys }: KeyEscrowArgs,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const text = pulumi
    .all(keys)
    .apply((tenants) => JSON.stringify({ recipients, text: escrowText({ environment, host, tenants }) }));
  return new command.local.Command(
    name,
    {
      create: `exec node '${portablePath(program, pulumi.getRootDirectory())}'`,
      stdin: pulumi.secret(text),
      logging: "none",
      addPreviousOutputInEnv: false,
    },
    { parent, additionalSecretOutputs: ["stdout", "stderr"] },
  ).stdout;
}
