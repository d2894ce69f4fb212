import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { SettingsError } from "../settings.ts";
import type { WorkerSettings } from "./workerSettings.ts";

/** The project's own pack, beside the portal. */
const projectsPack = fileURLToPath(new URL("../../../policy", import.meta.url));

/** A tenant that a rule of the policy pack refuses. */
export class PolicyError extends Error {
  /** Names of the rules. */
  readonly rules: readonly string[];

  constructor(rules: readonly string[], cause: unknown) {
    super(`the policy pack refuses it: ${rules.join(", ")}`, { cause });
    this.rules = rules;
  }
}

/** Options by which Pulumi judges an `up` by the policy pack, the project's own unless the settings have another. */
export function packOptions({ policyPack, policyPackConfig }: WorkerSettings): {
  readonly policyPacks: string[];
  readonly policyPackConfigs?: string[];
} {
  return {
    policyPacks: [policyPack ?? projectsPack],
    ...(policyPackConfig !== undefined && { policyPackConfigs: [policyPackConfig] }),
  };
}

/**
 * Makes sure of the pack before the first order needs it.
 *
 * @throws SettingsError when the pack or its configuration isn't there.
 */
export function demandPack(settings: WorkerSettings): void {
  const { policyPacks, policyPackConfigs = [] } = packOptions(settings);
  const needed = [...policyPacks.map((folder) => join(folder, "PulumiPolicy.yaml")), ...policyPackConfigs];
  const missing = needed.filter((file) => !existsSync(file));
  if (missing.length > 0) {
    throw new SettingsError(
      `the policy pack can't be applied: ${missing.join(", ")} isn't there; expected policyPack to name the pack's folder, and policyPackConfig a file`,
    );
  }
}

/** Collects the rules that stop an `up`, from its events. */
export class BrokenRules {
  private readonly names = new Set<string>();

  /** Takes an event's rule, if it has one that stops. */
  note({ policyEvent }: EngineEvent): void {
    if (policyEvent?.enforcementLevel === "mandatory") {
      this.names.add(policyEvent.policyName);
    }
  }

  /** Runs an `up`; one that ends by a rule ends with its name. @throws PolicyError */
  async judge<Result>(run: () => Promise<Result>): Promise<Result> {
    try {
      return await run();
    } catch (error) {
      throw this.names.size > 0 ? new PolicyError([...this.names].sort(), error) : error;
    }
  }
}
