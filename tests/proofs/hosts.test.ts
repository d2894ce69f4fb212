import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { progressFile } from "../../components/host/bootstrapProgress";
import { CliStack } from "../support/cliStack";
import { TestHosts, type TestHost } from "../support/hosts";
import { loadBaseImages } from "../support/hosts/engineImages";
import { hostConfig } from "../support/hosts/fleet";
import { docker } from "../support/imagesSandbox";
import { eventually, statusOf } from "../support/odooClient";
import { tellHosts } from "../../tools/up/schedules";

const stack = new CliStack("hosts-fleet", 141);
const machines = new TestHosts("test-hosts-fleet", "10.140.0");
let one: TestHost;
let two: TestHost;
let hosts: Record<string, Record<string, unknown>>;
/** What sudo asks for on the second host: with everything in it that YAML, shells and Ansible's templates read otherwise. */
const password = `it's "{{ 7 * 7 }}" #1 $HOME`;
let sudoPasswords: Record<string, unknown>;

/** Encrypts a password for sudo, as a user does, into the form that it has in the stack's file. */
async function encrypted(plain: string): Promise<Record<string, unknown>> {
  stack.configure({ hosts });
  const { code, output } = await stack.run(
    ...(["config", "set", "--secret", "--path", "odoo-fleet:sudoPasswords.odoo-2", plain] as const),
  );
  expect({ code, output }).toSucceed();
  const file = readFileSync(join(stack.folder, `Pulumi.${stack.environment}.yaml`), "utf8");
  const { config } = parse(file) as { config: Record<string, Record<string, unknown>> };
  return config["odoo-fleet:sudoPasswords"]!;
}

const tenants = {
  acme: { host: "odoo-1", slot: 1 },
  globex: { host: "odoo-2", slot: 1 },
};

/** Names of the containers that run on a host. */
async function running(host: TestHost): Promise<string[]> {
  return (await host.exec("docker ps --format '{{.Names}}'")).split("\n").sort();
}

beforeAll(async () => {
  // As `make up` runs it.
  stack.environmentVariables["PULUMI_CONTINUE_ON_ERROR"] = "true";
  await stack.init();
  await machines.start();
  [one, two] = await Promise.all([machines.host("bookworm", 11), machines.host("trixie", 12)]);
  hosts = {
    "odoo-1": hostConfig(one, machines.identityFile, 142),
    "odoo-2": hostConfig(two, machines.identityFile, 143),
  };
  await two.exec("rm /etc/sudoers.d/admin; echo 'admin ALL=(ALL) ALL' >/etc/sudoers.d/admin");
  await two.exec(`cat <<'END' | chpasswd\nadmin:${password}\nEND`);
  sudoPasswords = await encrypted(password);
});

afterAll(async () => {
  // The machines go with all that is on them.
  await machines.clean();
  stack.forget();
});

describe("two bare servers", () => {
  test("become hosts with tenants in one up, side by side, with what Ansible does readable task by task", async () => {
    // How images come to a host is what threeHosts.test.ts is about.
    await loadBaseImages([one, two]);
    stack.configure({ hosts, sudoPasswords, tenants });
    const output = await stack.mustUp();
    for (const host of ["odoo-1", "odoo-2"]) {
      expect(output).toMatch(new RegExp(`HostBootstrap ${host} .*docker_host: .* \\(changed\\)`));
    }
    for (const machine of [one, two]) {
      expect(await machine.exec("docker version --format '{{.Server.Version}}'")).toMatch(/^\d+/);
    }
  });

  test("serve the tenants' login pages, each on its own host", async () => {
    for (const { address } of [one, two]) {
      expect(
        await eventually(
          () => statusOf(`http://${address}:20010/web/login`),
          (status) => status === 200,
        ),
      ).toBe(200);
    }
    const parts = ["backup", "files", "nginx", "odoo", "postgres"];
    expect(await running(one)).toEqual(parts.map((part) => `test-hosts-fleet-acme-${part}`));
    expect(await running(two)).toEqual(parts.map((part) => `test-hosts-fleet-globex-${part}`));
  });

  test("are left alone when nothing changed but what sudo asks for: the next run takes it", async () => {
    stack.configure({ hosts, sudoPasswords: await encrypted("another one"), tenants });
    const output = await stack.mustUp();
    expect(output).toMatch(/^ {4}\d+ unchanged$/m);
    expect(output).not.toMatch(/^ {4}[-+~]/m);
  });

  test("leave nothing secret in the state: no private key, no password, no output of a run", () => {
    const state = stack.state();
    for (const plain of ["7 * 7", "another one", "ansible_become_password"]) {
      expect(state).not.toContain(plain);
    }
    const logs = ["odoo-1", "odoo-2"].map((host) => dirname(progressFile(`${stack.environment}.${host}`)));
    for (const file of logs.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))) {
      expect(readFileSync(file, "utf8")).not.toContain("7 * 7");
    }
    const privateKey = readFileSync(machines.identityFile, "utf8").split("\n")[1]!;
    expect(state).not.toContain(privateKey);
    const commands = (JSON.parse(state) as { checkpoint: { latest: { resources: StoredCommand[] } } }).checkpoint.latest
      .resources;
    const runs = commands.filter(({ type }) => type === "command:local:Command");
    expect(runs).toHaveLength(4);
    for (const { outputs } of runs) {
      expect(outputs.stdout).toMatchObject({ ciphertext: expect.any(String) as string });
    }
  });
});

