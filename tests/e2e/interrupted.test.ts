import { tenantAddresses } from "../../fleet";
import { CliStack } from "../support/cliStack";
import { containerIds, engine, query } from "../support/engine";
import { eventually, OdooClient, statusOf } from "../support/odooClient";

const stack = new CliStack("interrupted", 213);
const url = "http://127.0.0.1:23010";
const container = (service: string): string => `${stack.environment}-acme-${service}`;

beforeAll(() => stack.init());
afterAll(() => stack.dispose());

/** Ends a run once `ready` holds: the whole process group, as Ctrl-C in a terminal or a killed job does. */
async function interrupt(signal: NodeJS.Signals, ready: () => Promise<boolean>, ...args: string[]): Promise<string> {
  const { process: child, done } = stack.begin("up", "--yes", "--skip-preview", ...args);
  await eventually(ready, (is) => is, 60);
  process.kill(-child.pid!, signal);
  const { output } = await done;
  return output;
}

const exists = (service: string) => async (): Promise<boolean> =>
  container(service) in (await containerIds(stack.environment));

/** What the next run of anybody would do: take away the dead run's lock, and go on. */
async function goOn(): Promise<void> {
  await stack.plain("cancel", "--yes");
  await stack.mustUp();
  await eventually(
    () => statusOf(`${url}/web/login`),
    (status) => status === 200,
  );
}

async function login(): Promise<OdooClient> {
  const { adminPasswords } = await stack.outputs<{ adminPasswords: Record<string, string> }>();
  const client = new OdooClient(url);
  expect(await client.login("acme", "admin", adminPasswords["acme"]!)).toBe(2);
  return client;
}

it("converges after SIGKILL in the middle of a first up", async () => {
  stack.configure({ tenants: { acme: { slot: 301 } } });
  await interrupt("SIGKILL", exists("postgres"));
  await goOn();
  await login();
});

it("converges after SIGKILL in the middle of a change, and loses nothing", async () => {
  const partner = await (await login()).call<number>("res.partner", "create", [{ name: "Kept" }]);
  const before = (await containerIds(stack.environment))[container("odoo")];
  stack.configure({ tenants: { acme: { slot: 301, plan: "basic" } } });
  // The old container is gone: the new one is about to be made, or just was.
  await interrupt("SIGKILL", async () => (await containerIds(stack.environment))[container("odoo")] !== before);
  await goOn();
  const [found] = await (await login()).call<{ name: string }[]>("res.partner", "read", [[partner], ["name"]]);
  expect(found!.name).toBe("Kept");
});

it("converges after SIGINT, which lets what was begun end", async () => {
  const before = (await containerIds(stack.environment))[container("odoo")];
  stack.configure({ tenants: { acme: { slot: 301, plan: "starter" } } });
  const output = await interrupt(
    "SIGINT",
    async () => (await containerIds(stack.environment))[container("odoo")] !== before,
  );
  expect(output).toMatch(/cancel/i);
  await goOn();
  const [count] = await query(container("postgres"), "acme", "SELECT count(*) FROM res_partner WHERE name = 'Kept'");
  expect(count).toBe("1");
});

it("replaces a leftover of its own that the state doesn't know", async () => {
  // What a run leaves that is killed between the engine's answer and the note in the state.
  const { output } = await stack.plain("stack", "export");
  const { deployment } = JSON.parse(output) as { deployment: { resources: { urn: string }[] } };
  const { urn } = deployment.resources.find(
    (resource) => resource.urn.endsWith("::acme-nginx") && resource.urn.includes("Container"),
  )!;
  expect(await stack.plain("state", "delete", urn, "--yes")).toMatchObject({ code: 0 });
  const before = (await containerIds(stack.environment))[container("nginx")];
  await stack.mustUp();
  expect((await containerIds(stack.environment))[container("nginx")]).not.toBe(before);
  await eventually(
    () => statusOf(`${url}/web/login`),
    (status) => status === 200,
  );
});

it("makes anew what failed half-way, though the state has it", async () => {
  // Another container has Nginx's address: the engine makes Nginx's own, and fails to start it.
  const { nginxFront } = tenantAddresses("10.213.0.0/16", 301);
  await engine.getContainer(container("nginx")).remove({ force: true, v: true });
  const blocker = await engine.createContainer({
    name: "test-interrupted-blocker",
    Image: (await engine.getContainer(container("odoo")).inspect()).Image,
    Entrypoint: ["sleep"],
    Cmd: ["600"],
    NetworkingConfig: {
      EndpointsConfig: { [`${stack.environment}-acme-front`]: { IPAMConfig: { IPv4Address: nginxFront } } },
    },
  });
  try {
    await blocker.start();
    const { code, output } = await stack.up("--refresh");
    expect(code).not.toBe(0);
    expect(output).toContain("Address already in use");
    expect((await engine.getContainer(container("nginx")).inspect()).State.Running).toBe(false);
  } finally {
    await blocker.remove({ force: true, v: true });
  }
  await stack.mustUp();
  expect(await statusOf(`${url}/web/login`)).toBe(200);
});

it("leaves another stack's objects alone and names them", async () => {
  const other = new CliStack("interrupted", 213);
  await other.init();
  try {
    other.configure({ tenants: { acme: { slot: 301 } } });
    const before = await containerIds(stack.environment);
    const { code, output } = await other.up();
    expect(code).not.toBe(0);
    expect(output).toContain("belongs to another stack");
    expect(output).toContain("odoo-fleet.stack-id");
    expect(await containerIds(stack.environment)).toEqual(before);
    expect(await statusOf(`${url}/web/login`)).toBe(200);
    expect((await engine.getVolume(container("database").replace("-postgres", "")).inspect()).Name).toContain(
      "acme-database",
    );
  } finally {
    other.forget();
  }
  expect(await statusOf(`${url}/web/login`)).toBe(200);
});
