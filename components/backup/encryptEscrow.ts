import { type Escrow, escrowText } from "../../fleet/escrow";

/** An armored age file with keys, for operators alone. @param recipients their public keys of age. */
export async function encryptEscrow(escrow: Escrow, recipients: readonly string[]): Promise<string> {
  const { armor, Encrypter } = await import("age-encryption");
  const encrypter = new Encrypter();
  recipients.forEach((recipient) => encrypter.addRecipient(recipient));
  return armor.encode(await encrypter.encrypt(escrowText(escrow)));
}
