import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { docker } from "../imagesSandbox";
import { projectFolder } from "../cliStack";
import { TestHost } from "./testHost";

export { attempt } from "./attempt";
export * from "./playbook";
export { machineState, TestHost } from "./testHost";

/** Releases of Debian that test hosts can be. */
export type Release = "bookworm" | "trixie";

/** What starts a test host's services: Debian's default, or the init scripts that it also has for machines without. */
export type Init = "systemd" | "init scripts";

/** Label of everything that test hosts leave on the engine; `tools/clean-tests.sh` removes what carries it. */
const label = "odoo-fleet.test=hosts";

/** Label of what one set of test hosts leaves there; its value is the set's name. */
export const setLabel = "odoo-fleet.test-hosts";

/**
 * Capabilities of a test host: what an engine and a firewall of its own need. Not `--privileged`, which fails on a machine
 * that itself lacks one, such as SYS_RESOURCE.
 */
const capabilities = (
  "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP SETFCAP NET_BIND_SERVICE NET_ADMIN" +
  " NET_RAW SYS_ADMIN SYS_CHROOT SYS_PTRACE SYS_NICE MKNOD AUDIT_WRITE LINUX_IMMUTABLE IPC_LOCK SYSLOG"
).split(" ");

const unconfined = ["seccomp", "apparmor", "systempaths"].flatMap((part) => ["--security-opt", `${part}=unconfined`]);

/**
 * Options by which a test host has this machine's control groups. Those of version 1 are mounts in a folder, where an init system makes a
 * folder for each further one that the kernel knows, and mounts it. A host may not: this machine's engine would find them among its own
 * containers' without knowing where they are, and tell of no kill for want of memory any more, of any container.
 */
function controlGroups(): string[] {
  const folder = "/sys/fs/cgroup";
  const mounts = readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .filter((line) => / - cgroup2? /.test(line))
    .map((line) => line.split(" "));
  const mounted = new Set(mounts.flatMap((fields) => fields.at(-1)!.split(",")));
  const known = readFileSync("/proc/cgroups", "utf8").matchAll(/^(\w+)(?:\t\d+){2}\t1$/gm);
  const paths = mounts.map((fields) => fields[4]!).filter((path) => path.startsWith(folder));
  return paths.includes(folder) || [...known].every(([, controller]) => mounted.has(controller!))
    ? ["--volume", `${folder}:${folder}:rw`]
    : ["--tmpfs", `${folder}:ro,mode=755`, ...paths.flatMap((path) => ["--volume", `${path}:${path}:rw`])];
}

/** The image of a bare Debian server, which is made at the first use; about a minute. */
export function hostImage(release: Release): string {
  const script = join(projectFolder, "tests/support/hosts/build.sh");
  return execFileSync(script, [release], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).trim();
}

/**
 * A network of throw-away machines, each a container with sshd, and with room for an engine and a firewall of its own. All
 * trust one key, made for them. Machine and network have fixed addresses, IPv4 and IPv6.
 */
export class TestHosts {
  /** Private folder of the keys. */
  readonly folder = mkdtempSync(join(tmpdir(), "odoo-fleet-hosts-"));
  /** Path of the private key that every host trusts. */
  readonly identityFile = join(this.folder, "id_ed25519");
  private readonly hosts: TestHost[] = [];
  private readonly containers: string[] = [];
  private readonly network: string;
  private readonly labels: readonly string[];

  /**
   * @param name starts with `test-`; names of machines begin with it.
   * @param subnet first three parts of an IPv4 /24 of the test's own, such as `10.130.0`.
   */
  constructor(
    readonly name: string,
    private readonly subnet: string,
  ) {
    chmodSync(this.folder, 0o700);
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", this.identityFile]);
    this.network = name;
    this.labels = ["--label", label, "--label", `${setLabel}=${name}`];
  }

  /** This machine's address on the network. */
  get gateway(): string {
    return `${this.subnet}.1`;
  }

  /** Makes the network. */
  async start(): Promise<void> {
    const [, second, third] = this.subnet.split(".");
    const subnets = ["--ipv6", "--subnet", `${this.subnet}.0/24`, "--subnet", `fd00:${second}:${third}::/64`];
    await docker("network", "create", ...this.labels, ...subnets, this.network);
  }

