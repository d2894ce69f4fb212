// node encrypt-keys.mjs <JSON: encrypts `text` to the age public keys `recipients`; an armored age file on standard output.
// A program of its own, since the library for age is an ES module and the rest is none.
import { text as readAll } from "node:stream/consumers";
import process from "node:process";
import { armor, Encrypter } from "age-encryption";

const { recipients, text } = JSON.parse(await readAll(process.stdin));
const encrypter = new Encrypter();
for (const recipient of recipients) {
  encrypter.addRecipient(recipient);
}
process.stdout.write(armor.encode(await encrypter.encrypt(text)));
