import * as pulumi from "@pulumi/pulumi";
import { estimateHost } from "../fleet/estimate";
import type { Fleet, Host } from "../fleet/types";
import { type FleetSettings, resolveSettings } from "./fleetSettings";
import { connectHost, createStackId } from "./host";
import { preflight } from "./preflight";
import { prepareHost } from "./prepareHost";
import { readStackState } from "./stackState";
import { type TenantOutput, tenantOutput, tenantStack } from "./tenant";

/** Outputs of a fleet's stack. */
export interface FleetOutputs {
  /** Tenants by name, without secrets. */
  readonly tenants: Readonly<Record<string, TenantOutput>>;
  /** First password of each tenant's user `admin`, by tenant; a secret. */
  readonly adminPasswords: pulumi.Output<Record<string, string>>;
  /** Hosts by name. */
  readonly hosts: Readonly<Record<string, HostOutput>>;
}

/** A host's outputs. */
export interface HostOutput {
  /** Name or address by which customers reach it. */
  readonly address: string;
  /** Names of its tenants. */
  readonly tenants: readonly string[];
  /** MiB that its tenants may use together, and what the host gives to tenants at most (absent: not limited). */
  readonly memory: { readonly usedMiB: number; readonly limitMiB?: number };
  readonly slots: {
    /** Slots that tenants have. */
    readonly used: number;
    /** Slots that neither a tenant has nor are reserved. */
    readonly left: number;
  };
}

/**
 * Creates everything that a fleet declares: what `index.ts` calls, and an inline program of the Automation API.
 *
 * @throws RefusedError before any resource exists: with every mistake in the settings, or with every obstacle on the
 * hosts (a port or subnet that is taken, an engine that doesn't answer, a tenant that was left out, a full disk).
 */
export async function createFleet(settings: FleetSettings): Promise<FleetOutputs> {
  const fleet = resolveSettings(settings);
  const state = await readStackState();
  const checked = await preflight(fleet, state);

  const stackId = createStackId();
  const passwords: Record<string, pulumi.Output<string>> = {};
  // Side by side: a host that has to be made one first keeps no other waiting.
  await Promise.all(
    Object.values(fleet.hosts).map(async (host) => {
      const { tenants, frozen } = await prepareHost(fleet, host, checked, state);
      if (tenants.length === 0) {
        return;
      }
      const refs = connectHost(fleet.environment, stackId, host, tenants, {}, frozen);
      for (const tenant of tenants) {
        passwords[tenant.name] = tenantStack(fleet, tenant, refs).adminPassword;
      }
    }),
  );
  return {
    tenants: mapValues(fleet.tenants, tenantOutput),
    adminPasswords: pulumi.secret(pulumi.all(passwords)),
    hosts: mapValues(fleet.hosts, (host) => hostOutput(host, fleet)),
  };
}

function hostOutput(host: Host, fleet: Fleet): HostOutput {
  const { tenants, memoryMiB, slots } = estimateHost(fleet, host);
  return {
    address: host.address,
    tenants,
    memory: { usedMiB: memoryMiB.used, limitMiB: memoryMiB.limit },
    slots: { used: slots.used, left: slots.left },
  };
}

function mapValues<T, R>(record: Readonly<Record<string, T>>, map: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
