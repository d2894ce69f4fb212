import * as pulumi from "@pulumi/pulumi";
import { type FleetConfig, FleetConfigError, rawConfig, resolveFleet } from "../fleet";
import type { Fleet } from "../fleet/types";
import { RefusedError } from "./refusedError";

/** A fleet as it is declared: the keys of the stack's configuration, see docs/configuration.md. */
export interface FleetSettings extends FleetConfig {
  /** Name of the environment; by default the Pulumi stack's name. */
  readonly environment?: string;
}

/** Reads the settings from the stack's configuration: every key of the namespace `odoo-fleet`, unknown ones too. */
export function settingsFromConfig(): FleetSettings {
  // Not validated yet: `resolveSettings` judges all of it at once.
  return rawConfig(pulumi.runtime.allConfig()) as unknown as FleetSettings;
}

/** Validates the settings and computes everything that follows from them. @throws RefusedError with every mistake. */
export function resolveSettings({ environment, ...config }: FleetSettings): Fleet {
  try {
    return resolveFleet(config, environment ?? pulumi.getStack());
  } catch (error) {
    throw error instanceof FleetConfigError ? new RefusedError(error.environment, error.problems) : error;
  }
}
