import type * as pulumi from "@pulumi/pulumi";
import type { EscrowedKeys } from "../../fleet/escrow";

/** The backups of one tenant, or of what is backed up like one. */
interface Backups {
  /** Name of the volume with them. */
  readonly repositoryVolume: pulumi.Output<string>;
  /** Name of the volume into which copies are brought back; undefined: nothing is. */
  readonly copiesVolume?: pulumi.Output<string>;
  readonly backupKeys: pulumi.Output<EscrowedKeys>;
}

/** All backups of a host that its shipper copies, by tenant. */
export class CopiedBackups {
  readonly repositories: Record<string, pulumi.Output<string>> = {};
  readonly copies: Record<string, pulumi.Output<string>> = {};
  readonly keys: Record<string, pulumi.Output<EscrowedKeys>> = {};

  add(name: string, { repositoryVolume, copiesVolume, backupKeys }: Backups): void {
    this.repositories[name] = repositoryVolume;
    if (copiesVolume) {
      this.copies[name] = copiesVolume;
    }
    this.keys[name] = backupKeys;
  }

  get isEmpty(): boolean {
    return Object.keys(this.repositories).length === 0;
  }
}
