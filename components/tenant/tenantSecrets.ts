import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { EscrowedKeys } from "../../fleet/escrow";
import { derived } from "../container/derived";
import { derivedSecret, passlibHash, repositoryKeys } from "./derivedSecrets";

/** The secrets that a tenant's containers start with. Each is the tenant's own. */
export interface TenantSecrets {
  /** Password of the role that Odoo uses. */
  readonly rolePassword: pulumi.Output<string>;
  /** Hash of Odoo's master password in the form that `odoo.conf` takes; nobody needs the password itself. */
  readonly masterPasswordHash: pulumi.Output<string>;
  /** First password of the user `admin`. */
  readonly adminPassword: pulumi.Output<string>;
  /** What the keys of the backups follow from. */
  readonly backupPassword: pulumi.Output<string>;
  /** Key of the repository of the database's backups, and of the files'. */
  readonly databaseKey: pulumi.Output<string>;
  readonly filesKey: pulumi.Output<string>;
  /** Password of the role that asks for the database's figures, in a fleet that is watched. */
  readonly monitoringPassword?: pulumi.Output<string>;
}

/**
 * Makes a tenant's secrets. Three are random and kept in the state; the others follow from the role's password, since each
 * resource takes its time in every run.
 *
 * The role's password opens everything that the derived ones do: whoever has it is the owner of the database. The way
 * back doesn't exist, so an exporter that knows its own password has no other. Nothing follows from the admin's first
 * password, which the customer knows. The third is for backups: without it they are noise, whoever has them.
 *
 * @param name of the tenant.
 * @param isWatched whether the fleet is watched.
 * @param parent the tenant's component.
 * @param keepsBackups whether the secret of the backups is protected. Default: it isn't, as long as the volume with them is.
 */
export function createTenantSecrets(
  name: string,
  isWatched: boolean,
  parent: pulumi.Resource,
  keepsBackups = false,
): TenantSecrets {
  const rolePassword = password(name, "role", 40, parent);
  // Of its own: with another password of the role, backups have to stay readable.
  const { backupPassword, databaseKey, filesKey } = backupSecrets(name, parent, keepsBackups);
  const following = (what: string, bytes: number): pulumi.Output<string> =>
    pulumi.secret(derived(rolePassword, (root) => derivedSecret(root, what, bytes)));
  return {
    rolePassword,
    adminPassword: password(name, "admin", 20, parent),
    masterPasswordHash: pulumi.secret(
      derived(
        pulumi.all([following("odoo master password", 20), following("salt of the odoo master password", 8)]),
        ([master, salt]) => passlibHash(master, salt),
      ),
    ),
    backupPassword,
    databaseKey,
    filesKey,
    ...(isWatched ? { monitoringPassword: following("postgres role monitoring", 20) } : {}),
  };
}

/** The secret of a tenant's backups, and the keys of its two repositories. */
export function backupSecrets(
  name: string,
  parent: pulumi.Resource,
  protect: boolean,
): Pick<TenantSecrets, "backupPassword" | "databaseKey" | "filesKey"> & { readonly keys: pulumi.Output<EscrowedKeys> } {
  const backupPassword = password(name, "backup", 40, parent, protect);
  const key = (which: "databaseKey" | "filesKey"): pulumi.Output<string> =>
    pulumi.secret(derived(backupPassword, (root) => repositoryKeys(root)[which]));
  const keys = {
    backupPassword,
    databaseKey: key("databaseKey"),
    filesKey: key("filesKey"),
  };
  return { ...keys, keys: pulumi.output(keys) };
}

function password(
  name: string,
  what: string,
  length: number,
  parent: pulumi.Resource,
  protect = false,
): pulumi.Output<string> {
  // Below a component of its own once: a state of that time holds the same passwords.
  const aliases = [{ parent: pulumi.createUrn(name, "odoo-fleet:index:TenantSecrets", parent.urn) }];
  // Letters and digits only: the values pass through configuration files and SQL.
  const args = { length, special: false };
  return new random.RandomPassword(`${name}-${what}-password`, args, { parent, aliases, ...(protect && { protect }) })
    .result;
}
