import { readFileSync } from "node:fs";
import { type Escrow, readEscrow } from "../../fleet/escrow";
import { RestoreError } from "./restorer";

/**
 * Decrypts keys of backups.
 *
 * @param encrypted the armored age file from the target.
 * @param path of it, there.
 * @param identityFile file with private keys of age, one a line, as `age-keygen` writes it.
 */
export async function decryptKeys(encrypted: string, identityFile: string, path: string): Promise<Escrow> {
  const identities = readFileSync(identityFile, "utf8")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  if (identities.length === 0) {
    throw new RestoreError(
      `IDENTITY=${identityFile} has no private key of age: a line AGE-SECRET-KEY-1... is expected`,
    );
  }
  const { armor, Decrypter } = await import("age-encryption");
  const decrypter = new Decrypter();
  try {
    identities.forEach((identity) => decrypter.addIdentity(identity));
    return readEscrow(await decrypter.decrypt(armor.decode(encrypted), "text"));
  } catch (error) {
    throw new RestoreError(
      `${path} can't be decrypted by IDENTITY=${identityFile}: ${(error as Error).message}. It takes the private ` +
        `key of one of the recipients that odoo-fleet:backup.escrow named when the keys were last copied`,
    );
  }
}
