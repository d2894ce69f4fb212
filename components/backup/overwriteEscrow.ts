import { escrowPath } from "../../fleet/escrow";
import { type Copies, readCopied, writeCopied } from "../restore/offsite";
import { RestoreError } from "../restore/restorer";
import { encryptEscrow } from "./encryptEscrow";

/**
 * Puts a file without keys in the place of what the target has in escrow.
 *
 * @param whose the keys of one tenant of a host, or of all tenants of its stack.
 * @throws RestoreError where the target has the keys afterwards.
 */
export async function overwriteEscrow(
  copies: Copies,
  place: Parameters<typeof readCopied>[1],
  { environment, host, tenant }: { readonly environment: string; readonly host: string; readonly tenant?: string },
): Promise<void> {
  const path = escrowPath(host, tenant);
  const text = await encryptEscrow({ environment, host, tenants: {} }, copies.offsite.escrow!);
  await writeCopied(copies, place, path, text);
  if ((await readCopied(copies, place, path)) !== text) {
    throw new RestoreError(`${path} on the target still has the keys that were in it`);
  }
}