  /**
   * Starts a bare server and waits until its sshd answers.
   * @param number last part of its address, from 10 on.
   * @param options more options of `docker create`, such as a small disk at /var/lib/docker.
   */
  async host(
    release: Release,
    number: number,
    options: readonly string[] = [],
    init: Init = "init scripts",
  ): Promise<TestHost> {
    const [, second, third] = this.subnet.split(".");
    const address = `${this.subnet}.${number}`;
    const address6 = `fd00:${second}:${third}::${number}`;
    const name = `${this.name}-${number}`;
    const data = options.some((option) => option.includes("/var/lib/docker")) ? [] : ["--volume", "/var/lib/docker"];
    await docker(
      ...["create", "--name", name, "--hostname", name, ...this.labels, "--restart", "always"],
      // systemd has to be the first process itself.
      ...(init === "systemd" ? ["--stop-signal", "SIGRTMIN+3"] : ["--init"]),
      ...[
        "--network",
        this.network,
        "--ip",
        address,
        "--ip6",
        address6,
        "--sysctl",
        "net.ipv6.conf.all.disable_ipv6=0",
      ],
      ...["--cap-drop", "ALL", ...capabilities.flatMap((capability) => ["--cap-add", capability]), ...unconfined],
      ...["--device-cgroup-rule", "a *:* rwm", "--cgroupns", "host", ...controlGroups()],
      ...["--tmpfs", "/run:exec", "--tmpfs", "/tmp:exec", ...data, ...options, hostImage(release)],
      ...(init === "systemd" ? ["/sbin/boot", "systemd"] : []),
    );
    const host = new TestHost(name, address, address6, this.identityFile, this.folder);
    this.hosts.push(host);
    await docker("start", name);
    await host.booted();
    const key = readFileSync(`${this.identityFile}.pub`, "utf8").trim();
    await host.exec(
      `for user in root admin guest; do
        home=$(getent passwd "$user" | cut -d: -f6)
        install -d -m 700 -o "$user" -g "$user" "$home/.ssh"
        echo '${key}' >"$home/.ssh/authorized_keys"
        chown "$user:$user" "$home/.ssh/authorized_keys"
      done`,
    );
    return host;
  }

  /** Starts a machine that is no host: one that tries to reach the hosts. Returns its container's name and its address. */
  async outsider(number: number): Promise<{ name: string; address: string }> {
    const name = `${this.name}-outsider-${number}`;
    const address = `${this.subnet}.${number}`;
    // It may choose its routes, as any machine on a network may.
    const options = ["--detach", "--name", name, ...this.labels, "--init", "--cap-add", "NET_ADMIN"];
    const network = ["--network", this.network, "--ip", address];
    await docker("run", ...options, ...network, hostImage("trixie"), "sleep", "infinity");
    this.containers.push(name);
    return { name, address };
  }

  /** Writes a known_hosts file with the keys of these hosts; its path. */
  knownHosts(hosts: readonly TestHost[]): string {
    const file = join(this.folder, `known_hosts-${hosts.map(({ name }) => name.slice(this.name.length)).join("")}`);
    writeFileSync(file, hosts.map(({ address, hostKey }) => `${address} ${hostKey}\n`).join(""));
    return file;
  }

  /** Removes machines, their volumes, the network and the keys; fails only after it has tried all. */
  async clean(): Promise<void> {
    const hosts = this.hosts.splice(0);
    // What the host's own engine runs has control groups on this machine, which only that engine takes away.
    await Promise.allSettled(
      hosts.map((host) => host.exec("docker ps --quiet | xargs --no-run-if-empty docker rm --force")),
    );
    const names = [...hosts.map(({ name }) => name), ...this.containers.splice(0)];
    const removed = await Promise.allSettled(names.map((name) => docker("rm", "--force", "--volumes", name)));
    removed.push(...(await Promise.allSettled([docker("network", "rm", this.network)])));
    rmSync(this.folder, { recursive: true, force: true });
    const failed = removed.find((result) => result.status === "rejected");
    if (failed) {
      throw failed.reason;
    }
  }
}
