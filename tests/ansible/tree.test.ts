import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { projectFolder } from "../support/cliStack";
import { ansiblePrograms, attempt, type ProgressEvent } from "../support/hosts";

const tree = join(projectFolder, "ansible");
const roles = readdirSync(join(tree, "roles"));
const load = (path: string): unknown => parse(readFileSync(join(tree, path), "utf8"));

interface Specs {
  readonly argument_specs: Record<string, { options: Record<string, { default?: unknown; description: string }> }>;
}

describe("pinned versions", () => {
  it("are the same in requirements.yml and in what requirements.txt installs", () => {
    const { collections } = load("requirements.yml") as { collections: { name: string; version: string }[] };
    const listed = execFileSync(join(ansiblePrograms(), "ansible-galaxy"), ["collection", "list", "--format", "json"], {
      encoding: "utf8",
      env: { ...process.env, ANSIBLE_HOME: tmpdir(), ANSIBLE_COLLECTIONS_PATH: "/nowhere" },
      stdio: ["ignore", "pipe", "ignore"],
    });
    const installed: Record<string, { version: string }> = {};
    for (const folder of Object.values(JSON.parse(listed) as Record<string, typeof installed>)) {
      Object.assign(installed, folder);
    }
    for (const { name, version } of collections) {
      expect({ name, version: installed[name]?.version }).toEqual({ name, version });
    }
  });

  it("cover every collection that a role uses", () => {
    const { collections } = load("requirements.yml") as { collections: { name: string }[] };
    const used = execFileSync("grep", ["-rhoE", "^ +(ansible|community)\\.[a-z]+\\.[a-z_]+:", join(tree, "roles")], {
      encoding: "utf8",
    });
    const names = new Set(
      used
        .split("\n")
        .filter(Boolean)
        .map((line) => line.trim().split(".").slice(0, 2).join(".")),
    );
    names.delete("ansible.builtin");
    expect([...names].sort()).toEqual(collections.map(({ name }) => name).sort());
  });
});

describe.each(roles)("role %s", (role) => {
  const { argument_specs: specs } = load(`roles/${role}/meta/argument_specs.yml`) as Specs;
  const defaults = load(`roles/${role}/defaults/main.yml`) as Record<string, unknown>;

  it("documents every argument, all of them with the role's name, and their defaults", () => {
    const options = specs["main"]!.options;
    expect(Object.keys(options).sort()).toEqual(Object.keys(defaults).sort());
    for (const [name, { default: documented, description }] of Object.entries(options)) {
      expect(name).toMatch(new RegExp(`^${role}_`));
      expect(description).toMatch(/\.$/);
      if (documented !== undefined) {
        expect({ [name]: documented }).toEqual({ [name]: defaults[name] });
      }
    }
  });

  it("has a comment above each default", () => {
    const lines = readFileSync(join(tree, `roles/${role}/defaults/main.yml`), "utf8").split("\n");
    const bare = lines.filter((line, at) => /^[a-z]/.test(line) && !lines[at - 1]!.startsWith("#"));
    expect(bare).toEqual([]);
  });

  it("has tasks for each entry point", () => {
    for (const entry of Object.keys(specs)) {
      expect(existsSync(join(tree, `roles/${role}/tasks/${entry}.yml`))).toBe(true);
    }
  });
});

describe("the callback plugin", () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "odoo-fleet-test-"))));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("reports each task without what it was given, and hides messages of tasks with secrets", async () => {
    const playbook = join(folder, "play.yml");
    const progress = join(folder, "progress");
    writeFileSync(
      playbook,
      `
- hosts: all
  gather_facts: false
  tasks:
    - name: Quiet
      ansible.builtin.command: echo hunter2
      changed_when: false
    - name: Changed
      ansible.builtin.command: echo hunter2
      changed_when: true
    - name: Skipped
      ansible.builtin.command: echo hunter2
      when: false
    - name: Ignored
      ansible.builtin.command: sh -c "echo hunter2; exit 1"
      ignore_errors: true
    - name: Secret
      ansible.builtin.command: sh -c "echo hunter2; exit 1"
      no_log: true
      when: inventory_hostname == 'one'
    - name: Failed
      ansible.builtin.command: sh -c "echo because >&2; exit 3"
`,
    );
    const args = ["--inventory", "one,two,", "--connection", "local", playbook];
    const env = {
      ...process.env,
      ANSIBLE_CONFIG: join(tree, "ansible.cfg"),
      ANSIBLE_HOME: folder,
      ODOO_FLEET_PROGRESS: progress,
    };
    const { code, output } = await attempt(join(ansiblePrograms(), "ansible-playbook"), args, { env });
    expect(code).toBe(2);
    const written = readFileSync(progress, "utf8");
    expect(written + output).not.toContain("hunter2");
    const events = written
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as ProgressEvent);
    const of = (host: string): string[] =>
      events.filter((event) => event.host === host).map((event) => `${event.task} ${event.status}`);
    const common = ["Quiet ok", "Changed changed", "Skipped skipped", "Ignored ok"];
    expect(of("one")).toEqual([...common, "Secret failed"]);
    expect(of("two")).toEqual([...common, "Secret skipped", "Failed failed"]);
    const messages = events.filter(({ message }) => message !== undefined).map(({ task, message }) => [task, message]);
    expect(messages).toEqual([
      ["Secret", "the message is hidden, as the task handles secrets"],
      ["Failed", "non-zero return code: because."],
    ]);
    expect(output).toContain("one | Changed | changed");
    expect(output).not.toContain("Quiet");
  });
});
