import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { stringify } from "yaml";
import { projectFolder } from "../cliStack";
import type { TestHost, TestHosts } from "./index";

/** What Ansible says of one task on one host. */
export interface ProgressEvent {
  readonly host: string;
  readonly role: string;
  readonly task: string;
  readonly status: "ok" | "changed" | "skipped" | "failed" | "unreachable";
  readonly message?: string;
}

/** A run of Ansible. */
export interface PlaybookResult {
  readonly code: number;
  readonly output: string;
  readonly events: readonly ProgressEvent[];
}

/** Folder of Ansible's programs, which are installed at the first use. */
export function ansiblePrograms(): string {
  const script = join(projectFolder, "setup/ansible.sh");
  return execFileSync(script, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).trim();
}

/** A host of an inventory: its variables, over those that every test host has. */
export interface PlaybookHost {
  readonly host: TestHost;
  /** Its name in the inventory; default the machine's. One machine can be several hosts, each with a fault of its own. */
  readonly name?: string;
  /** Group of the inventory; default linux. */
  readonly group?: "linux" | "workstation";
  /** Who logs in; default root. */
  readonly user?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** How a run differs from others. */
export interface PlaybookOptions {
  /** Other arguments of ansible-playbook. */
  readonly arguments?: readonly string[];
  /** Ends Ansible, as a power cut would, as soon as it has reported this task, written as `role: task`. */
  readonly killAfter?: string;
  /** Default 300. */
  readonly seconds?: number;
  /** Variables of the environment. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a playbook of the project, as the program does: with a private inventory, known hosts and the key of the test. */
export async function runPlaybook(
  hosts: TestHosts,
  playbook: string,
  members: readonly PlaybookHost[],
  options: PlaybookOptions = {},
): Promise<PlaybookResult> {
  const folder = mkdtempSync(join(hosts.folder, "run-"));
  const known = hosts.knownHosts(members.map(({ host }) => host));
  const inventory = join(folder, "inventory.yml");
  // An inventory names all groups: Ansible warns of one that a playbook doesn't find.
  const groups: Record<string, { hosts: Record<string, object> }> = {
    linux: { hosts: {} },
    workstation: { hosts: {} },
    windows: { hosts: {} },
  };
  for (const { host, name = host.name, group = "linux", user = "root", variables = {} } of members) {
    groups[group]!.hosts[name] = {
      ansible_host: host.address,
      ansible_user: user,
      ansible_ssh_private_key_file: hosts.identityFile,
      ansible_ssh_common_args: `-F none -o IdentitiesOnly=yes -o UserKnownHostsFile=${known} -o StrictHostKeyChecking=yes`,
      // The machine's disk is shared by everything that runs here.
      base_min_disk_gib: 1,
      ...variables,
    };
  }
  writeFileSync(inventory, stringify({ all: { children: groups } }));
  const progress = join(folder, "progress.jsonl");
  const programs = ansiblePrograms();
  const env = {
    ...process.env,
    PATH: `${programs}:${process.env["PATH"]}`,
    ANSIBLE_HOME: folder,
    // Of this run alone: an open connection would hide a key that has changed.
    ANSIBLE_SSH_CONTROL_PATH_DIR: join(folder, "cp"),
    // As ansible/run.sh has it: what is compiled is kept.
    PYTHONDONTWRITEBYTECODE: undefined,
    ODOO_FLEET_PROGRESS: progress,
    ...options.env,
  };
  const args = ["--inventory", inventory, playbook, ...(options.arguments ?? [])];
  const child = spawn(join(programs, "ansible-playbook"), args, {
    cwd: join(projectFolder, "ansible"),
    env,
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own, so that nothing of it survives.
    detached: true,
  });
  const end = (): boolean => process.kill(-child.pid!, "SIGKILL");
  const timer = setTimeout(end, (options.seconds ?? 300) * 1000);
  const watch = setInterval(() => {
    if (options.killAfter && read(progress).some((event) => taskOf(event) === options.killAfter)) {
      clearInterval(watch);
      end();
    }
  }, 20);
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number>((resolve) => child.on("close", (status) => resolve(status ?? -1))),
  ]);
  clearTimeout(timer);
  clearInterval(watch);
  return { code, output: stdout + stderr, events: read(progress) };
}

/** What has been reported so far; a line that is being written isn't yet. */
function read(progress: string): ProgressEvent[] {
  const lines = existsSync(progress) ? readFileSync(progress, "utf8").split("\n").slice(0, -1) : [];
  return lines.map((line) => JSON.parse(line) as ProgressEvent);
}

/** A task's role and name. */
const taskOf = ({ role, task }: ProgressEvent): string => (role ? `${role}: ${task}` : task);

/** Tasks of a run with this status, as `role: task`; of one host, if it is named. */
export function tasksOf({ events }: PlaybookResult, status: ProgressEvent["status"], host?: string): string[] {
  return events.filter((event) => event.status === status && (host ?? event.host) === event.host).map(taskOf);
}

/** What a failed run says of a host, by the name in the inventory; fails when it says nothing. */
export function failureOf({ events, output }: PlaybookResult, host: string): string {
  const event = events.find(({ host: name, status }) => name === host && /^(failed|unreachable)$/.test(status));
  if (!event) {
    throw new Error(`Nothing failed on ${host}:\n${output}`);
  }
  return `${event.status} at ${taskOf(event)}: ${event.message ?? ""}`;
}
