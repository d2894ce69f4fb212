import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { parseFleet } from "../../../fleet";
import { configOfFile } from "../../../tools/stackFile";

const project = resolve(__dirname, "..", "..", "..");
let folder: string;
let state: string;
let locks: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "odoo-fleet-prepare-"));
  state = join(folder, "state", ".pulumi", "stacks", "odoo-fleet");
  locks = join(folder, "state", ".pulumi", "locks", "organization", "odoo-fleet", "dev");
  mkdirSync(state, { recursive: true });
  mkdirSync(locks, { recursive: true });
  writeFileSync(join(folder, "Pulumi.dev.yaml"), "config:\n  odoo-fleet:tenants: {}\n");
});

afterEach(() => rmSync(folder, { recursive: true }));

function prepare(...more: string[]): string {
  execFileSync(
    process.execPath,
    [
      "--import",
      require.resolve("tsx"),
      join(project, "tools", "prepare-stack.ts"),
      "dev",
      "out/Pulumi.dev.yaml",
      ...more,
    ],
    {
      cwd: folder,
      env: {
        ...process.env,
        NODE_OPTIONS: "",
        PULUMI_BACKEND_URL: `file://${folder}/state?metadata=skip`,
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  return readFileSync(join(folder, "out", "Pulumi.dev.yaml"), "utf8");
}

it("removes attributes that a killed run couldn't finish, and no others", () => {
  writeFileSync(join(state, "dev.json"), "{}");
  writeFileSync(join(state, "dev.json.attrs"), "");
  writeFileSync(join(state, "dev.json.bak.attrs"), '{"user.content_type":"application/json"}');
  writeFileSync(join(state, "prod.json.attrs"), "");
  prepare();
  expect(existsSync(join(state, "dev.json"))).toBe(true);
  expect(existsSync(join(state, "dev.json.attrs"))).toBe(false);
  expect(existsSync(join(state, "dev.json.bak.attrs"))).toBe(true);
  expect(existsSync(join(state, "prod.json.attrs"))).toBe(true);
});

it("removes the lock of a run that is gone, and leaves those of living runs and of other machines", async () => {
  const lock = (name: string, pid: number, host: string): void =>
    writeFileSync(join(locks, name), JSON.stringify({ pid, hostname: host }));
  lock("gone.json", 2 ** 22 + 1, hostname());
  // Another program has the id of a run that is gone.
  lock("again.json", process.pid, hostname());
  const cli = join(folder, "pulumi");
  copyFileSync("/bin/sleep", cli);
  const run = spawn(cli, ["60"], { stdio: "ignore" });
  await once(run, "spawn");
  lock("living.json", run.pid!, hostname());
  lock("elsewhere.json", 2 ** 22 + 1, `not-${hostname()}`);
  try {
    prepare();
  } finally {
    run.kill("SIGKILL");
  }
  expect(existsSync(join(locks, "gone.json"))).toBe(false);
  expect(existsSync(join(locks, "again.json"))).toBe(false);
  expect(existsSync(join(locks, "living.json"))).toBe(true);
  expect(existsSync(join(locks, "elsewhere.json"))).toBe(true);
});

it("refuses a mail password in plain text, also beside something that is encrypted, and doesn't show it", () => {
  const file = join(folder, "Pulumi.dev.yaml");
  const rest = "    heartbeatUrl:\n      secure: v1:abc\n";
  const declared = (password: string): void =>
    writeFileSync(file, `config:\n  odoo-fleet:monitoring:\n${rest}    mail:\n      password: ${password}\n`);
  declared("{ secure: v1:def }");
  prepare();
  declared("hunter2");
  let message = "";
  try {
    prepare();
  } catch (error) {
    message = (error as { stderr: Buffer }).stderr.toString();
  }
  expect(message).toContain("odoo-fleet:monitoring.mail.password is in plain text");
  expect(message).toContain("pulumi config set --secret");
  expect(message).not.toContain("hunter2");
});

it("refuses a password for sudo in plain text", () => {
  const file = join(folder, "Pulumi.dev.yaml");
  writeFileSync(file, "config:\n  odoo-fleet:sudoPasswords:\n    web1: { secure: v1:abc }\n    web2: hunter2\n");
  expect(prepare).toThrow(/odoo-fleet:sudoPasswords\.web2 is in plain text(?![^]*hunter2)/);
});

it("keeps the salt of an earlier run", () => {
  mkdirSync(join(folder, "out"));
  writeFileSync(join(folder, "out", "Pulumi.dev.yaml"), "encryptionsalt: v1:salt\n");
  expect(prepare()).toBe("config:\n  odoo-fleet:tenants: {}\nencryptionsalt: v1:salt\n");
});

it("lays what another file declares beside the stack's own file, which wins", () => {
  const more = "config:\n  odoo-fleet:tenants: { acme: {} }\n  odoo-fleet:portal: { slots: {} }\n";
  writeFileSync(join(folder, "more.yaml"), more);
  expect(parse(prepare("more.yaml"))).toMatchObject({
    config: { "odoo-fleet:tenants": {}, "odoo-fleet:portal": { slots: {} } },
  });
  expect(readFileSync(join(folder, "Pulumi.dev.yaml"), "utf8")).not.toContain("portal");
});

it("is given a portal by the demo that the fleet takes beside the environment dev", () => {
  const config = (file: string): object =>
    (parse(readFileSync(join(project, file), "utf8")) as { config: object }).config;
  const raw = configOfFile({ ...config("Pulumi.dev.yaml"), ...config("tools/demo-portal.yaml") });
  expect(parseFleet(raw, "dev")).toMatchObject({ ok: true, fleet: { portal: { host: "local" } } });
});
