import type { FleetOutputs } from "../../components";
import { CliStack } from "../support/cliStack";
import { engine, execIn, objectsOf, query } from "../support/engine";
import { eventually, statusOf } from "../support/odooClient";

type Outputs = Pick<FleetOutputs, "tenants" | "hosts"> & { adminPasswords: Record<string, string> };

const stack = new CliStack("lifecycle", 140);
const container = (service: string): string => `${stack.environment}-acme-${service}`;
const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const hour = 3_600_000;
const dayIn = (days: number): Date => new Date(Date.now() + days * 24 * hour);
const weekdayIn = (days: number): string => weekdays[dayIn(days).getUTCDay()]!;
// Around midnight too, the first hours are these and the second ones aren't.
const now = `${weekdayIn(0)},${weekdayIn(1)} 00:00-24:00 UTC`;
const later = `${weekdayIn(3)} 08:00-20:00 UTC`;

function configure(lifecycle: object): void {
  stack.configure({ tenants: { acme: { slot: 140, lifecycle } } });
}

async function running(): Promise<string[]> {
  const filters = { label: [`odoo-fleet.environment=${stack.environment}`, "odoo-fleet.tenant=acme"] };
  return (await engine.listContainers({ filters })).map(({ Names }) => Names[0]!.slice(1)).sort();
}

beforeAll(() => stack.init());
afterAll(() => stack.dispose());

it("a tenant runs in its active hours", async () => {
  configure({ activeHours: [now] });
  await stack.mustUp();
  const { tenants } = await stack.outputs<Outputs>();
  expect(tenants["acme"]!.state).toBe("running");
  expect(await statusOf(`${tenants["acme"]!.url}/web/login`)).toBe(200);
  await query(container("postgres"), "acme", "UPDATE res_company SET name = 'Kept' WHERE id = 1");
});

it("a preview says that it isn't to run outside of them, and until when, before anything is changed", async () => {
  // The day of today stands in the file without quotes, which Pulumi reads as a time.
  configure({ activeHours: [now, later], holidays: [0, 1].map((days) => dayIn(days).toISOString().slice(0, 10)) });
  const { code, output } = await stack.run("preview");
  expect({ code, output }).toSucceed();
  const next = dayIn(3).toISOString().slice(0, 10);
  expect(output).toContain(
    `acme is suspended: these aren't its active hours; until ${weekdayIn(3)} ${next} 08:00 UTC (${next}T08:00Z)`,
  );
  expect(await running()).toContain(container("odoo"));
});

it("an up suspends it, its data stays protected, and a refresh leaves it so", async () => {
  await stack.mustUp();
  expect(await running()).toEqual([container("nginx")]);
  const { tenants, hosts } = await stack.outputs<Outputs>();
  expect(tenants["acme"]!.state).toBe("suspended");
  expect(hosts["local"]).toMatchObject({ memory: { usedMiB: 72 }, slots: { used: 1 } });
  const { deployment } = JSON.parse(await stack.exportStack()) as {
    deployment: { resources: { urn: string; protect?: boolean }[] };
  };
  const isProtected = (name: string): boolean | undefined =>
    deployment.resources.find(({ urn }) => urn.endsWith(`docker:index/volume:Volume::acme-${name}`))?.protect;
  expect(["database", "filestore"].map(isProtected)).toEqual([true, true]);
  expect(await stack.mustUp("--refresh")).toMatch(/Resources:\n +\d+ unchanged\n/);
  expect(await running()).toEqual([container("nginx")]);
});

it("it is woken by awakeUntil, as it was", async () => {
  configure({ activeHours: [later], awakeUntil: new Date(Date.now() + hour).toISOString() });
  await stack.mustUp();
  const { tenants } = await stack.outputs<Outputs>();
  expect(tenants["acme"]!.state).toBe("running");
  await eventually(
    () => statusOf(`${tenants["acme"]!.url}/web/login`),
    (status) => status === 200,
    60,
  );
  expect(await query(container("postgres"), "acme", "SELECT name FROM res_company WHERE id = 1")).toEqual(["Kept"]);
});

it("and its end beats that", async () => {
  configure({
    activeHours: [now],
    awakeUntil: new Date(Date.now() + hour).toISOString(),
    expiresAt: new Date().toISOString(),
  });
  expect(await stack.mustUp()).toContain("acme is suspended: it has expired (lifecycle.expiresAt)");
  expect(await running()).toEqual([container("nginx")]);
});

describe("a suspended tenant that is decommissioned", () => {
  const decommission = (): ReturnType<CliStack["up"]> => {
    stack.configure({ tenants: { acme: { slot: 140, state: "decommissioned" } } });
    return stack.up();
  };
  const database = (): Promise<number> =>
    engine
      .getContainer(container("postgres"))
      .inspect()
      .then(({ State }) => Date.parse(State.StartedAt));

  it("stays suspended where its last backup can't be made, and its data protected", async () => {
    const helper = engine.getContainer(container("backup"));
    const inRepository = async (command: string): Promise<void> => {
      await helper.start();
      const { code } = await execIn(container("backup"), [
        ...["sh", "-ec", `cd /var/lib/odoo-fleet/repository/database; ${command}`],
      ]);
      expect(code).toBe(0);
      await helper.stop({ t: 0 });
    };
    await inRepository("mv backup backup.away");
    const before = await objectsOf(stack.environment);
    const { code, output } = await decommission();
    await inRepository("rm -rf backup; mv backup.away backup");
    expect(code).not.toBe(0);
    expect(output).toMatch(
      /tenants\.acme\.state\n[^]*a last backup that can be restored; odoo-fleet-backup ended with/,
    );
    expect(await database()).toBeGreaterThan(0);
    expect(await running()).toEqual([container("nginx")]);
    expect(await objectsOf(stack.environment)).toEqual(before);
    const { deployment } = JSON.parse(await stack.exportStack()) as {
      deployment: { resources: { urn: string; protect?: boolean }[] };
    };
    const isProtected = deployment.resources
      .filter(({ urn }) => /Volume::acme-(database|filestore)$/.test(urn))
      .map(({ protect }) => protect);
    expect(isProtected).toEqual([true, true]);
  });

  it("has its last backup made and proven, by its database without its Odoo, and its containers are gone", async () => {
    const odoo = engine.getContainer(container("odoo"));
    const { State: before } = await odoo.inspect();
    const { code, output } = await decommission();
    expect({ code, output }).toEqual({
      code: 0,
      output: expect.stringMatching(/acme: its last backup is proven/) as string,
    });
    expect(before.StartedAt).toBe("0001-01-01T00:00:00Z");
    expect(output).toContain("starting its database, but not its Odoo");
    expect((await objectsOf(stack.environment)).filter((name) => name.includes("-acme-")).sort()).toEqual(
      ["database", "filestore", "repository"].map(container),
    );
  });
});
