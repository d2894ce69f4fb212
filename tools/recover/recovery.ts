import type Docker from "dockerode";
import { ignoreAbsent } from "../../components/host/engineErrors";
import { dataVolumes } from "../../components/tenant/dataVolumes";
import { wayToRun } from "../../fleet/lifecycle/obstacleToRunning";
import { formatPath } from "../../fleet/paths";
import type { Portal } from "../../fleet/portalTypes";
import type { Host, RunningTenant, Tenant } from "../../fleet/types";
import { portalVolumes } from "../../components/restore/recoverData";
import { RestoreError } from "../../components/restore/restorer";

/** A recovery that has begun. Nothing secret is in it. */
export interface RecoveryRecord {
  /** Id of the stack that the volumes belong to. */
  readonly stackId: string;
  /** Tenants whose data is there again, proven. */
  readonly done: readonly string[];
}

/**
 * A host's tenants are recovered by running: one that is suspended would come back without data, and nobody would notice.
 *
 * @throws RestoreError naming them, with the way out.
 */
export function refuseSuspended(host: string, tenants: readonly Tenant[]): void {
  const suspended = tenants.filter(({ state }) => state === "suspended");
  const paths = suspended.map(({ name, lifecycle }) =>
    formatPath(["tenants", name, lifecycle ? "lifecycle" : "state"]),
  );
  if (suspended.length > 0) {
    throw new RestoreError(
      `host ${host} has suspended tenants (${paths.join(", ")}), and what is recovered is proven by running. ` +
        `Let them run for it, then this again, and suspend them afterwards: ${suspended.map(wayToRun).join("; ")}. ` +
        "Nothing was changed.",
    );
  }
}

/** Tenants in the order in which they are recovered: those that were named, in that order, and then as they are declared. */
export function inOrder(tenants: readonly RunningTenant[], first: readonly string[]): RunningTenant[] {
  const place = ({ name }: RunningTenant): number => (first.includes(name) ? first.indexOf(name) : first.length);
  return [...tenants].sort((one, other) => place(one) - place(other));
}

/** @throws RestoreError where a host has anything of the tenants: then it isn't gone, and nothing of it may be replaced. */
export async function refuseLiving(
  engine: Docker,
  host: Host,
  tenants: readonly RunningTenant[],
  portal?: Portal,
): Promise<void> {
  const ofTenants = tenants.flatMap((tenant) =>
    Object.values(dataVolumes(tenant)).map(({ name }) => ({
      name,
      way: ` For one tenant: make restore TENANT=${tenant.name} FROM=offsite.`,
    })),
  );
  const ofPortal = portal ? Object.values(portalVolumes(portal)).map(({ name }) => ({ name, way: "" })) : [];
  for (const { name, way } of [...ofTenants, ...ofPortal]) {
    if ((await engine.getVolume(name).inspect().catch(ignoreAbsent)) !== undefined) {
      throw new RestoreError(
        `host ${host.name} isn't gone: it has the volume ${name}.${way} If that is a new machine, and its volume is nobody's, ` +
          "remove it. Nothing was changed.",
      );
    }
  }
}
