import * as pulumi from "@pulumi/pulumi";
import { estimateHost } from "../../fleet/estimate";
import { ownPart } from "../../fleet/layout";
import type { Fleet, Host } from "../../fleet/types";
import { isWatched } from "../../fleet/watched";
import { makeLastBackups } from "../backup/lastBackup";
import { createFleetSecret } from "../edge/edgeServer";
import { createStackId } from "../host/connectHost";
import type { MonitoringAddresses } from "../monitoring/monitoringStack";
import { reportBrokenContainers } from "../run/brokenContainers";
import { type FleetSettings, resolveSettings } from "../run/fleetSettings";
import { assertOneSdk } from "../run/oneSdk";
import { preflight } from "../run/preflight";
import { refuseLayout } from "../run/refuseLayout";
import { readStackState } from "../run/stackState";
import { type TenantOutput, tenantOutput } from "../tenant/createTenant";
import { createFleetHost } from "./fleetHost";
import { createFleetMonitoring } from "./fleetMonitoring";
import type { FleetRun } from "./fleetRun";

/** Outputs of a fleet's stack. */
export interface FleetOutputs {
  /** Tenants of this stack by name, without secrets. */
  readonly tenants: Readonly<Record<string, TenantOutput>>;
  /** First password of each tenant's user `admin`, by tenant; a secret. */
  readonly adminPasswords: pulumi.Output<Record<string, string>>;
  /** Hosts by name. */
  readonly hosts: Readonly<Record<string, HostOutput>>;
  /** Where monitoring is reached, by the host that it runs on; absent where nothing is watched. */
  readonly monitoring?: Readonly<Record<string, MonitoringAddresses>>;
  /** Password of monitoring's login `admin`, by host; a secret. Absent where nothing is watched. */
  readonly monitoringPasswords?: pulumi.Output<Record<string, string>>;
  /**
   * What tenants in stacks of their own have to be given, so that the edges of their hosts serve them (`TenantSettings.fleetSecret`); a
   * secret. Absent without an edge.
   */
  readonly fleetSecret?: pulumi.Output<string>;
  /** The portal; absent where none is declared. */
  readonly portal?: PortalOutput;
  /** URL of the portal's database for its worker, which runs on the portal's host; a secret. Absent without a portal. */
  readonly portalDatabaseUrl?: pulumi.Output<string>;
}

/** The portal's outputs. */
export interface PortalOutput {
  /** Where customers order. */
  readonly url: string;
  /** Host of its containers, on which its worker runs. */
  readonly host: string;
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
 * Creates everything that a fleet declares: what `index.ts` calls, and an inline program of the Automation API. With the layout `perTenant` it creates
 * what hosts have for all of their tenants, which `createTenant` creates in stacks of their own.
 *
 * @throws SdkCopiesError when another copy of `@pulumi/pulumi` than the library's is loaded.
 * @throws RefusedError before any resource exists: with every mistake in the settings, or with every obstacle on the
 * hosts (a port or subnet that is taken, an engine that doesn't answer, a tenant that was left out, a full disk).
 */
export async function createFleet(settings: FleetSettings): Promise<FleetOutputs> {
  assertOneSdk();
  const { fleet: declared, secrets } = resolveSettings(settings);
  const fleet = ownPart(declared);
  const state = await readStackState();
  refuseLayout(declared, state);
  const checked = await preflight(fleet, { state, isWhole: true });
  const lastBackups = await makeLastBackups({
    ...{ fleet, state, holdsBackups: true },
    tenants: Object.values(fleet.tenants),
    unreachable: new Set(checked.unreachable.keys()),
  });

  const stackId = createStackId();
  const fleetSecret = fleet.edge && createFleetSecret();
  const run: FleetRun = {
    ...{ fleet, declared, secrets, state, checked, lastBackups, stackId, fleetSecret },
    transform: settings.transform,
  };
  // Side by side: a host that has to be made one first keeps no other waiting.
  const made = await Promise.all(Object.values(fleet.hosts).map((host) => createFleetHost(run, host)));
  const hosts = made.filter((host) => host !== undefined);
  const monitoring = isWatched(fleet)
    ? createFleetMonitoring(
        fleet,
        secrets,
        hosts.flatMap(({ watched }) => watched ?? []),
      )
    : undefined;
  warnOfTenants(fleet);
  const portalDatabaseUrl = hosts.find((host) => host.portalDatabaseUrl)?.portalDatabaseUrl;
  const adminPasswords = Object.fromEntries(hosts.flatMap((host) => Object.entries(host.adminPasswords)));
  reportBrokenContainers(
    fleet.environment,
    fleet.environment,
    hosts.flatMap((host) => host.checked ?? []),
  );
  return {
    tenants: mapValues(fleet.tenants, tenantOutput),
    adminPasswords: pulumi.secret(pulumi.all(adminPasswords)),
    hosts: mapValues(fleet.hosts, (host) => hostOutput(host, fleet)),
    ...(monitoring && { monitoring: monitoring.addresses, monitoringPasswords: monitoring.passwords }),
    ...(fleetSecret && { fleetSecret: pulumi.secret(fleetSecret) }),
    ...(fleet.portal && { portal: { url: fleet.portal.url, host: fleet.portal.host } }),
    ...(portalDatabaseUrl && { portalDatabaseUrl }),
  };
}

/** Says of which tenants something is missing that a command brings. */
function warnOfTenants({ tenants }: Fleet): void {
  for (const { name, state, copyOf, edge } of Object.values(tenants)) {
    if (state === "unfilled") {
      void pulumi.log.warn(`${name} is declared as a copy of ${copyOf} and has no data yet: make copy TENANT=${name}`);
    }
    if (state !== "decommissioned" && edge !== undefined && edge.unproven.length > 0) {
      void pulumi.log.warn(
        `${edge.unproven.join(", ")} of ${name} isn't proven to be its customer's, and isn't served: make domains TENANT=${name}`,
      );
    }
  }
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
