import { providerDocs, type ResourceRule, types } from "../lib/rule";

/** What local and remote commands have in common. */
interface CommandInputs {
  readonly logging?: string;
  readonly addPreviousOutputInEnv?: boolean;
}

/**
 * Commands that set up hosts do not leak.
 *
 * Severity: high. References: none. https://www.pulumi.com/registry/packages/docker/api-docs/
 */
export const rule: ResourceRule<CommandInputs> = {
  kind: "resource",
  number: 32,
  name: "no-leaking-command",
  title: "Commands that set up hosts do not leak",
  level: "mandatory",
  severity: "high",
  references: [],
  url: providerDocs,
  types: [types.localCommand, types.remoteCommand],
  properties: ["logging", "addPreviousOutputInEnv"],
  why: "What a command prints, and its earlier output in the environment of the next run, may hold secrets.",
  fix: 'Set `logging: "none"` and `addPreviousOutputInEnv: false`.',
  check: ({ logging = "stdoutAndStderr", addPreviousOutputInEnv = true }) => [
    ...(logging === "none" ? [] : ["what the command prints is logged"]),
    ...(addPreviousOutputInEnv ? ["its previous output is in its environment"] : []),
  ],
};
