import { readFileSync } from "node:fs";
import { CliStack } from "../support/cliStack";
import { TestHosts, type TestHost } from "../support/hosts";
import { hostConfig, loadBaseImages } from "../support/hosts/fleet";
import { eventually, statusOf } from "../support/odooClient";

const stack = new CliStack("hosts-fleet", 141);
const machines = new TestHosts("test-hosts-fleet", "10.140.0");
let one: TestHost;
let two: TestHost;
let hosts: Record<string, Record<string, unknown>>;

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
});

afterAll(async () => {
  // The machines go with all that is on them.
  await machines.clean();
  stack.forget();
});

describe("two bare servers", () => {
  test("are previewed, though neither has an engine, with what will be on them", async () => {
    stack.configure({ hosts, tenants });
    const { code, output } = await stack.run("preview");
    expect(output).toMatch(/\+ +command:local:Command +odoo-1-bootstrap +create/);
    expect(output).toMatch(/\+ +docker:index:Container +globex-odoo +create/);
    expect(code).toBe(0);
    expect(await one.exec("command -v docker || echo none")).toContain("none");
  });

  test("become hosts in one up, side by side, with what Ansible does readable task by task", async () => {
    stack.configure({ hosts, tenants: {} });
    const output = await stack.mustUp();
    for (const host of ["odoo-1", "odoo-2"]) {
      expect(output).toMatch(new RegExp(`command:local:Command ${host}-bootstrap .*docker_host: .* \\(changed\\)`));
    }
    for (const machine of [one, two]) {
      expect(await machine.exec("docker version --format '{{.Server.Version}}'")).toMatch(/^\d+/);
      expect(await machine.exec("docker ps --quiet")).toBe("");
    }
  });

  test("run tenants, each on its own host, until the login page", async () => {
    await loadBaseImages([one, two]);
    stack.configure({ hosts, tenants });
    await stack.mustUp();
    for (const { address } of [one, two]) {
      expect(
        await eventually(
          () => statusOf(`http://${address}:20010/web/login`),
          (status) => status === 200,
        ),
      ).toBe(200);
    }
    expect(await running(one)).toEqual(["nginx", "odoo", "postgres"].map((part) => `test-hosts-fleet-acme-${part}`));
    expect(await running(two)).toEqual(["nginx", "odoo", "postgres"].map((part) => `test-hosts-fleet-globex-${part}`));
  });

  test("are left alone when nothing changed", async () => {
    const before = await Promise.all([one, two].map((host) => host.exec("cat /var/log/auth.log 2>/dev/null | wc -l")));
    const output = await stack.mustUp();
    expect(output).toMatch(/^ {4}\d+ unchanged$/m);
    expect(output).not.toMatch(/^ {4}[-+~]/m);
    expect(before).toHaveLength(2);
  });

  test("leave nothing secret in the state: no private key, no output of a run", () => {
    const state = stack.state();
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

interface StoredCommand {
  readonly type: string;
  readonly outputs: { readonly stdout: unknown };
}