describe("a host that was told when a tenant stops", () => {
  const tell = (moment: "before" | "after"): Promise<void> =>
    tellHosts(moment, join(stack.folder, `Pulumi.${stack.environment}.yaml`), { environment: stack.environment });
  const volume = (what: string): string => `${stack.environment}-acme-${what}`;
  const labelOf = async (what: string, name: string): Promise<string> =>
    one.exec(`docker volume inspect --format '{{index .Labels "odoo-fleet.${name}"}}' ${volume(what)} || true`);

  test("stops it by itself while nobody applies the stack, by its own cron", async () => {
    const end = new Date(Date.now() + 8 * 3_600_000);
    const declare = (lifecycle: object): void =>
      stack.configure({ hosts, sudoPasswords, tenants: { ...tenants, acme: { ...tenants.acme, ...lifecycle } } });
    declare({ lifecycle: { expiresAt: end.toISOString() } });
    await stack.mustUp();
    await tell("after");
    expect(await labelOf("schedule", "schedule")).toMatch(
      new RegExp(`^\\d+ \\d+ running ${Math.floor(end.getTime() / 1000)}$`),
    );
    expect(await two.exec("docker volume ls --quiet --filter label=odoo-fleet.service=schedule")).toBe("");
    // Without systemd it is a child of the SSH session that Ansible came by, whose audit id (`loginuid`) a container can't take off again.
    await one.exec("service cron restart");
    // As if it had been told ten hours ago.
    const own = ["environment", "host", "tenant", "service", "schedule-by"];
    const values = [stack.environment, "odoo-1", "acme", "schedule", "declared"];
    const labels = own.map((name, index) => `--label odoo-fleet.${name}=${values[index]}`).join(" ");
    await one.exec(`docker volume rm ${volume("schedule")} && now=$(date +%s) && docker volume create ${labels} \\
      --label "odoo-fleet.schedule=$((now - 36000)) $((now + 999999)) running $((now - 7200))" ${volume("schedule")}`);
    const parts = await eventually(
      () => running(one),
      (found) => found.length === 1,
      90,
    );
    expect(parts).toEqual([`${stack.environment}-acme-nginx`]);
    expect(await labelOf("kept", "kept")).toMatch(/^suspended \d+$/);

    // An `up` would find nothing to change, and a tenant that doesn't run.
    declare({});
    await tell("before");
    expect(await running(one)).toHaveLength(5);
    await stack.mustUp();
    await tell("after");
    expect([await labelOf("kept", "kept"), await labelOf("schedule", "schedule")].join("")).not.toMatch(
      /suspended|running/,
    );
  });
});

