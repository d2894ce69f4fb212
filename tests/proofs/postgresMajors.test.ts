import { parse } from "yaml";
import { containerIds } from "../support/engine";
import { MajorTenant, served } from "../support/majorTenant";
import { eventually } from "../support/odooClient";

const tenant = new MajorTenant("test-majors", 788, "10.223.0.0/16");

beforeAll(() => tenant.up(15, [15, 18]));
afterAll(() => tenant.dispose());

test("another major version that can't be brought up after all brings volumes and declaration back", async () => {
  tenant.declare(17);
  const [declared, before, containers] = [
    tenant.project.declared(),
    await tenant.volumes(),
    await containerIds(tenant.environment),
  ];
  const run = tenant.project.begin("update", "--tenant", "acme");
  // In the moment in which the new volumes are declared, something else of the declaration turns wrong.
  await eventually(
    () => Promise.resolve(tenant.project.declared()),
    (text) => text.includes("restored: 1") || run.process.exitCode !== null,
    400,
  );
  tenant.project.declare(tenant.project.declared().replace("slot: 788", "slot: 788\n      plan: none"));
  const { code, output } = await run.done;
  expect(output).toContain("moves its database from PostgreSQL 15 to 17");
  expect(output).toContain("Database, files and image were brought back, and acme serves as before");
  expect(code).toBe(1);
  tenant.project.declare(tenant.project.declared().replace("      plan: none\n", ""));
  expect(parse(tenant.project.declared())).toEqual(parse(declared));
  expect(await tenant.volumes()).toEqual(before);
  expect(await containerIds(tenant.environment)).toEqual(containers);
  expect(await tenant.seen()).toEqual(served(15));
}, 1_800_000);

test("a tenant goes from PostgreSQL 15 to 17 and on to 18, once the volumes of before are confirmed to go", async () => {
  expect(await tenant.seen()).toEqual(served(15));
  tenant.declare(17);
  await tenant.mustUpdate();
  expect(await tenant.seen()).toEqual(served(17));
  expect(await tenant.drill()).toMatch(/odoo-fleet: restored and proven in \d+ s/);

  tenant.declare(18);
  const { output: refused } = await tenant.update();
  expect(refused).toContain("an earlier restore of it isn't over: make restore TENANT=acme CONFIRM=yes");
  expect(await tenant.volumes()).toHaveLength(4);
  await tenant.project.must("restore", "--tenant", "acme", "--confirm");
  expect(await tenant.volumes()).toHaveLength(2);
  await tenant.mustUpdate();
  expect(await tenant.seen()).toEqual(served(18));
}, 3_600_000);
