/** Hashes a password with bcrypt through the C library's crypt(3), which perl reaches. */
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";

const alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Work factor: the official plugin's. */
const cost = 10;

/**
 * The bcrypt hash, or nothing where the C library doesn't know bcrypt.
 * The password goes through a pipe, so that no process list shows it.
 */
export async function bcryptHash(password: string): Promise<string | undefined> {
  // Of the 22nd character of the salt only the top two bits count.
  const salt = Array.from({ length: 21 }, () => alphabet.charAt(randomInt(64))).join("") + ".Oeu".charAt(randomInt(4));
  const script = "local $/; my $p = <STDIN>; print crypt($p, $ARGV[0]) // q()";
  const child = spawn("perl", ["-e", script, `$2a$${cost}$${salt}`], { stdio: ["pipe", "pipe", "ignore"] });
  let hash = "";
  child.stdout.on("data", (data: Buffer) => (hash += data.toString()));
  child.stdin.on("error", () => undefined);
  child.stdin.end(password);
  await new Promise((resolve) => child.once("error", resolve).once("close", resolve));
  return hash.startsWith("$2") ? hash : undefined;
}
