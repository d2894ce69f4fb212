import { type ConfigProblem, hidden } from "./errors";
import type { ResolvedHost } from "./hostChecks";
import { readNamed } from "./lenient";
import { type ConfigPath, formatPath, removeCommand, setSecretCommand } from "./paths";
import { wrongValue } from "./problems";
import { sudoPasswordSchema } from "./schema";
import { nearest, oneOf } from "./suggest";
import type { Host } from "./types";

/** Passwords by host: what `sudo` there asks the user in `connection` for. */
export type SudoPasswords = Readonly<Record<string, string>>;

/**
 * Reads `sudoPasswords`; reports those that no bootstrap would use, and those that lie open in the stack's file. No message
 * repeats one.
 *
 * @param isEncrypted whether the stack's file encrypts a part of `sudoPasswords`; undefined: not known.
 */
export function resolveSudoPasswords(
  raw: unknown,
  hosts: ReadonlyMap<string, ResolvedHost>,
  isEncrypted: boolean | undefined,
  problems: ConfigProblem[],
): SudoPasswords {
  const add = (path: ConfigPath, expected: string, wayOut: string): void => {
    problems.push({ path: formatPath(path), value: hidden, expected, wayOut });
  };
  const read = readNamed(raw, ["sudoPasswords"], problems, (entry, path): string | undefined => {
    const result = sudoPasswordSchema.safeParse(entry);
    if (!result.success) {
      problems.push(wrongValue(path, entry));
      return undefined;
    }
    const name = String(path.at(-1));
    const host = hosts.get(name)?.host;
    const names = [...hosts.keys()];
    if (host === undefined) {
      const meant = nearest(name, names);
      add(
        path,
        `the name of a declared host: ${oneOf(name, names)}`,
        meant === undefined
          ? removeCommand(path)
          : `${setSecretCommand([...path.slice(0, -1), meant])}, and ${removeCommand(path)}`,
      );
      return undefined;
    }
    const reason = useless(host);
    if (reason !== undefined) {
      add(path, `nothing: ${reason}`, removeCommand(path));
      return undefined;
    }
    if (isEncrypted === false) {
      add(
        path,
        "a secret: it stands in the stack's file in plain text",
        `change the password on the host, as it has been in a plain file, and ${setSecretCommand(path)}`,
      );
    }
    return result.data;
  });
  return Object.fromEntries(
    [...read].flatMap(([name, password]) => (password === undefined ? [] : [[name, password]])),
  );
}

/** Why nobody would ask for a host's password. */
function useless({ bootstrap, connection, os }: Host): string | undefined {
  if (bootstrap === "none" || connection === undefined) {
    return "without `bootstrap: ansible` nothing becomes root on the host";
  }
  if (connection.kind === "local") {
    return "it is for hosts that are reached by SSH; on this machine run `sudo` yourself before `pulumi up`, or run that as root";
  }
  if (os === "windows") {
    return "there is no sudo on Windows";
  }
  return connection.login.user === "root" ? "root needs no sudo" : undefined;
}
