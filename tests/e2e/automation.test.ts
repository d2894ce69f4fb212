import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalWorkspace, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";
import {
  type ContainerTransform,
  createFleet,
  createTenant,
  decodeFleetOutputs,
  decodeTenantOutputs,
  type FleetSettings,
  type RefusedError,
} from "../../components";
import { baseImages } from "../support/cliStack";
import { engine, objectsOf, query } from "../support/engine";
import { eventually, OdooClient, statusOf } from "../support/odooClient";
import { proof } from "../support/proof";

const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-test-"));
const stacks: Stack[] = [];

/** A stack of an inline program, as another team's service makes one. */
async function create(environment: string, program: PulumiFn): Promise<Stack> {
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName: environment, projectName: "another-team", program },
    {
      envVars: { PULUMI_CONFIG_PASSPHRASE: "passphrase of a test", PULUMI_SKIP_UPDATE_CHECK: "true" },
      projectSettings: { name: "another-team", runtime: "nodejs", backend: { url: `file://${folder}?metadata=skip` } },
    },
  );
  stacks.push(stack);
  return stack;
}

const settings = (subnetBase: string, slot: number): FleetSettings => ({
  hosts: { local: { subnetBase } },
  ...baseImages(),
  tenants: { acme: { slot }, globex: { slot: slot + 1 } },
});

afterAll(async () => {
  for (const stack of stacks) {
    // Protected volumes: what a person does by hand with `pulumi state unprotect`.
    const state = await stack.exportStack();
    const { resources = [] } = state.deployment as { resources?: { protect?: boolean }[] };
    resources.forEach((resource) => delete resource.protect);
    await stack.importStack(state);
    await stack.destroy();
  }
  rmSync(folder, { recursive: true, force: true });
});

/** Odoo's part of the fleet that the first tests are about, which knows sooner than usual what it is like. */
const odooEnvs: string[] = [];
const odoo: ContainerTransform = (args) => {
  args.envs = [...(args.envs as string[]), ...odooEnvs];
  args.healthcheck = { tests: ["CMD", "/opt/odoo-fleet/bin/healthy"], interval: "2s", timeout: "10s", retries: 3 };
  args.healthcheck.startPeriod = "40s";
  // The provider waits for so long, also for one that is unhealthy long since.
  args.waitTimeout = 90;
};
let fleet: Stack;

it("creates a fleet from an inline program", async () => {
  const { acme } = settings("10.214.0.0/16", 401).tenants!;
  fleet = await create("test-inline-fleet", () =>
    createFleet({ ...settings("10.214.0.0/16", 401), tenants: { acme: acme! }, transform: { odoo } }),
  );
  const { outputs } = await fleet.up();
  expect(outputs["tenants"]!.value).toMatchObject({ acme: { url: "http://127.0.0.1:24010", state: "running" } });
  expect(outputs["adminPasswords"]!.secret).toBe(true);
  expect(await statusOf("http://127.0.0.1:24010/web/login")).toBe(200);
});

describe("a tenant whose database lacks what Odoo needs", () => {
  const container = (service: string): string => `test-inline-fleet-acme-${service}`;
  const ask = (sql: string): Promise<string[]> => query(container("postgres"), "acme", sql);
  const health = async (): Promise<string | undefined> =>
    (await engine.getContainer(container("odoo")).inspect()).State.Health?.Status;
  /** What an `up` says that has to fail. */
  const failedUp = async (): Promise<string> =>
    fleet.up({ color: "never" }).then(
      () => "it succeeded",
      (error: Error) => error.message,
    );
  const named = `container ${container("odoo")} on host local is unhealthy`;

  it("fails an up that has nothing to do, and is named with the way out", async () => {
    await ask("INSERT INTO res_partner (name, active) VALUES ('Kept', true)");
    await ask("ALTER TABLE res_partner RENAME COLUMN street TO another");
    await eventually(health, (status) => status === "unhealthy");
    const output = await failedUp();
    expect(output).toContain("odoo-fleet:tenants.acme");
    expect(output).toContain(named);
    expect(output).toContain(`docker rm --force ${container("odoo")}`);
    expect(output).not.toMatch(/^\s+at .*\(.*:\d+:\d+\)$/m);
  });

  proof("fails an up that replaces its Odoo, keeps its data, and isn't forgotten by a refresh", async () => {
    const before = (await engine.getContainer(container("odoo")).inspect()).Id;
    odooEnvs.push("TEST=replaced");
    expect(await failedUp()).toMatch(/container .*healthy/);
    const { Id } = await engine.getContainer(container("odoo")).inspect();
    expect(Id).not.toBe(before);
    expect(await ask("SELECT name FROM res_partner WHERE name = 'Kept'")).toEqual(["Kept"]);
    // Pulumi forgets with it that the container failed when it was made.
    await fleet.refresh();
    expect(await failedUp()).toContain(named);
    expect((await engine.getContainer(container("odoo")).inspect()).Id).toBe(Id);
  });

  it("is served again by the next up once the database is mended", async () => {
    await ask("ALTER TABLE res_partner RENAME COLUMN another TO street");
    await eventually(health, (status) => status === "healthy");
    const { summary } = await fleet.up();
    expect(Object.keys(summary.resourceChanges!)).toEqual(["same"]);
    expect(await statusOf("http://127.0.0.1:24010/web/login")).toBe(200);
  });
});

