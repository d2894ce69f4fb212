import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { EscrowedKeys } from "../../fleet/escrow";
import { dayOf } from "../../fleet/keptBackups";
import { tenantNames } from "../../fleet/names";
import type { Fleet, Host } from "../../fleet/types";
import { labelList, volumeOptions } from "../container/containerDefaults";
import type { ServiceContext } from "../container/serviceContext";
import type { StackState } from "../run/stackState";
import { backupSecrets } from "../tenant/tenantSecrets";
import type { LastBackup } from "./lastBackup";
import { type CopiedTo, createOwnShipper } from "./ownShipper";

/** The tenants of a host that have left the declaration and whose backups are kept, as the state has them. */
export function keptOn(state: StackState, fleet: Fleet, host: string): [string, LastBackup][] {
  return [...state.lastBackups].filter(
    ([name, { host: place, isKept }]) => isKept && place === host && fleet.tenants[name] === undefined,
  );
}

export interface KeptBackupsArgs {
  readonly context: ServiceContext;
  readonly lastBackup: LastBackup;
  /** Where what of its own stack goes on copying them to; undefined: another stack copies them, or nothing does. */
  readonly copiedTo?: CopiedTo & { readonly host: Host };
  /** Whether nothing of its host may change now. */
  readonly frozen: boolean;
}

/**
 * The backups of a tenant that has left, and the secret that opens them. They are protected to the end of the day that was
 * promised; the first `up` after it lifts the protection, and the next one removes them.
 *
 * It is the tenant's own component in the state, of which the rest is gone: declared again, the tenant goes on with its backups.
 */
export class KeptBackups extends pulumi.ComponentResource {
  /** Name of the volume with the backups. */
  readonly repositoryVolume: pulumi.Output<string>;
  /** What opens them; a secret. */
  readonly backupKeys: pulumi.Output<EscrowedKeys>;

  constructor(name: string, args: KeptBackupsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo-fleet:index:TenantStack", name, {}, opts);
    const { context, lastBackup, frozen, copiedTo } = args;
    const { environment, host, slot, keptUntil } = lastBackup;
    const isKept = frozen || dayOf(new Date()) <= keptUntil!;
    if (!isKept) {
      void pulumi.log.info(`${name}: its backups were kept until ${keptUntil}; the next up removes them`);
    }
    const volume = new docker.Volume(
      `${name}-repository`,
      {
        name: tenantNames(environment, name).repositoryVolume,
        labels: labelList(context.labels({ name, host, slot }, "backup")),
      },
      volumeOptions(this, { protect: isKept, ...context.options }),
    );
    this.backupKeys = backupSecrets(name, this, isKept).keys;
    this.repositoryVolume = volume.name;
    if (copiedTo) {
      const tenant = { name, host, slot };
      createOwnShipper({ ...copiedTo, context, tenant, repository: volume.name, keys: this.backupKeys }, this);
    }
    this.registerOutputs({ lastBackup: { ...lastBackup, isKept } });
  }
}
