import { containerIds } from "../support/engine";
import { MajorTenant, served } from "../support/majorTenant";

// From one major version of PostgreSQL to the next. tests/proofs has a longer way, and what goes wrong on it.
const tenant = new MajorTenant("test-major", 787, "10.222.0.0/16");
const { project, environment } = tenant;

beforeAll(() => tenant.up(17, [18]));
afterAll(() => tenant.dispose());

describe("another major version of PostgreSQL", () => {
  it("is refused by up, which names the way, and by that where something would be lost", async () => {
    tenant.declare(18);
    const before = await containerIds(environment);
    const refused = (await project.run("preview")).output.replace(/\n +/g, "\n");
    expect(refused).toContain("move it: make update TENANT=acme, which rehearses it on a copy first");
    await tenant.ask("CREATE ROLE reporting");
    const { code, output } = await tenant.update();
    await tenant.ask("DROP ROLE reporting");
    expect(output).toContain("would be lost: role reporting");
    expect(output).toContain("Nothing was changed: acme serves as before");
    expect(code).toBe(1);
    expect(await containerIds(environment)).toEqual(before);
    expect(await tenant.seen()).toEqual(served(17));
  });

  it("takes everything along, is backed up from its first minute, and leaves nothing to bring up", async () => {
    await tenant.mustUpdate();
    expect(await tenant.seen()).toEqual(served(18));
    expect(await tenant.drill()).toMatch(/odoo-fleet: restored and proven in \d+ s/);
    // The image that nobody runs any more leaves the state.
    expect(await project.must("up", "--skip-preview")).not.toMatch(/created|replaced/);
    tenant.declare(17);
    expect((await project.run("preview")).output).toContain("18, the major version that wrote the tenant's data");
  });
});
