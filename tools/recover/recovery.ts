import type Docker from "dockerode";
import { ignoreAbsent } from "../../components/host/engineErrors";
import { dataVolumes } from "../../components/tenant/dataVolumes";
import type { Portal } from "../../fleet/portalTypes";
import type { CreatedTenant, Host } from "../../fleet/types";
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
 * Tenants in the order in which they are recovered: those that were named, in that order; then those that run, and those that are
 * suspended, each as they are declared.
 */
export function inOrder(tenants: readonly CreatedTenant[], first: readonly string[]): CreatedTenant[] {
  const place = ({ name, state }: CreatedTenant): number =>
    first.includes(name) ? first.indexOf(name) : first.length + (state === "running" ? 0 : 1);
  return [...tenants].sort((one, other) => place(one) - place(other));
}

/** @throws RestoreError where a host has anything of the tenants: then it isn't gone, and nothing of it may be replaced. */
export async function refuseLiving(
  engine: Docker,
  host: Host,
  tenants: readonly CreatedTenant[],
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
