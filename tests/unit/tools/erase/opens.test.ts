import { createCipheriv, createHash, scryptSync } from "node:crypto";
import { opensDatabase, opensFiles } from "../../../../tools/erase/opens";

const [key, another] = ["a".repeat(64), "b".repeat(64)];
const salt = Buffer.from("12345678");

/** A file as `openssl enc -aes-256-cbc -md sha1 -pass` writes it, which is how pgBackRest does. */
function sealedInfo(text: string): Buffer {
  const hash = (last: Buffer): Buffer => createHash("sha1").update(last).update(key).update(salt).digest();
  const first = hash(Buffer.alloc(0));
  const made = Buffer.concat([first, hash(first), hash(hash(first))]);
  const cipher = createCipheriv("aes-256-cbc", made.subarray(0, 32), made.subarray(32, 48));
  return Buffer.concat([Buffer.from("Salted__"), salt, cipher.update(text), cipher.final()]);
}

/** A key file as restic writes it, but for its seal, which nothing here reads. */
function keyFile(): Buffer {
  const options = { N: 1024, r: 8, p: 1 };
  const iv = Buffer.alloc(16, 7);
  const cipher = createCipheriv("aes-256-ctr", scryptSync(key, salt, 64, options).subarray(0, 32), iv);
  const data = Buffer.concat([iv, cipher.update('{"mac":{},"encrypt":"x"}'), Buffer.alloc(16)]);
  return Buffer.from(JSON.stringify({ ...options, salt: salt.toString("base64"), data: data.toString("base64") }));
}

it("opens the database's repository by its key alone", () => {
  const locks = { database: sealedInfo("[backrest]\nbackrest-format=5\n") };
  expect([opensDatabase(locks, key), opensDatabase(locks, another)]).toEqual([true, false]);
});

it("opens the files' repository by one of its passwords alone", () => {
  const locks = { files: [keyFile()] };
  expect([opensFiles(locks, key), opensFiles(locks, another)]).toEqual([true, false]);
});
