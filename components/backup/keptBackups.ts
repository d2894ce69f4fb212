import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { EscrowedKeys } from "../../fleet/escrow";
import { dayOf } from "../../fleet/keptBackups";
import { tenantNames } from "../../fleet/names";
import type { Fleet } from "../../fleet/types";
import { labelList, volumeOptions } from "../container/containerDefaults";
import type { ServiceContext } from "../container/serviceContext";
import type { StackState } from "../run/stackState";
import { backupSecrets } from "../tenant/tenantSecrets";
import type { LastBackup } from "./lastBackup";

/** The tenants of a host that have left the declaration and whose backups are kept, as the state has them. */
export function keptOn(state: StackState, fleet: Fleet, host: string): [string, LastBackup][] {
  return [...state.lastBackups].filter(
    ([name, { host: place, isKept }]) => isKept && place === host && fleet.tenants[name] === undefined,
  );
}

export interface KeptBackupsArgs {
  readonly context: ServiceContext;
  readonly lastBackup: LastBackup;
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

  constructor(name: string, { context, lastBackup, frozen }: KeptBackupsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo-fleet:index:TenantStack", name, {}, opts);
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
    this.registerOutputs({ lastBackup: { ...lastBackup, isKept } });
  }
}
