import * as pulumi from "@pulumi/pulumi";
import { type FleetConfig, type FleetSecrets, ownKeys, parseFleet, rawConfig } from "../../fleet";
import { suspendedByLifecycle } from "../../fleet/lifecycle/told";
import type { Fleet } from "../../fleet/types";
import { type Transforms, transformProblems } from "../container/transform";
import { addonProblems } from "../host/addonProblems";
import { RefusedError } from "./refusedError";

/** A fleet as it is declared: the keys of the stack's configuration, see docs/configuration.md. */
export interface FleetSettings extends FleetConfig {
  /** Name of the environment; by default the Pulumi stack's name. */
  readonly environment?: string;
  /** Keys that the stack's file encrypts, so that a password in plain text is refused; left out: not checked. */
  readonly secretKeys?: readonly string[];
  /** Changes the tenants' containers before they are created; for programs, a stack's file can't hold functions. */
  readonly transform?: Transforms;
}

/** Reads the settings from the stack's configuration: every key of the namespace `odoo-fleet`, unknown ones too. */
export function settingsFromConfig(): FleetSettings {
  // Not validated yet: `resolveSettings` judges all of it at once.
  const settings = rawConfig(pulumi.runtime.allConfig()) as unknown as FleetSettings;
  return { ...settings, secretKeys: encryptedKeys() };
}

/** What the engine tells a program's runtime of the keys with secrets in them; the SDK has no public way to ask. */
function encryptedKeys(): string[] {
  const keys = JSON.parse(process.env["PULUMI_CONFIG_SECRET_KEYS"] ?? "[]") as string[];
  return Object.keys(ownKeys(Object.fromEntries(keys.map((key) => [key, true]))));
}

/** What the settings mean. */
export interface ResolvedSettings {
  readonly fleet: Fleet;
  readonly secrets: FleetSecrets;
}

/**
 * Validates the settings and the addons that they name, and computes everything that follows from them. Says which tenants don't run
 * by their own times, and until when.
 *
 * @param now the moment that tenants' lifecycles are looked at; by default now.
 * @param only the tenant of whose times it says so; by default all.
 * @throws RefusedError with every mistake.
 */
export function resolveSettings(
  { environment, secretKeys, transform, ...config }: FleetSettings,
  now = new Date(),
  only?: string,
): ResolvedSettings {
  const name = environment ?? pulumi.getStack();
  const result = parseFleet(config, name, secretKeys, now);
  const problems = [
    ...(result.ok ? [] : result.problems),
    ...addonProblems(config.tenants, process.cwd()),
    ...transformProblems(transform),
  ];
  if (!result.ok || problems.length > 0) {
    throw new RefusedError(name, problems);
  }
  // A warning, since `make up` shows no less.
  suspendedByLifecycle(result.fleet)
    .filter(({ tenant }) => only === undefined || tenant === only)
    .forEach(({ tenant, why }) => void pulumi.log.warn(`${tenant} is ${why}`));
  return { fleet: result.fleet, secrets: result.secrets };
}
