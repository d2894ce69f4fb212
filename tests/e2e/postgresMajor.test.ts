import { parse } from "yaml";
import { containerIds } from "../support/engine";
import { MajorTenant, served } from "../support/majorTenant";
import { eventually } from "../support/odooClient";

// From one major version of PostgreSQL to the next, through what goes wrong. tests/proofs has a longer way.
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

  it("that can't be brought up after all brings volumes and declaration back", async () => {
    const [declared, before, containers] = [
      project.declared(),
      await tenant.volumes(),
      await containerIds(environment),
    ];
    const run = project.begin("update", "--tenant", "acme");
    // In the moment in which the new volumes are declared, something else of the declaration turns wrong.
    await eventually(
      () => Promise.resolve(project.declared()),
      (text) => text.includes("restored: 1") || run.process.exitCode !== null,
      400,
    );
    project.declare(project.declared().replace("slot: 787", "slot: 787\n      plan: none"));
    const { code, output } = await run.done;
    expect(output).toContain("moves its database from PostgreSQL 17 to 18");
    expect(output).toContain("Database, files and image were brought back, and acme serves as before");
    expect(code).toBe(1);
    project.declare(project.declared().replace("      plan: none\n", ""));
    expect(parse(project.declared())).toEqual(parse(declared));
    expect(await tenant.volumes()).toEqual(before);
    expect(await containerIds(environment)).toEqual(containers);
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
