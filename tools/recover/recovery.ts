import type Docker from "dockerode";
import { ignoreAbsent } from "../../components/host/engineErrors";
import { type DataVolume, dataVolumes } from "../../components/tenant/dataVolumes";
import type { Portal } from "../../fleet/portalTypes";
import type { CreatedTenant, Fleet, Host } from "../../fleet/types";
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

/** What a lost host had, as far as its own stack makes it. */
export interface ToRecover {
  readonly fleet: Fleet;
  readonly host: Host;
  readonly tenants: readonly CreatedTenant[];
  readonly portal?: Portal;
  /** Volumes of what its own services kept. */
  readonly services: readonly DataVolume[];
  /** Tenants that have stacks of their own, each of which is recovered by its own stack. */
  readonly own: readonly CreatedTenant[];
}

/** @throws RestoreError where a host has anything of that: then it isn't gone, and nothing of it may be replaced. */
export async function refuseLiving(
  engine: Docker,
  host: Host,
  { tenants, portal, services }: Pick<ToRecover, "tenants" | "portal" | "services">,
): Promise<void> {
  const ofTenants = tenants.flatMap((tenant) =>
    Object.values(dataVolumes(tenant)).map(({ name }) => ({
      name,
      way: ` For one tenant: make restore TENANT=${tenant.name} FROM=offsite.`,
    })),
  );
  const ofPortal = portal ? Object.values(portalVolumes(portal)).map(({ name }) => ({ name, way: "" })) : [];
  const ofServices = services.map(({ name }) => ({ name, way: "" }));
  for (const { name, way } of [...ofTenants, ...ofPortal, ...ofServices]) {
    if ((await engine.getVolume(name).inspect().catch(ignoreAbsent)) !== undefined) {
      throw new RestoreError(
        `host ${host.name} isn't gone: it has the volume ${name}.${way} If that is a new machine, and its volume is nobody's, ` +
          "remove it. Nothing was changed.",
      );
    }
  }
}
