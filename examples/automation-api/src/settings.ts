import { readFileSync } from "node:fs";
import type { FleetSettings } from "odoo-fleet";

/** What the service needs to know. */
export interface ServiceSettings {
  /** Address and port that it listens on. */
  readonly address: string;
  readonly port: number;
  /** Folder for its declarations and the stacks' settings. */
  readonly folder: string;
  /** Pulumi's backend. */
  readonly backend: string;
  /** Name of the environment that all its tenants belong to. */
  readonly environment: string;
  /** Hosts, images and plans: everything but the tenants. */
  readonly fleet: Pick<FleetSettings, "hosts" | "images" | "plans" | "defaults">;
}

/** Reads the settings from the environment; see the README. @throws Error naming what is missing. */
export function readSettings(environment: NodeJS.ProcessEnv): ServiceSettings {
  const required = (name: string): string => {
    const value = environment[name];
    if (!value) {
      throw new Error(`${name} is not set; see README.md`);
    }
    return value;
  };
  required("PULUMI_CONFIG_PASSPHRASE");
  const folder = required("SERVICE_FOLDER");
  return {
    address: environment["SERVICE_ADDRESS"] ?? "127.0.0.1",
    port: Number(environment["SERVICE_PORT"] ?? 8080),
    folder,
    // Without metadata beside the state, a killed run can't leave a cut file there.
    backend: environment["PULUMI_BACKEND_URL"] ?? `file://${folder}?metadata=skip`,
    environment: environment["SERVICE_ENVIRONMENT"] ?? "service",
    fleet: JSON.parse(readFileSync(required("SERVICE_FLEET"), "utf8")) as ServiceSettings["fleet"],
  };
}
