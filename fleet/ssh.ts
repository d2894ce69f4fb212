import type { Host, SshLogin } from "./types";

/** Port that SSH has without one in its URL. */
const defaultSshPort = 22;

/** The login that an `ssh://` URL names; undefined for any other text. A user is not required of an engine's endpoint. */
export function parseSshUrl(url: string | undefined): (Omit<SshLogin, "user"> & { user?: string }) | undefined {
  const match = /^ssh:\/\/(?:([^@]+)@)?(\[[^\]]+\]|[^:/]+)(?::(\d+))?$/.exec(url ?? "");
  if (!match) {
    return undefined;
  }
  const [, user, host = "", port] = match;
  return { user, host: host.replace(/^\[|\]$/g, ""), port: port === undefined ? defaultSshPort : Number(port) };
}

/**
 * Options for `ssh` by which everything that logs in to a host (the Docker provider, the preflight, Ansible) uses its
 * declared keys, and no others.
 *
 * The server's keys come from a command (KnownHostsCommand, OpenSSH 8.5 and later) instead of a file: the options are
 * part of the provider's inputs in the state, where the path of a file would differ between machines. Each option is
 * for this host alone, so the pattern `*` stands for its name, address and port.
 */
export function sshOptions({ hostKeys, identityFile }: Pick<Host, "hostKeys" | "identityFile">): string[] {
  const known = hostKeys.map((key) => `echo '* ${key}'`).join("; ");
  return [
    ...(known === ""
      ? []
      : [
          `KnownHostsCommand=/bin/sh -c "${known}"`,
          "UserKnownHostsFile=/dev/null",
          "GlobalKnownHostsFile=/dev/null",
          "StrictHostKeyChecking=yes",
        ]),
    ...(identityFile === undefined ? [] : [`IdentityFile=${identityFile}`, "IdentitiesOnly=yes"]),
  ].flatMap((option) => ["-o", option]);
}
