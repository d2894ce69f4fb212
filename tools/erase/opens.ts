import { createDecipheriv, createHash, scryptSync } from "node:crypto";

/** What tells whether a key opens a tenant's two repositories: files that each begins with. They are small, and encrypted. */
export interface Locks {
  /** `backup.info` of the database's. */
  readonly database: Buffer;
  /** Key files of the files', one a password. */
  readonly files: readonly Buffer[];
}

/**
 * Whether a key opens the database's repository, as pgBackRest encrypts it: AES-256 in CBC, the key by OpenSSL's own
 * derivation with SHA-1 and the salt that stands before the text.
 *
 * Source: https://github.com/pgbackrest/pgbackrest/blob/main/src/common/crypto/cipherBlock.c
 */
export function opensDatabase({ database }: Pick<Locks, "database">, key: string): boolean {
  const salt = database.subarray(8, 16);
  let made = Buffer.alloc(0);
  for (let last = made; made.length < 48; made = Buffer.concat([made, last])) {
    last = createHash("sha1").update(last).update(key).update(salt).digest();
  }
  const decipher = createDecipheriv("aes-256-cbc", made.subarray(0, 32), made.subarray(32, 48)).setAutoPadding(false);
  return decipher.update(database.subarray(16)).toString("latin1").startsWith("[backrest]");
}

/**
 * Whether a password opens the files' repository, as restic keeps its master key: AES-256 in counter mode by scrypt of the
 * password. What another password decrypts is noise, and no JSON.
 *
 * Source: https://restic.readthedocs.io/en/stable/100_references.html#keys-encryption-and-mac
 */
export function opensFiles({ files }: Pick<Locks, "files">, password: string): boolean {
  return files.some((file) => {
    const { N, r, p, salt, data } = JSON.parse(file.toString()) as Record<"N" | "r" | "p", number> &
      Record<"salt" | "data", string>;
    const options = { N, r, p, maxmem: 256 * N * r };
    const key = scryptSync(password, Buffer.from(salt, "base64"), 64, options).subarray(0, 32);
    const sealed = Buffer.from(data, "base64");
    const decipher = createDecipheriv("aes-256-ctr", key, sealed.subarray(0, 16));
    try {
      return "encrypt" in (JSON.parse(decipher.update(sealed.subarray(16, -16)).toString()) as object);
    } catch {
      return false;
    }
  });
}
