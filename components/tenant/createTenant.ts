import * as pulumi from "@pulumi/pulumi";
import { showValue } from "../../fleet/errors";
import { ownStacksProblem } from "../../fleet/estimate";
import { hostNamed } from "../../fleet/hostNamed";
import { unknownName } from "../../fleet/problems";
import type { Fleet, OdooVersion, ResolvedState, Tenant, UnfilledCopy } from "../../fleet/types";
import { type LastBackup, makeLastBackups } from "../backup/lastBackup";
import type { FleetSettings } from "../run/fleetSettings";
import { assertOneSdk } from "../run/oneSdk";
import { resolveSettings } from "../run/fleetSettings";
import { connectHost, createStackId, type HostRefs, type Placement } from "../host/connectHost";
import { reportBrokenContainers } from "../run/brokenContainers";
import { preflight } from "../run/preflight";
import { findClaimedTenants } from "../run/preflight/undeclaredHosts";
import { readStackState, type StackState } from "../run/stackState";
import { TenantStack, type TenantStackArgs } from "./tenantStack";
import { RefusedError } from "../run/refusedError";

/** Settings of a stack that holds one tenant alone, beside other stacks on the same hosts. */
export interface TenantSettings extends FleetSettings {
  /** Name of the tenant to create; one of `tenants`. */
  readonly tenant: string;
  /**
   * Output `fleetSecret` of the stack that has the edges; a secret. Default: there is no edge. Demanded where one is declared.
   */
  readonly fleetSecret?: pulumi.Input<string>;
}

/** What a tenant looks like from outside; no secret is in it. */
export interface TenantOutput {
  /** Base URL that customers use, e.g. `http://127.0.0.1:20010`. */
  readonly url: string;
  /** Name of the host that it runs on. */
  readonly host: string;
  /** Its place on the host. */
  readonly slot: number;
  /** Published port of its web server; where the host's edge alone serves it, the port that only the edge reaches. */
  readonly port: number;
  /** Name of its database. */
  readonly database: string;
  /** Odoo release. */
  readonly odooVersion: OdooVersion;
  /** Name of its plan. */
  readonly plan: string;
  /** Whether it runs, is suspended, waits for its removal, or is a copy that waits for its data. */
  readonly state: ResolvedState;
}

/** Outputs of a stack that holds one tenant. */
export interface TenantOutputs extends TenantOutput {
  /** The tenant's name. */
  readonly name: string;
  /** First password of the user `admin`; a secret. Empty of a copy that waits for its data. */
  readonly adminPassword: pulumi.Output<string>;
}

/**
 * Creates one tenant in a Pulumi stack of its own: the way to have hundreds of them without a long preview.
 *
 * The whole declaration is validated, so that slots are unique, but only this tenant's resources are created. The `edge` of its host
 * serves it, and what watches its host watches it: another stack has made both, the one of `createFleet`, which isn't applied again.
 * Its host has to be one already: that stack makes machines hosts. A copy of another tenant has nothing until `copyTenant` has filled it. With a target for copies (`backup`) the stack copies the tenant's backups itself.
 *
 * @param placement where its resources are put; by default in the stack itself.
 * @throws SdkCopiesError when another copy of `@pulumi/pulumi` than the library's is loaded.
 * @throws RefusedError naming every mistake in the settings, or every obstacle on the host: also that the tenant's data is on
 * another host, or was written by another release.
 */
