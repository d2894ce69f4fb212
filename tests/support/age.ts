import { execFileSync } from "node:child_process";

// The library is of ES modules, which the tests' transform doesn't load.
function run(script: string, input = ""): string {
  return execFileSync(process.execPath, ["--input-type=module", "--eval", script], { input, encoding: "utf8" });
}

/** A pair of age's keys, as `age-keygen` makes it: the private one, and whom to encrypt for. */
export function operatorKey(): readonly [identity: string, recipient: string] {
  const script =
    'import * as age from "age-encryption"; const key = await age.generateX25519Identity(); console.log(key + " " + await age.identityToRecipient(key))';
  const [identity, recipient] = run(script).trim().split(" ");
  return [identity!, recipient!];
}

/** What an operator reads of a text that was encrypted for him. */
export function decrypted(encrypted: string, identity: string): string {
  const script = `import * as age from "age-encryption"; import { text } from "node:stream/consumers";
    const { identity, encrypted } = JSON.parse(await text(process.stdin)); const decrypter = new age.Decrypter();
    decrypter.addIdentity(identity); process.stdout.write(await decrypter.decrypt(age.armor.decode(encrypted), "text"));`;
  return run(script, JSON.stringify({ identity, encrypted }));
}
