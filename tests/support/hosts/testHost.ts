import { docker } from "../imagesSandbox";
import { attempt } from "./attempt";

/** Answer of a command on a host. */
export interface Answer {
  readonly code: number;
  readonly output: string;
}

/** Command that lists files and packages of a host, which a check must not change; apart from the note that sudo itself leaves at its first use. */
export const machineState =
  "find /etc /usr/local /root /home -name .ansible -prune -o -type f ! -name .sudo_as_admin_successful -printf '%p %s %T@ %m\\n' | sort; dpkg-query -W";

/** A throw-away machine. */
export class TestHost {
  private key: string | undefined;

  constructor(
    /** Name of its container, and its host name. */
    readonly name: string,
    readonly address: string,
    readonly address6: string,
    private readonly identityFile: string,
    private readonly folder: string,
  ) {}

  /** The public key of its SSH server, such as `ssh-ed25519 AAAA...`; known once it has booted. */
  get hostKey(): string {
    if (this.key === undefined) {
      throw new Error(`${this.name} hasn't booted`);
    }
    return this.key;
  }

  /** Waits until it has started its services, and learns its key by the way that no network can forge. */
  async booted(): Promise<void> {
    const deadline = Date.now() + 60_000;
    while ((await attempt("docker", ["exec", this.name, "test", "-e", "/run/booted"])).code !== 0) {
      if (Date.now() > deadline) {
        throw new Error(`${this.name} doesn't boot: ${await docker("logs", this.name)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    const key = await this.exec("cat /etc/ssh/ssh_host_ed25519_key.pub");
    this.key = key.split(" ").slice(0, 2).join(" ");
  }

  /** Boots again, as after a power cut: only what the services' own files say comes back. */
  async reboot(): Promise<void> {
    await docker("restart", "--time", "0", this.name);
    await this.booted();
  }

  /** Runs a shell script as root, beside SSH and firewall. What it printed; throws if it fails. */
  exec(script: string): Promise<string> {
    return docker("exec", this.name, "sh", "-c", script);
  }

  /** Runs a command as a user logs in: over SSH, with the key, checking the host's. Never asks for anything. */
  ssh(user: string, command: string, options: readonly string[] = []): Promise<Answer> {
    const settings = ["BatchMode=yes", "StrictHostKeyChecking=yes", "ConnectTimeout=10", "LogLevel=ERROR"];
    return attempt("ssh", [
      ...["-F", "none", "-i", this.identityFile, "-o", "IdentitiesOnly=yes", ...options],
      ...["-o", `KnownHostsCommand=/bin/echo ${this.address} ${this.hostKey}`],
      ...["-o", `UserKnownHostsFile=${this.folder}/none`, ...settings.flatMap((setting) => ["-o", setting])],
      ...[`${user}@${this.address}`, command],
    ]);
  }
}
