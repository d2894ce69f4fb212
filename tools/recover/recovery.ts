import type Docker from "dockerode";
import { ignoreAbsent } from "../../components/host/engineErrors";
import { dataVolumes } from "../../components/tenant/dataVolumes";
import type { EscrowedKeys } from "../../fleet/escrow";
import { wayToRun } from "../../fleet/lifecycle/obstacleToRunning";
import { formatPath } from "../../fleet/paths";
import type { Portal } from "../../fleet/portalTypes";
import type { Host, RunningTenant, Tenant } from "../../fleet/types";
import { portalVolumes } from "./portal";
import { createVolumes } from "../../components/tenant/createVolumes";
import { buildImages } from "../../components/host/buildImages";
import { clearCopies, copyBack, type Copies } from "../../components/restore/offsite";
import { showTime } from "../../components/restore/time";
import { clear, restore, restoredTenant, RestoreError } from "../../components/restore/restorer";

/** A recovery that has begun. Nothing secret is in it. */
export interface RecoveryRecord {
  /** Id of the stack that the volumes belong to. */
  readonly stackId: string;
  /** Tenants whose data is there again, proven. */
  readonly done: readonly string[];
}

/** What a recovery works with. */
export interface RecoveryTools {
  readonly engine: Docker;
  readonly environment: string;
  readonly host: Host;
  readonly copies: Copies;
  /** Time that is restored, Unix seconds; undefined: the newest. */
  readonly at?: number;
  readonly signal: AbortSignal;
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

/**
 * Seconds that are left, by what was recovered so far.
 *
 * @param done bytes of the copies that were recovered, and how many seconds that took; undefined: nothing was yet.
 */
export function secondsLeft(
  left: number,
  done?: { readonly bytes: number; readonly seconds: number },
): number | undefined {
  return done === undefined || done.bytes === 0 ? undefined : Math.round((left * done.seconds) / done.bytes);
}

/** A duration as people say it. */
export function showSeconds(seconds: number): string {
  return seconds < 120
    ? `${seconds} s`
    : seconds < 7200
      ? `${Math.round(seconds / 60)} min`
      : `${Math.round(seconds / 3600)} h`;
}

/** A size as people say it. */
export function showBytes(bytes: number): string {
  return bytes < 2 ** 30 ? `${Math.ceil(bytes / 2 ** 20)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;
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

/**
 * Brings a tenant's backups and data back into volumes as the program would make them, proven. What an interrupted run restored is
 * thrown away; what it copied back is kept.
 */
export async function recoverTenant(
  { engine, environment, host, copies, at, signal }: RecoveryTools,
  tenant: RunningTenant,
  stackId: string,
  keys: EscrowedKeys,
  say: (text: string) => void,
): Promise<void> {
  const restorer = { engine, environment, before: tenant, after: restoredTenant(environment, tenant, tenant.restored) };
  const volume = tenant.names.repositoryVolume;
  await clear({ ...restorer, say, signal });
  await clearCopies(engine, tenant);
  say("building its images");
  const images = await buildImages(engine, host, tenant);
  await createVolumes(engine, environment, stackId, tenant, [dataVolumes(tenant).repository]);
  say("copying its backups back");
  await copyBack(copies, { engine, host, tenant, images, volume, say, signal });
  say(`restoring ${at === undefined ? "the newest there is" : `what was there at ${showTime(at)}`}`);
  await restore({ ...restorer, keys, say, signal }, images, stackId, at);
  signal.throwIfAborted();
}