it("creates a single tenant in a stack of its own, and no other of the declaration", async () => {
  const stack = await create("test-inline-tenant", () =>
    createTenant({ ...settings("10.215.0.0/16", 411), tenant: "globex" }),
  );
  const tenant = decodeTenantOutputs((await stack.up()).outputs);
  expect(tenant).toMatchObject({ name: "globex", url: "http://127.0.0.1:24120", port: 24120, state: "running" });
  const client = new OdooClient("http://127.0.0.1:24120");
  await eventually(
    () => client.login("globex", "admin", tenant.adminPassword.reveal()),
    (uid) => uid === 2,
  );
  expect((await objectsOf("test-inline-tenant")).filter((name) => name.includes("acme"))).toEqual([]);
  // Its data stays where it is: the stack's own state says on which host.
  const { hosts, tenants, ...others } = settings("10.215.0.0/16", 411);
  const spare = { docker: "unix:///nowhere/docker.sock", subnetBase: "10.216.0.0/16" };
  const elsewhere: FleetSettings = {
    ...others,
    hosts: { ...hosts, spare },
    tenants: { ...tenants, globex: { slot: 412, host: "spare" } },
    defaults: { host: "local" },
  };
  let refusal: RefusedError | undefined;
  // Kept here: the Automation API makes text of what an inline program throws.
  const program = async (): Promise<void> => {
    await createTenant({ ...elsewhere, tenant: "globex" }).catch((error: RefusedError) => (refusal = error));
  };
  await stack.preview({ program }).catch(() => undefined);
  expect(refusal?.problems).toContainEqual(
    expect.objectContaining({
      path: "odoo-fleet:tenants.globex.host",
      value: '"spare"',
      expected: expect.stringContaining("local, where the tenant's data is") as string,
    }),
  );
});

it("runs two programs at the same time in one process, and neither sees anything of the other", async () => {
  const names = ["one", "two"] as const;
  const stacks = await Promise.all(
    names.map((name, index) =>
      create(`test-embed-${name}`, () =>
        createFleet({
          hosts: { [name]: { subnetBase: `10.${248 + index}.0.0/16` } },
          ...baseImages(),
          tenants: { [name]: { slot: 520 + index } },
        }),
      ),
    ),
  );
  const results = await Promise.all(stacks.map((stack) => stack.up()));
  const [one, two] = results.map(({ outputs }) => decodeFleetOutputs(outputs));
  expect([one, two].map((fleet) => [Object.keys(fleet!.hosts), Object.keys(fleet!.tenants)])).toEqual([
    [["one"], ["one"]],
    [["two"], ["two"]],
  ]);
  expect(one!.adminPasswords["one"]!.reveal()).not.toBe(two!.adminPasswords["two"]!.reveal());
  expect(
    await Promise.all([one!.tenants["one"]!, two!.tenants["two"]!].map(({ url }) => statusOf(`${url}/web/login`))),
  ).toEqual([200, 200]);
  for (const [index, name] of names.entries()) {
    const other = names[1 - index]!;
    const objects = await objectsOf(`test-embed-${name}`);
    // The tenant's own, and what the helpers of its host share.
    const own = new RegExp(`test-embed-${name}-(${name}-|backup-turn$)`);
    expect(objects.filter((object) => !own.test(object))).toEqual([]);
    const deployment: unknown = (await stacks[index]!.exportStack()).deployment;
    expect(JSON.stringify(deployment)).not.toContain(`test-embed-${other}`);
  }
});
