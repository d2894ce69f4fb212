import { MajorTenant, served } from "../support/majorTenant";

const tenant = new MajorTenant("test-majors", 788, "10.223.0.0/16");

beforeAll(() => tenant.up(15, [15, 18]));
afterAll(() => tenant.dispose());

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
