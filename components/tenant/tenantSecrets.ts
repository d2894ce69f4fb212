import { pbkdf2Sync } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { derived } from "../container/derived";

/** Rounds of PBKDF2 for the master password's hash: passlib's own default. The password is random, not guessable. */
const hashRounds = 25_000;

/** The secrets that a tenant's containers start with. Each is random and the tenant's own. */
export class TenantSecrets extends pulumi.ComponentResource {
  /** Password of the role that Odoo uses. */
  readonly rolePassword: pulumi.Output<string>;
  /** Hash of Odoo's master password in the form that `odoo.conf` takes; nobody needs the password itself. */
  readonly masterPasswordHash: pulumi.Output<string>;
  /** First password of the user `admin`. */
  readonly adminPassword: pulumi.Output<string>;
  /** Password of the role that asks for the database's figures, in a fleet that is watched. */
  readonly monitoringPassword?: pulumi.Output<string>;

  /** @param isWatched whether the fleet is watched. */
  constructor(name: string, isWatched: boolean, opts?: pulumi.ComponentResourceOptions) {
    super("odoo-fleet:index:TenantSecrets", name, {}, opts);
    // Letters and digits only: the values pass through configuration files and SQL.
    const password = (what: string, length: number): pulumi.Output<string> =>
      new random.RandomPassword(`${name}-${what}-password`, { length, special: false }, { parent: this }).result;
    this.rolePassword = password("role", 40);
    this.adminPassword = password("admin", 20);
    if (isWatched) {
      this.monitoringPassword = password("monitoring", 40);
    }
    // One random value holds the salt too: each resource takes its time in every run.
    this.masterPasswordHash = pulumi.secret(
      derived(password("master", 56), (value) => passlibHash(value.slice(0, 40), value.slice(40))),
    );
    this.registerOutputs({});
  }
}

/** PBKDF2-SHA512 in passlib's notation, which Odoo reads: `$pbkdf2-sha512$rounds$salt$checksum`, base64 with `.` for `+`. */
export function passlibHash(password: string, salt: string): string {
  const encode = (bytes: Buffer): string => bytes.toString("base64").replace(/\+/g, ".").replace(/=+$/, "");
  const checksum = pbkdf2Sync(password, salt, hashRounds, 64, "sha512");
  return `$pbkdf2-sha512$${hashRounds}$${encode(Buffer.from(salt))}$${encode(checksum)}`;
}
