import { type ConfigProblem, showValue } from "./errors";
import type { Read } from "./lenient";
import { formatPath, removeCommand, setCommand } from "./paths";
import type { HostConfig } from "./schema";
import { parseSshUrl } from "./ssh";
import type { Connection, Host } from "./types";

/** What a host says of the way to its machine, and of what the machine is made into. */
export type HostAccess = Pick<
  Host,
  "connection" | "bootstrap" | "os" | "hostKeys" | "identityFile" | "operators" | "firewall"
>;

/** Resolves the keys of a host's machine, with their defaults. */
export function resolveAccess({ value }: Read<HostConfig>): HostAccess {
  const keys = value.hostKey ?? [];
  return {
    connection: connectionOf(value.connection),
    bootstrap: value.bootstrap ?? (value.connection === undefined ? "none" : "ansible"),
    os: value.os ?? "linux",
    hostKeys: typeof keys === "string" ? [keys] : keys,
    identityFile: value.identityFile,
    operators: Object.entries(value.operators ?? {})
      .map(([name, { keys: own, sudo = [] }]) => ({ name, keys: own, sudo }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    firewall: {
      sshFrom: value.firewall?.sshFrom ?? [],
      allow: (value.firewall?.allow ?? []).map(({ port, protocol = "tcp", from = [], comment }) => ({
        port,
        protocol,
        from,
        comment,
      })),
    },
  };
}

function connectionOf(connection: string | undefined): Connection | undefined {
  if (connection === "local") {
    return { kind: "local" };
  }
  const login = parseSshUrl(connection);
  return login?.user === undefined ? undefined : { kind: "ssh", login: { ...login, user: login.user } };
}

/** Reports keys of a host's machine that don't go together. What can't be read takes no part. */
export function checkAccess(host: Host, { value, faulty }: Read<HostConfig>, problems: ConfigProblem[]): void {
  const path = (key: string): string[] => ["hosts", host.name, key];
  const add = (key: keyof HostConfig, expected: string, wayOut: string): void => {
    if (!faulty.has(key) && !faulty.has("connection")) {
      problems.push({ path: formatPath(path(key)), value: showValue(value[key], path(key)), expected, wayOut });
    }
  };
  const { connection } = host;
  const remote = connection?.kind === "ssh" ? connection.login : undefined;
  if (remote && host.hostKeys.length === 0) {
    add(
      "hostKey",
      "the public key of the machine's SSH server, so that no other machine can pretend to be it",
      `read it on the machine's console (cat /etc/ssh/ssh_host_ed25519_key.pub), or compare what ssh-keyscan -p ${remote.port} -t ed25519 ${remote.host} prints with it; then ${setCommand(path("hostKey"), "ssh-ed25519 AAAA...")}`,
    );
  }
  if (remote === undefined && parseSshUrl(value.docker) === undefined) {
    for (const key of (["hostKey", "identityFile"] as const).filter((one) => value[one] !== undefined)) {
      add(key, "an SSH connection as well; this host isn't reached by SSH", removeCommand(path(key)));
    }
  }
  if (host.bootstrap === "ansible" && connection === undefined) {
    add(
      "bootstrap",
      "a connection as well: Ansible has to log in to the machine",
      setCommand(path("connection"), `ssh://user@${host.name}`),
    );
  }
  if (host.os === "windows" && connection?.kind === "local") {
    add(
      "os",
      "linux: Ansible doesn't run on Windows, so a Windows machine has to be reached by SSH",
      removeCommand(path("os")),
    );
  }
  checkEndpoint(host, value.docker, add, removeCommand(path("docker")));
  for (const key of (["operators", "firewall"] as const).filter((one) => value[one] !== undefined)) {
    if (host.bootstrap === "none") {
      add(key, "bootstrap: ansible as well; nothing else applies it", removeCommand(path(key)));
    } else if (connection?.kind === "local") {
      add(
        key,
        "an SSH connection as well: users and firewall of the local machine are never changed",
        removeCommand(path(key)),
      );
    }
  }
  checkOperators(host, problems, add);
}

/** The provider, the preflight and Ansible have to reach the same machine. */
function checkEndpoint(
  { connection }: Host,
  docker: string | undefined,
  add: (key: "docker", expected: string, wayOut: string) => void,
  wayOut: string,
): void {
  if (connection === undefined || docker === undefined) {
    return;
  }
  const endpoint = parseSshUrl(docker);
  if (connection.kind === "local" ? endpoint !== undefined : endpoint?.host !== connection.login.host) {
    add("docker", "an engine on the machine that `connection` names", wayOut);
  }
}

function checkOperators(
  { name, os, connection, operators }: Host,
  problems: ConfigProblem[],
  add: (key: "operators", expected: string, wayOut: string) => void,
): void {
  const login = connection?.kind === "ssh" ? connection.login.user : undefined;
  for (const operator of operators) {
    const path = ["hosts", name, "operators", operator.name];
    if (operator.name === "root" || operator.name === login) {
      problems.push({
        path: formatPath(path),
        value: showValue(operator.name),
        expected: "a login of the operator's own; access of root and of the fleet's login isn't changed",
        wayOut: `rename it in the stack's file, or ${removeCommand(path)}`,
      });
    }
  }
  if (os === "windows" && operators.some(({ sudo }) => sudo.length > 0)) {
    add("operators", "no `sudo` lists: Windows has no sudo", "remove the `sudo` lists in the stack's file");
  }
}

/** What tells machines apart: two hosts with the same are one. */
export function machineOf({ connection, docker }: Pick<Host, "connection" | "docker">): string {
  const login = connection?.kind === "ssh" ? connection.login : parseSshUrl(docker);
  return login ? `${login.host}:${login.port}` : (docker ?? "");
}
