import type { Fleet, Tenant } from "./types";

/** What opens a tenant's backups. */
export interface EscrowedKeys {
  /** The secret that the two keys follow from; another stack goes on with it. */
  readonly backupPassword: string;
  /** Key of the database's repository, for pgBackRest (`repo1-cipher-pass`). */
  readonly databaseKey: string;
  /** Password of the files' repository, for restic. */
  readonly filesKey: string;
}

/** The keys of a host's tenants, as they are once decrypted. */
export interface Escrow {
  readonly environment: string;
  readonly host: string;
  readonly tenants: Readonly<Record<string, EscrowedKeys>>;
}

/** Folder of the encrypted keys on the target, below the environment's. No tenant is called so. */
const escrowFolder = "_keys";

/**
 * Path of a host's encrypted keys, below the environment's folder.
 *
 * @param tenant whose alone they are, as it has a stack of its own. Default: those of the tenants of the host's stack.
 */
export function escrowPath(host: string, tenant?: string): string {
  return `${escrowFolder}/${host}${tenant === undefined ? "" : `/${tenant}`}.age`;
}

/** Path of the encrypted keys of a declared tenant. */
export function escrowPathOf({ layout }: Pick<Fleet, "layout">, { host, name }: Pick<Tenant, "host" | "name">): string {
  return escrowPath(host, layout === "perTenant" ? name : undefined);
}

/** The text that is encrypted: tenants in order, so that the same keys are the same text. */
export function escrowText({ environment, host, tenants }: Escrow): string {
  const sorted = Object.fromEntries(Object.entries(tenants).sort(([one], [other]) => (one < other ? -1 : 1)));
  return `${JSON.stringify({ environment, host, tenants: sorted }, null, 2)}\n`;
}

/** Reads it again. @throws where it is something else. */
export function readEscrow(text: string): Escrow {
  const { environment, host, tenants } = JSON.parse(text) as Partial<Escrow>;
  if (environment === undefined || host === undefined || typeof tenants !== "object") {
    throw new Error("the decrypted file holds no keys of a host's tenants");
  }
  return { environment, host, tenants };
}
