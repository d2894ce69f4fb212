import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CliStack } from "../support/cliStack";
import { engine, objectsOf } from "../support/engine";
import { eventually } from "../support/odooClient";

// Nothing here ever gets as far as a resource, so the tests are quick; that is part of what they show.
const stack = new CliStack("badinput", 212);
const cleanUps: (() => Promise<unknown>)[] = [];

beforeAll(() => stack.init());
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) {
    await cleanUp();
  }
});
afterAll(() => stack.dispose());

/** Runs `up` with a configuration that must be refused, and shows that nothing came of it. */
async function refused(config: Record<string, unknown>): Promise<string> {
  stack.configure(config);
  const { code, output } = await stack.up();
  expect(code).not.toBe(0);
  // A message, not a crash: no stack trace, no name of a source file.
  expect(output).not.toMatch(/^\s+at .*\(.*:\d+:\d+\)$/m);
  expect(await objectsOf(stack.environment)).toEqual([]);
  const { output: state } = await stack.plain("stack", "export");
  const { deployment } = JSON.parse(state) as { deployment: { resources?: { type: string }[] } };
  expect((deployment.resources ?? []).map(({ type }) => type).filter((type) => !type.startsWith("pulumi:"))).toEqual(
    [],
  );
  return output;
}

describe("a configuration that is wrong", () => {
  const one = { acme: { slot: 201 } };

  it.each<[string, Record<string, unknown>, string[]]>([
    [
      "two tenants on a slot",
      { tenants: { acme: { slot: 7 }, globex: { slot: 7 } } },
      ["odoo-fleet:tenants.globex.slot", "acme", "pulumi config set --path 'odoo-fleet:tenants.globex.slot'"],
    ],
    ["a slot out of range", { tenants: { acme: { slot: 1000 } } }, ["odoo-fleet:tenants.acme.slot", "1000", "999"]],
    ["an invalid name", { tenants: { Acme_Corp: {} } }, ["odoo-fleet:tenants.Acme_Corp", "acme-corp"]],
    ["a name that is too long", { tenants: { ["a".repeat(40)]: {} } }, [`odoo-fleet:tenants.${"a".repeat(40)}`, "32"]],
    [
      "an unknown plan",
      { tenants: { acme: { plan: "startr" } } },
      ["odoo-fleet:tenants.acme.plan", "startr", "starter"],
    ],
    ["an unknown key", { tenants: { acme: { plann: "starter" } } }, ["odoo-fleet:tenants.acme.plann", "plan"]],
    ["an unknown top key", { tenants: one, tenant: {} }, ["odoo-fleet:tenant", "tenants"]],
    ["a wrong type", { tenants: { acme: { slot: "first" } } }, ["odoo-fleet:tenants.acme.slot", "first"]],
    [
      "a pair that Odoo doesn't support",
      { tenants: { acme: { odoo: "17.0", postgres: 18 } } },
      ["acme.postgres", "18", "17"],
    ],
    ["an unknown host", { tenants: { acme: { host: "locla" } } }, ["odoo-fleet:tenants.acme.host", "locla", "local"]],
  ])("names %s, where it is and the way out", async (_, config, parts) => {
    const output = await refused(config);
    for (const part of parts) {
      expect(output).toContain(part);
    }
    expect(output).toContain("way out");
    expect(output).toContain("Nothing was changed");
  });

  it("tells all errors at once", async () => {
    const output = await refused({
      tenants: { acme: { slot: 7, plan: "huge" }, globex: { slot: 7 }, hooli: { slot: -1 }, "Bad Name": {} },
      plans: { tiny: { memory: "lots" } },
    });
    for (const path of [
      "tenants.acme.plan",
      "tenants.globex.slot",
      "tenants.hooli.slot",
      'tenants["Bad Name"]',
      "plans.tiny.memory",
    ]) {
      expect(output).toContain(`odoo-fleet:${path}`);
    }
  });

  it("never repeats what may be a secret", async () => {
    const output = await refused({ tenants: { acme: { adminPassword: "hunter2-hunter2" } } });
    expect(output).toContain("odoo-fleet:tenants.acme.adminPassword");
    expect(output).not.toContain("hunter2");
  });

  it("asks for the passphrase when it is missing", async () => {
    stack.configure({ tenants: one });
    const { PULUMI_CONFIG_PASSPHRASE } = stack.environmentVariables;
    stack.environmentVariables["PULUMI_CONFIG_PASSPHRASE"] = undefined;
    cleanUps.push(() =>
      Promise.resolve((stack.environmentVariables["PULUMI_CONFIG_PASSPHRASE"] = PULUMI_CONFIG_PASSPHRASE)),
    );
    const { code, output } = await stack.up();
    expect(code).not.toBe(0);
    expect(output).toContain("PULUMI_CONFIG_PASSPHRASE");
    expect(await objectsOf(stack.environment)).toEqual([]);
  });
});

