import { type Offsite, remoteName } from "../../fleet/offsite";
import type { OffsiteSecret } from "../../fleet/offsiteChecks";
import { configFolder } from "../../fleet/security";

/** Files of what copies backups to the target, by path in its folder, beside its program. They hold its credential. */
export function rcloneFiles({ target, certificate }: Offsite, secret: OffsiteSecret): Record<string, string> {
  return {
    "rclone.conf": renderRcloneConf(target, secret),
    ...(certificate === undefined ? {} : { "ca.pem": certificate }),
    ...(target.kind === "sftp"
      ? {
          known_hosts: target.hostKeys.map((key) => `[${target.host}]:${target.port} ${key}\n`).join(""),
          id: `${secret.privateKey?.trimEnd()}\n`,
        }
      : {}),
  };
}

/**
 * Renders `rclone.conf`.
 *
 * Source: https://rclone.org/s3/ and https://rclone.org/sftp/
 */
function renderRcloneConf(target: Offsite["target"], secret: OffsiteSecret): string {
  const settings =
    target.kind === "s3"
      ? {
          type: "s3",
          provider: "Other",
          endpoint: target.endpoint,
          region: target.region,
          access_key_id: target.accessKeyId,
          secret_access_key: secret.secretAccessKey!,
          // The bucket is there, and its credential could make none.
          no_check_bucket: "true",
        }
      : {
          type: "sftp",
          host: target.host,
          port: target.port.toString(),
          user: target.user,
          key_file: `${configFolder}/id`,
          known_hosts_file: `${configFolder}/known_hosts`,
          // A login for SFTP alone has no shell to ask for checksums.
          shell_type: "none",
          disable_hashcheck: "true",
          set_modtime: "false",
        };
  return [`[${remoteName}]`, ...Object.entries(settings).map(([key, value]) => `${key} = ${value}`), ""].join("\n");
}
