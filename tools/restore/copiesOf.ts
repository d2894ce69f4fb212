import type { Copies } from "../../components/restore/offsite";
import { RestoreError } from "../../components/restore/restorer";
import { namespace } from "../../fleet/paths";
import type { Fleet } from "../../fleet/types";
import type { StackCommands } from "../move/stack";

/**
 * The copies of a fleet's backups. The credential is the one that made them: it may put, get and list. It comes from the stack's
 * configuration, so that neither the host nor its containers have to be there.
 *
 * @throws RestoreError where nothing is copied off the hosts.
 */
export async function copiesOf({ offsite }: Fleet, stack: StackCommands): Promise<Copies> {
  if (offsite === undefined) {
    throw new RestoreError(
      `there are no copies off the host: ${namespace}:backup isn't declared. Leave FROM out to restore from the host's own ` +
        `backups, or declare where the copies are, see docs/backups.md. Nothing was changed.`,
    );
  }
  const isS3 = offsite.target.kind === "s3";
  const value = await stack.secret(`${namespace}:backup.${isS3 ? "s3.secretAccessKey" : "sftp.privateKey"}`);
  return { offsite, secret: isS3 ? { secretAccessKey: value } : { privateKey: value } };
}
