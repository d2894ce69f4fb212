import type { Limits } from "./types";

/** Where copies of all backups go to. Holds no secret: those are in `FleetSecrets`. */
export interface Offsite {
  readonly target: S3Target | SftpTarget;
  /** Folder of the environment on the target; each tenant has one below. */
  readonly folder: string;
  /** Certificates, in PEM form, of the authority that signed the service's own; undefined: a public one did. */
  readonly certificate?: string;
  /** What keeps the copies when a host's key is in wrong hands: days of the bucket's retention, or why there are none. */
  readonly lock: { readonly days: number } | { readonly reason: string };
  /** Public keys of age that the keys of all backups are encrypted to; undefined: they are in the stack's state alone. */
  readonly escrow?: readonly string[];
  /** What a host's copies may take of its line, MiB/s; undefined: all of it. */
  readonly mibPerSecond?: number;
}

/** A bucket of an S3-compatible service. */
export interface S3Target {
  readonly kind: "s3";
  /** `https://...`, without a path. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
}

/** A folder of a server that is reached by SFTP. */
export interface SftpTarget {
  readonly kind: "sftp";
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Public keys of the server. */
  readonly hostKeys: readonly string[];
}

/** Limits of what copies a host's backups. rclone takes about 60 MiB for four files at once. */
export const shipperLimits: Limits = { memoryMiB: 192, cpus: 0.5 };

/** Limits of what copies the backups of one tenant, which has a stack of its own: a file at a time. */
export const ownShipperLimits: Limits = { memoryMiB: 64, cpus: 0.25 };

/** What keeps the copies, as a label says it: `35d`, or `none: REASON`. */
export function showLock({ lock }: Offsite): string {
  return "days" in lock ? `${lock.days}d` : `none: ${lock.reason}`;
}

/** Seconds within which what was backed up is on the target: a part of the log is archived after 40 at the latest, then copied. */
export const offsiteWithinSeconds = 60;

/** Name of rclone's remote, in the file that only a shipper reads. */
export const remoteName = "target";

/** A tenant's copies, or the environment's, as rclone names them: `target:bucket/dev/acme`. */
export function remotePath({ target, folder }: Offsite, tenant?: string): string {
  const parts = [...(target.kind === "s3" ? [target.bucket] : []), folder, ...(tenant === undefined ? [] : [tenant])];
  return `${remoteName}:${parts.join("/")}`;
}

/** The target as people read it. */
export function showTarget({ target, folder }: Offsite): string {
  return target.kind === "s3"
    ? `${folder} in bucket ${target.bucket} at ${target.endpoint}`
    : `${folder} at ${target.user}@${target.host}`;
}
