import { type ConfigProblem, hidden, showValue } from "./errors";
import type { Read } from "./lenient";
import type { Offsite } from "./offsite";
import { type ConfigPath, formatPath, removeCommand, setCommand, setSecretCommand } from "./paths";
import type { OffsiteConfig } from "./schema/offsite";

/** What the target is opened with: it goes into a file that the shipper reads, and nowhere else. */
export type OffsiteSecret =
  | { readonly secretAccessKey: string; readonly privateKey?: undefined }
  | { readonly privateKey: string; readonly secretAccessKey?: undefined };

/** What offsite copies are resolved from. */
export interface OffsiteContext {
  readonly environment: string;
  readonly read: Read<OffsiteConfig>;
  /** Whether the stack's file encrypts a part of `backup`; undefined: not known. */
  readonly isEncrypted?: boolean;
}

const root: ConfigPath = ["backup"];

/** Resolves where copies of all backups go; reports what keeps them from going there. Undefined: something was reported. */
export function resolveOffsite(
  { environment, read, isEncrypted }: OffsiteContext,
  problems: ConfigProblem[],
): { readonly offsite: Offsite; readonly secret: OffsiteSecret } | undefined {
  const { value, faulty } = read;
  const { s3, sftp, unlocked } = value;
  if (faulty.has("s3") || faulty.has("sftp")) {
    return undefined;
  }
  if ((s3 === undefined) === (sftp === undefined)) {
    problems.push({
      path: formatPath(root),
      value: s3 === undefined ? "neither s3 nor sftp" : "s3 and sftp",
      expected: "one target: s3 or sftp",
      wayOut:
        s3 === undefined
          ? setCommand([...root, "s3", "bucket"], "example-odoo-backups")
          : removeCommand([...root, "sftp"]),
    });
    return undefined;
  }
  const secretPath = [...root, ...(s3 ? ["s3", "secretAccessKey"] : ["sftp", "privateKey"])];
  if (isEncrypted === false) {
    problems.push({
      path: formatPath(secretPath),
      value: hidden,
      expected: "a secret: it is in plain text in the stack's file",
      wayOut: `make another key at the target, as this one was in a plain-text file, and ${setSecretCommand(secretPath)}`,
    });
  }
  const lock = resolveLock(s3?.lockDays, unlocked, faulty.has("unlocked"), problems);
  if (lock === undefined) {
    return undefined;
  }
  const common = {
    folder: value.folder ?? environment,
    ...(value.certificate === undefined ? {} : { certificate: value.certificate }),
    lock,
    ...(value.escrow === undefined ? {} : { escrow: value.escrow }),
    ...(value.mibPerSecond === undefined ? {} : { mibPerSecond: value.mibPerSecond }),
  };
  if (s3 !== undefined) {
    const { endpoint, region = "us-east-1", bucket, accessKeyId, secretAccessKey } = s3;
    return {
      offsite: { ...common, target: { kind: "s3", endpoint, region, bucket, accessKeyId } },
      secret: { secretAccessKey },
    };
  }
  const { host, port = 22, user, hostKeys, privateKey } = sftp!;
  return { offsite: { ...common, target: { kind: "sftp", host, port, user, hostKeys } }, secret: { privateKey } };
}

function resolveLock(
  days: number | undefined,
  reason: string | undefined,
  isFaulty: boolean,
  problems: ConfigProblem[],
): Offsite["lock"] | undefined {
  const path = [...root, "unlocked"];
  if (days !== undefined && reason !== undefined) {
    problems.push({
      path: formatPath(path),
      value: showValue(reason, path),
      expected: "nothing: s3.lockDays says that the bucket is locked",
      wayOut: removeCommand(path),
    });
    return undefined;
  }
  if (days !== undefined) {
    return { days };
  }
  if (reason !== undefined) {
    return { reason };
  }
  if (!isFaulty) {
    problems.push({
      path: formatPath(path),
      value: showValue(undefined),
      expected:
        "a target that a host's own key can't empty: s3.lockDays of a bucket with object lock, or the reason why it needs none",
      wayOut: `${setCommand([...root, "s3", "lockDays"], 35)}, or ${setCommand(path, "the server takes a snapshot each night that this login can't reach")}`,
    });
  }
  return undefined;
}