export async function createTenant(settings: TenantSettings, placement: Placement = {}): Promise<TenantOutputs> {
  assertOneSdk();
  const { tenant: name, fleetSecret, ...declaration } = settings;
  const { fleet, secrets } = resolveSettings(declaration, undefined, name);
  if (fleet.edge && fleetSecret === undefined) {
    throw new RefusedError(fleet.environment, [
      {
        path: "odoo-fleet:edge",
        value: showValue({ domain: fleet.edge.domain }),
        expected:
          "fleetSecret beside it: without it the tenant's Nginx wouldn't know the edge, which is in another stack",
        wayOut:
          "give createTenant the output fleetSecret of the stack of createFleet, by a StackReference for instance",
      },
    ]);
  }
  const tenant = fleet.tenants[name];
  if (!tenant) {
    const problem = unknownName(["tenants", name], name, Object.keys(fleet.tenants));
    throw new RefusedError(fleet.environment, [
      { ...problem, value: showValue(undefined), wayOut: `declare it, or use the name of a declared one` },
    ]);
  }
  const host = hostNamed(fleet, tenant.host);
  const tooFull = ownStacksProblem(fleet, host);
  if (tooFull) {
    throw new RefusedError(fleet.environment, [tooFull]);
  }
  const state = await readStackState(fleet.environment);
  if (tenant.state === "unfilled") {
    return unfilledCopy(fleet, tenant, state, placement);
  }
  await preflight({ ...fleet, tenants: { [tenant.name]: tenant } }, { state, isWhole: false });
  const lastBackups = await makeLastBackups({
    fleet,
    tenants: [tenant],
    state,
    unreachable: new Set(),
    // What brings the stacks of such an environment up goes on with `keepBackups`; another program may not.
    holdsBackups: fleet.layout === "perTenant",
  });
  const refs = connectHost({
    environment: fleet.environment,
    stackId: createStackId(placement),
    host,
    tenants: [tenant],
    placement,
    transform: settings.transform,
  });
  const { adminPassword } = tenantStack(tenant, refs, {
    isWatched: false,
    isOwnStack: true,
    copiedTo:
      fleet.offsite && secrets.offsite && tenant.copyOf === undefined
        ? { offsite: fleet.offsite, secret: secrets.offsite }
        : undefined,
    parent: placement.parent,
    lastBackup: lastBackups.get(tenant.name),
    fleetSecret: fleet.edge && pulumi.secret(fleetSecret!),
  });
  reportBrokenContainers(tenant.name, fleet.environment, [{ host, context: refs.context }]);
  return { name: tenant.name, ...tenantOutput(tenant), adminPassword };
}

/** What the stack of a copy without data is: the id alone that its volumes will carry. `copyTenant` fills them. */
function unfilledCopy(fleet: Fleet, tenant: UnfilledCopy, state: StackState, placement: Placement): TenantOutputs {
  const { name, copyOf } = tenant;
  const claimed = findClaimedTenants({ ...fleet, tenants: { [name]: tenant } }, state);
  if (claimed.length > 0) {
    throw new RefusedError(fleet.environment, claimed);
  }
  createStackId(placement);
  void pulumi.log.warn(`${name} is declared as a copy of ${copyOf} and has no data yet: copyTenant fills it`);
  return { name, ...tenantOutput(tenant), adminPassword: pulumi.secret("") };
}

/** The outputs of a resolved tenant. */
export function tenantOutput(tenant: Tenant): TenantOutput {
  const { url, host, slot, ports, database, odooVersion, plan, state, publishesPort } = tenant;
  const port = publishesPort ? ports.http : ports.edge;
  return { url, host, slot, port, database, odooVersion, plan, state };
}

/**
 * The tenant's resources on a connected host.
 *
 * @param isWatched whether the same stack has the host's monitoring, which joins the tenant's networks.
 */
export function tenantStack(
  tenant: Exclude<Tenant, UnfilledCopy>,
  { host, context, images, provider }: HostRefs,
  {
    parent,
    ...joined
  }: Pick<
    TenantStackArgs,
    "isWatched" | "isOwnStack" | "copiedTo" | "isCopied" | "turnVolume" | "edgeNetwork" | "fleetSecret"
  > & {
    parent?: pulumi.Resource;
    lastBackup?: LastBackup;
  },
): TenantStack {
  const args: TenantStackArgs =
    tenant.state !== "decommissioned"
      ? { tenant, host, context, ...joined, images: images.forTenant(tenant) }
      : { tenant, host, context, ...joined };
  return new TenantStack(tenant.name, args, { parent, providers: [provider] });
}
