import { decryptKeys } from "../../components/restore/decryptKeys";
import { keysIn, stackIdIn } from "../../components/restore/lostState";
import { readCopied } from "../../components/restore/offsite";
import type { RecoveryTools } from "../../components/restore/recoverData";
import { RestoreError } from "../../components/restore/restorer";
import { type EscrowedKeys, escrowPath } from "../../fleet/escrow";
import { snapshotsRepository } from "../../fleet/names";
import { showTarget } from "../../fleet/offsite";
import type { ToRecover } from "./recovery";

/** Where the keys of backups are looked for. */
export interface KeysFrom {
  /** The stack's state, with its secrets in plain text. */
  readonly state: string;
  /** File with private keys of age: they come from the escrow then. Default: from the state. */
  readonly identity?: string;
  /** Whose the stack is; undefined: it is the environment's own. */
  readonly owner?: string;
}

/**
 * What opens the backups of all that is recovered by one stack, by name. Those of what the host's services kept may be missing: that begins anew.
 *
 * @throws RestoreError where those of a tenant, or of the portal, aren't there.
 */
export async function recoveryKeys(
  tools: RecoveryTools,
  { host, tenants, portal, services }: ToRecover,
  { state, identity, owner }: KeysFrom,
): Promise<Record<string, EscrowedKeys>> {
  const names = [...(portal ? [portal] : []), ...tenants].map(({ name }) => name);
  const ofServices = services.length === 0 ? [] : [snapshotsRepository(host.name)];
  const known = keysIn(state, [...names, ...ofServices]);
  const path = escrowPath(host.name, owner);
  const isNothing = names.length + ofServices.length === 0;
  const keys = identity === undefined ? known : isNothing ? {} : await escrowed(tools, path, identity);
  const missing = names.filter((name) => keys[name] === undefined);
  if (missing.length > 0) {
    throw new RestoreError(
      identity === undefined
        ? `the stack's state has no keys of ${missing.join(", ")}: IDENTITY=FILE takes them from the target, see docs/recovery.md. Nothing was changed.`
        : `${path} has no keys of ${missing.join(", ")}: they were declared after it was last copied. Take them out of the configuration to recover the others. Nothing was changed.`,
    );
  }
  // A state of before there were snapshots has no place for their key.
  const hasPlace = stackIdIn(state) === undefined || ofServices.every((name) => known[name] !== undefined);
  const also = hasPlace ? ofServices.filter((name) => keys[name] !== undefined) : [];
  return Object.fromEntries([...names, ...also].map((name) => [name, keys[name]!]));
}

async function escrowed(
  { copies, engine, environment, host, signal }: RecoveryTools,
  path: string,
  identity: string,
): Promise<Readonly<Record<string, EscrowedKeys>>> {
  const tenant = { names: { backup: `${environment}-escrow` } };
  const encrypted = await readCopied(copies, { engine, host, tenant, signal }, path);
  if (encrypted === undefined) {
    throw new RestoreError(
      `${showTarget(copies.offsite)} has no ${path}: odoo-fleet:backup.escrow named nobody. The keys are in the stack's state alone: leave IDENTITY out.`,
    );
  }
  return (await decryptKeys(encrypted, identity, path)).tenants;
}
