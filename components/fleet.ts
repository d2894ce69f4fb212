import * as pulumi from "@pulumi/pulumi";
import { estimateHost } from "../fleet/estimate";
import type { FleetSecrets } from "../fleet/monitoringSecrets";
import type { Fleet, Host } from "../fleet/types";
import { isWatched as isWatchedFleet, type WatchedFleet } from "../monitoring/files";
import { assertOneSdk } from "./run/oneSdk";
import { type FleetSettings, resolveSettings } from "./run/fleetSettings";
import { connectHost, createStackId, type HostRefs } from "./host/connectHost";
import { createGatewaySecrets } from "./monitoring/gateway";
import { type MonitoringAddresses, MonitoringStack } from "./monitoring/monitoringStack";
import { preflight } from "./run/preflight";
import { prepareHost } from "./host/prepareHost";
import { readStackState } from "./run/stackState";
import { type TenantOutput, tenantOutput, tenantStack } from "./tenant/createTenant";
import type { WatchedTenant } from "./tenant/tenantStack";

/** Outputs of a fleet's stack. */
export interface FleetOutputs {
  /** Tenants by name, without secrets. */
  readonly tenants: Readonly<Record<string, TenantOutput>>;
  /** First password of each tenant's user `admin`, by tenant; a secret. */
  readonly adminPasswords: pulumi.Output<Record<string, string>>;
  /** Hosts by name. */
  readonly hosts: Readonly<Record<string, HostOutput>>;
  /** Where monitoring is reached, by the host that it runs on; absent where nothing is watched. */
  readonly monitoring?: Readonly<Record<string, MonitoringAddresses>>;
  /** Password of monitoring's login `admin`, by host; a secret. Absent where nothing is watched. */
  readonly monitoringPasswords?: pulumi.Output<Record<string, string>>;
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
 * @throws SdkCopiesError when another copy of `@pulumi/pulumi` than the library's is loaded.
 * @throws RefusedError before any resource exists: with every mistake in the settings, or with every obstacle on the
 * hosts (a port or subnet that is taken, an engine that doesn't answer, a tenant that was left out, a full disk).
 */
export async function createFleet(settings: FleetSettings): Promise<FleetOutputs> {
  assertOneSdk();
  const { fleet, secrets } = resolveSettings(settings);
  const { transform } = settings;
  const state = await readStackState();
  const checked = await preflight(fleet, state);

  const stackId = createStackId();
  const passwords: Record<string, pulumi.Output<string>> = {};
  // Side by side: a host that has to be made one first keeps no other waiting.
  const connected = await Promise.all(
    Object.values(fleet.hosts).map(async (host): Promise<ConnectedHost[]> => {
      const { tenants, frozen } = await prepareHost(fleet, host, checked, state);
      const isWatched = isWatchedFleet(fleet) && (!frozen || state.watched.has(host.name));
      if (tenants.length === 0 && !isWatched) {
        return [];
      }
      const refs = connectHost({
        environment: fleet.environment,
        stackId,
        host,
        tenants,
        isWatched,
        frozen,
        transform,
      });
      const stacks = tenants.map((tenant) => tenantStack(fleet, tenant, refs, { isWatched }));
      tenants.forEach(({ name }, index) => (passwords[name] = stacks[index]!.adminPassword));
      return isWatched ? [{ refs, watched: stacks.flatMap(({ watched }) => watched ?? []) }] : [];
    }),
  );
  return {
    tenants: mapValues(fleet.tenants, tenantOutput),
    adminPasswords: pulumi.secret(pulumi.all(passwords)),
    hosts: mapValues(fleet.hosts, (host) => hostOutput(host, fleet)),
    ...(isWatchedFleet(fleet) ? createMonitoring(fleet, secrets, connected.flat()) : {}),
  };
}

interface ConnectedHost {
  readonly refs: HostRefs;
  readonly watched: readonly WatchedTenant[];
}

function createMonitoring(
  fleet: WatchedFleet,
  secrets: FleetSecrets,
  hosts: readonly ConnectedHost[],
): Pick<FleetOutputs, "monitoring" | "monitoringPasswords"> {
  const monitored = Object.values(fleet.monitoring.hosts);
  const gateways = monitored.some(({ watches }) => watches.length === 0) ? createGatewaySecrets() : undefined;
  const stacks = hosts.map(({ refs, watched }) => {
    const { provider } = refs;
    const stack = new MonitoringStack(
      `${refs.host.name}-monitoring`,
      { fleet, refs, tenants: watched, secrets: secrets.monitoring[refs.host.name]!, gateways },
      { providers: [provider] },
    );
    return [refs.host.name, stack] as const;
  });
  const central = stacks.flatMap(([host, { addresses, password }]) =>
    addresses && password ? [{ host, addresses, password }] : [],
  );
  return {
    monitoring: Object.fromEntries(central.map(({ host, addresses }) => [host, addresses])),
    monitoringPasswords: pulumi.secret(
      pulumi.all(Object.fromEntries(central.map(({ host, password }) => [host, password]))),
    ),
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