describe("a host that is down", () => {
  test("fails with its tenants alone, named, and keeps all in the state; the others are worked on", async () => {
    await docker("stop", "--time", "1", two.name);
    stack.configure({
      hosts,
      sudoPasswords,
      tenants: { acme: { ...tenants.acme, plan: "basic" }, globex: { ...tenants.globex, plan: "basic" } },
    });
    const before = resourcesOf("globex");
    const { code, output } = await stack.up();
    expect(code).not.toBe(0);
    expect(output).toContain("host odoo-2 and its tenants were not changed: it doesn't answer");
    expect(output).toMatch(/check that host odoo-2 is running and accepts this machine's SSH login/);
    expect(output).toMatch(/docker:index:Container acme-odoo created replacement/);
    expect(
      await eventually(
        () => statusOf(`http://${one.address}:20010/web/login`),
        (status) => status === 200,
      ),
    ).toBe(200);
    expect(resourcesOf("globex")).toEqual(before);
  });

  test("refuses the whole run where Pulumi is to stop at the first error, with nothing changed", async () => {
    stack.environmentVariables["PULUMI_CONTINUE_ON_ERROR"] = "false";
    const { code, output } = await stack.up();
    stack.environmentVariables["PULUMI_CONTINUE_ON_ERROR"] = "true";
    expect(code).not.toBe(0);
    expect(output).toContain("odoo-fleet:hosts.odoo-2.docker");
    expect(output).toContain("Nothing was changed");
  });

  test("is caught up with when it is back, by an up that is killed meanwhile and repeated", async () => {
    await docker("start", two.name);
    await two.booted();
    // Declared anew, so that Ansible runs.
    hosts["odoo-2"] = { ...hosts["odoo-2"], firewall: { allow: [{ port: 9100, comment: "node exporter" }] } };
    stack.configure({ hosts, sudoPasswords, tenants });
    const log = progressFile(`${stack.environment}.odoo-2`);
    // The last run's, which was past that already.
    rmSync(log);
    const { process: run, done } = stack.begin("up", "--yes", "--skip-preview");
    await eventually(() => Promise.resolve(existsSync(log) && readFileSync(log, "utf8").includes("tuning")), Boolean);
    killRun(`${stack.environment}.odoo-2`);
    process.kill(-run.pid!, "SIGKILL");
    await done;
    await stack.plain("cancel", "--yes");
    await stack.mustUp();
    expect(await two.exec("nft list table inet odoo_fleet")).toContain("9100");
    expect(
      await eventually(
        () => statusOf(`http://${two.address}:20010/web/login`),
        (status) => status === 200,
      ),
    ).toBe(200);
  });
});

describe("a host that was taken out", () => {
  test("is refused while the stack has tenants on it, though they are taken out too", async () => {
    stack.configure({ hosts: { "odoo-1": hosts["odoo-1"] }, tenants: { acme: tenants.acme } });
    const { code, output } = await stack.up();
    expect(code).not.toBe(0);
    expect(output).toMatch(
      /odoo-fleet:hosts\.odoo-2\s+value: +\(not set\)\s+expected: .* while it has tenants: globex/,
    );
    expect(await running(two)).toHaveLength(5);
  });

  test("is refused in the place of a tenant's data, too: a tenant that names another host", async () => {
    stack.configure({ hosts, sudoPasswords, tenants: { ...tenants, globex: { host: "odoo-1", slot: 2 } } });
    const { code, output } = await stack.up();
    expect(code).not.toBe(0);
    expect(output).toMatch(
      /odoo-fleet:tenants\.globex\.host\s+value: +"odoo-1"\s+expected: odoo-2, where the tenant's data is/,
    );
  });
});

test("another key than the declared one is refused, by Ansible, the preflight and the provider alike", async () => {
  const others = { ...hosts, "odoo-2": { ...hosts["odoo-2"], hostKey: one.hostKey } };
  stack.configure({ hosts: others, sudoPasswords, tenants });
  const { code, output } = await stack.up();
  expect(code).not.toBe(0);
  expect(output).toMatch(/REMOTE HOST IDENTIFICATION HAS CHANGED|Host key verification failed/);
  expect(await running(two)).toHaveLength(5);
});

/** Kills Ansible, and what started it, half-way. The processes of a run are known by its name in their environment. */
function killRun(run: string): void {
  const pids = readdirSync("/proc").filter((name) => {
    try {
      return readFileSync(join("/proc", name, "environ"), "utf8")
        .split("\0")
        .includes(`ODOO_FLEET_RUN=${run}`);
    } catch {
      return false;
    }
  });
  expect(pids.length).toBeGreaterThan(1);
  for (const pid of pids) {
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch {
      // It has just ended with its parent.
    }
  }
}

/** Ids of a tenant's objects in the state. */
function resourcesOf(tenant: string): string[] {
  const { checkpoint } = JSON.parse(stack.state()) as {
    checkpoint: { latest: { resources: { urn: string; id?: string }[] } };
  };
  return checkpoint.latest.resources
    .filter(({ urn }) => urn.includes(`::${tenant}-`))
    .map(({ urn, id }) => `${urn} ${id}`)
    .sort();
}

interface StoredCommand {
  readonly type: string;
  readonly outputs: { readonly stdout: unknown };
}