describe("a host that can't do it", () => {
  const one = { acme: { slot: 202 } };
  const port = 22020;

  it("names the process that has a tenant's port", async () => {
    const server: Server = createServer();
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    cleanUps.push(() => new Promise((resolve) => server.close(resolve)));
    const output = await refused({ tenants: one });
    expect(output).toContain("odoo-fleet:tenants.acme.slot");
    expect(output).toContain(`port ${port}`);
    expect(output).toContain(`(pid ${process.pid})`);
  });

  it("names the container of another environment that has a tenant's port", async () => {
    const [image] = await engine.listImages({ filters: { reference: ["odoo-fleet.local/nginx", "nginx"] } });
    const other = await engine.createContainer({
      name: "test-badinput-other",
      Image: image!.Id,
      Cmd: ["sleep", "600"],
      Entrypoint: [],
      Labels: { "odoo-fleet.test": "badinput", "odoo-fleet.environment": "elsewhere", "odoo-fleet.tenant": "initech" },
      ExposedPorts: { "80/tcp": {} },
      HostConfig: { PortBindings: { "80/tcp": [{ HostIp: "0.0.0.0", HostPort: port.toString() }] } },
    });
    cleanUps.push(() => other.remove({ force: true, v: true }));
    await other.start();
    const output = await refused({ tenants: one });
    expect(output).toContain(`port ${port}`);
    expect(output).toContain("container test-badinput-other of tenant initech in environment elsewhere");
  });

  it("names the network that has a tenant's addresses", async () => {
    const network = await engine.createNetwork({
      Name: "test-badinput-network",
      Labels: { "odoo-fleet.test": "badinput" },
      IPAM: { Config: [{ Subnet: "10.212.50.128/28" }] },
    });
    cleanUps.push(() => network.remove());
    const output = await refused({ tenants: one });
    expect(output).toContain("odoo-fleet:hosts.local.subnetBase");
    expect(output).toContain("network test-badinput-network has 10.212.50.128/28");
  });

  it("names an interface of the machine that has a tenant's addresses, such as a VPN's", async () => {
    // Root alone may make one.
    if (process.getuid!() !== 0) {
      return;
    }
    const bridge = "testbadinput";
    execFileSync("ip", ["link", "add", bridge, "type", "bridge"]);
    cleanUps.push(() => Promise.resolve(execFileSync("ip", ["link", "delete", bridge])));
    execFileSync("ip", ["addr", "add", "10.212.50.129/28", "dev", bridge]);
    const output = await refused({ tenants: one });
    expect(output).toContain("odoo-fleet:hosts.local.subnetBase");
    expect(output).toContain(`interface ${bridge} of the machine has 10.212.50.129/28`);
  });

  it("names an image that can't be had", async () => {
    const output = await refused({ tenants: one, images: { nginx: "odoo-fleet.invalid/nginx:9.9.9" } });
    expect(output).toContain("odoo-fleet:images.nginx");
    expect(output).toContain("odoo-fleet.invalid/nginx:9.9.9");
  });

  it("says that the engine is down, and where it was expected", async () => {
    const output = await refused({
      tenants: one,
      hosts: { local: { ...stack.host(), docker: "unix:///nowhere/docker.sock" } },
    });
    expect(output).toContain("odoo-fleet:hosts.local.docker");
    expect(output).toContain("unix:///nowhere/docker.sock");
  });

  it("does nothing on the other hosts while an engine of this machine is down, also when it is to go on after an error", async () => {
    const { environmentVariables } = stack;
    stack.environmentVariables = { ...environmentVariables, PULUMI_CONTINUE_ON_ERROR: "true" };
    cleanUps.push(() => Promise.resolve((stack.environmentVariables = environmentVariables)));
    const spare = { docker: "unix:///nowhere/docker.sock", subnetBase: "10.213.0.0/16", portBase: 10000 };
    const output = await refused({ tenants: one, hosts: { local: stack.host(), spare }, defaults: { host: "local" } });
    expect(output).toContain("odoo-fleet:hosts.spare.docker");
  });

  it("shows what a machine without an engine would get once it is a host", async () => {
    const { environmentVariables } = stack;
    stack.environmentVariables = { ...environmentVariables, DOCKER_HOST: "unix:///nowhere/docker.sock" };
    cleanUps.push(() => Promise.resolve((stack.environmentVariables = environmentVariables)));
    stack.configure({ tenants: one, hosts: { local: { ...stack.host(), connection: "local" } } });
    const { code, output } = await stack.run("preview");
    expect({ code, output }).toMatchObject({ code: 0 });
    for (const name of ["local-bootstrap", "local-docker", "acme-odoo", "acme-nginx"]) {
      expect(output).toMatch(new RegExp(`^ \\+ .* ${name} create`, "m"));
    }
  });

  it("refuses a host whose disk is full", async () => {
    // A real engine whose data are on a disk of 200 MiB.
    const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-disk-"));
    const data = join(folder, "data");
    mkdirSync(data);
    await runCommand("mount", "-t", "tmpfs", "-o", "size=200m", "odoo-fleet-test", data);
    const socket = join(folder, "docker.sock");
    // In a network of its own: without a bridge an engine takes the default one away, which another may be using.
    const daemon = spawn(
      "unshare",
      [
        "--net",
        "dockerd",
        "--host",
        `unix://${socket}`,
        "--data-root",
        data,
        "--exec-root",
        join(folder, "exec"),
        "--pidfile",
        join(folder, "pid"),
      ].concat(["--bridge=none", "--iptables=false"]),
      { stdio: "ignore" },
    );
    cleanUps.push(async () => {
      daemon.kill();
      await new Promise((resolve) => (daemon.exitCode === null ? daemon.on("exit", resolve) : resolve(undefined)));
      await runCommand("umount", "--recursive", data);
      rmSync(folder, { recursive: true, force: true });
    });
    await eventually(
      () => runCommand("docker", "--host", `unix://${socket}`, "version"),
      (code) => code === 0,
      60,
    );
    const output = await refused({ tenants: one, hosts: { local: { ...stack.host(), docker: `unix://${socket}` } } });
    expect(output).toMatch(/odoo-fleet:hosts\.local\n\s+value:\s+\d+ MiB free/);
    expect(output).toContain("at least 2048 MiB free");
  });
});

async function runCommand(command: string, ...args: string[]): Promise<number> {
  const child = spawn(command, args, { stdio: "ignore" });
  return new Promise((resolve, reject) => child.on("error", reject).on("close", (code) => resolve(code ?? -1)));
}
