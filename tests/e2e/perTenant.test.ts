/** An environment whose tenants have stacks of their own, as `make` works on it. */
import { execFile } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { decrypted, operatorKey } from "../support/age";
import { baseImages } from "../support/cliStack";
import { containerIds, engine, machineAddress, objectsOf, query, removeObjects } from "../support/engine";
import type { CliResult } from "../support/group";
import { MadeProject } from "../support/madeProject";
import { eventually } from "../support/odooClient";
import { S3Server } from "../support/s3Server";

const stack = "test-per-tenant";
const project = new MadeProject(stack);
// What the rules say of an edge is no matter here.
project.environmentVariables = { ODOO_FLEET_POLICY_PACK: "none" };
const subnetOfHooli = "10.239.150.192/26";
const two = { acme: { slot: 600 }, globex: { slot: 601 } };
const changed = { acme: { slot: 600, plan: "basic" }, globex: two.globex, initech: { slot: 602 } };
/** The staging copy, once it is filled. */
const filled = { slot: 604, copyOf: "acme", restored: 1 };
const bucket = "own";
const [identity, recipient] = operatorKey();
const identityFile = join(project.folder, "age-key.txt");
let server: S3Server;
/** Where backups are copied, with its secret encrypted, and the salt of that. */
let encrypted: { readonly backup?: object; readonly encryptionsalt?: string } = {};

function declare(tenants: object, layout = "perTenant", more: object = {}): void {
  const { backup, encryptionsalt } = encrypted;
  const config = {
    layout,
    ...(backup && { backup }),
    ...more,
    hosts: { local: { subnetBase: "10.239.0.0/16" } },
    ...baseImages(),
    edge: { domain: "own.test", certificates: "internal", httpPort: 18288, httpsPort: 18643 },
    tenants,
  };
  const keys = Object.entries<unknown>(config).map(([key, value]) => [`odoo-fleet:${key}`, value]);
  const file = { ...(encryptionsalt && { encryptionsalt }), config: Object.fromEntries(keys) as object };
  project.declare(stringify(file, { aliasDuplicateObjects: false }));
}

const stacks = (): string[] =>
  readdirSync(join(project.folder, "state", ".pulumi", "stacks", "odoo-fleet"))
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.replace(/\.json$/, ""))
    .sort();

/** Runs `tools/pulumi.sh` on another stack of the environment. */
async function on(tenant: string, ...args: string[]): Promise<CliResult> {
  project.stack = `${stack}.${tenant}`;
  try {
    return await project.run(...args);
  } finally {
    project.stack = stack;
  }
}

/** Status of a tenant's login page, by its name at the edge. */
async function served(tenant: string): Promise<string> {
  const url = `https://${tenant}.own.test:18643/web/login`;
  const args = ["-sk", "--resolve", `${tenant}.own.test:18643:127.0.0.1`, "-o", "/dev/null", "-w", "%{http_code}", url];
  return new Promise((resolve) => execFile("curl", args, (_, stdout) => resolve(stdout)));
}

/** Ids of the containers of what isn't a tenant's own. */
async function others(...tenants: string[]): Promise<Record<string, string>> {
  const own = (name: string): boolean => tenants.some((tenant) => name.startsWith(`${stack}-${tenant}-`));
  return Object.fromEntries(Object.entries(await containerIds(stack)).filter(([name]) => !own(name)));
}

let taken: { remove(): Promise<unknown> };

beforeAll(async () => {
  await removeObjects(stack);
  server = new S3Server(25639, await machineAddress());
  await server.start();
  await server.makeBucket(bucket, 1);
  const { id: accessKeyId, secret } = await server.makeUser(bucket);
  const s3 = { endpoint: server.endpoint, bucket, accessKeyId, lockDays: 1 };
  encrypted = { backup: { s3, certificate: server.certificate, escrow: [recipient] } };
  writeFileSync(identityFile, `${identity}\n`);
  declare({});
  await project.must("config", "set", "--secret", "--path", "odoo-fleet:backup.s3.secretAccessKey", secret);
  const { config, encryptionsalt } = parse(project.declared()) as {
    config: Record<string, object>;
    encryptionsalt: string;
  };
  encrypted = { backup: config["odoo-fleet:backup"]!, encryptionsalt };
  taken = await engine.createNetwork({
    Name: `${stack}-of-somebody`,
    IPAM: { Config: [{ Subnet: subnetOfHooli }] },
    Labels: { "odoo-fleet.test": "1" },
  });
});

afterAll(async () => {
  await removeObjects(stack);
  await taken.remove();
  await server.clean();
  project.remove();
});

it("a tenant of an environment in one stack gets a stack of its own, and neither its containers nor its data notice", async () => {
  const { acme } = two;
  declare({ acme }, "single");
  await project.must("up", "--skip-preview");
  await query(`${stack}-acme-postgres`, "acme", "CREATE TABLE before AS SELECT 'one stack' AS what");
  const before = await containerIds(stack);
  declare({ acme });
  const refused = await project.run("preview");
  expect(refused.output.replace(/\n +/g, " ")).toContain(
    `make own-stacks STACK=${stack} gives each of them a stack of its own`,
  );
  const early = await project.run("own-stacks");
  expect(early).toMatchObject({ code: 1 });
  expect(early.output).toContain("these tenants have no stack of their own: acme; expected single");
  declare({ acme }, "single");
  expect(await project.must("own-stacks")).toContain("stacks of their own have acme, and");
  expect(project.declared()).toContain("odoo-fleet:layout: perTenant");
  expect(stacks()).toEqual([stack, `${stack}.acme`]);
  expect(await project.must("own-stacks")).toContain("there is nothing to do");
  expect(await containerIds(stack)).toEqual(before);
  expect(await project.must("up", "--skip-preview")).toContain("1 of 1 changed stacks of tenants brought up");
  // What copies backups off the host is each stack's own.
  const ofTenants = Object.entries(before).filter(([name]) => name !== `${stack}-shipper`);
  expect(await containerIds(stack)).toMatchObject(Object.fromEntries(ofTenants));
  expect(await served("acme")).toBe("200");
  expect(await query(`${stack}-acme-postgres`, "acme", "SELECT what FROM before")).toEqual(["one stack"]);
});

it("up brings up what hosts have for all, then each tenant; one that fails stops no other", async () => {
  declare({ ...two, hooli: { slot: 603 } });
  const { code, output } = await project.run("up");
  expect({ code, output }).toMatchObject({ code: 1 });
  expect(output).toContain("1 of 2 changed stacks of tenants brought up; 1 unchanged; failed: hooli (1)");
  expect(output).toContain(subnetOfHooli);
  expect(stacks()).toEqual([stack, `${stack}.acme`, `${stack}.globex`, `${stack}.hooli`]);
  expect(await Promise.all(["acme", "globex"].map(served))).toEqual(["200", "200"]);
});

it("one that was taken out before it had anything goes with its stack, and what is as declared isn't touched", async () => {
  const before = await others();
  declare(two);
  const output = await project.must("up");
  expect(output).toContain(`${stack}.hooli: nothing is left of it; its stack is removed`);
  expect(output).toContain("; 2 unchanged");
  expect(stacks()).toEqual([stack, `${stack}.acme`, `${stack}.globex`]);
  const started = Date.now();
  expect(await project.must("up")).toContain("0 of 0 changed stacks of tenants brought up; 2 unchanged");
  expect(Date.now() - started).toBeLessThan(60_000);
  expect(await others()).toEqual(before);
});

it("an up that is killed goes on, with those that changed alone", async () => {
  const before = await others("acme", "initech");
  declare(changed);
  const summary = await project.run("preview");
  expect(summary).toMatchObject({ code: 2 });
  expect(summary.output).toContain(`- Previewed: \`${stack}.acme\`, \`${stack}.initech\`.\n- Unchanged: 1 stack.`);
  const run = project.begin("up", "--skip-preview");
  await eventually(
    () => objectsOf(stack),
    (names) => names.includes(`${stack}-initech-database`),
  );
  process.kill(-run.process.pid!, "SIGKILL");
  await run.done;
  const output = await project.must("up", "--skip-preview");
  expect(output).toContain("2 of 2 changed stacks of tenants brought up; 1 unchanged");
  expect(await Promise.all(["acme", "globex", "initech"].map(served))).toEqual(["200", "200", "200"]);
  expect(await others("acme", "initech")).toEqual(before);
});

it("tools work in the tenant's stack", async () => {
  expect((await project.must("password", "acme")).trim()).toMatch(/^\w{20}$/);
  await project.must("compose", "--tenant", "acme");
  expect(existsSync(join(project.folder, "build", "compose", stack, "acme", "compose.yaml"))).toBe(true);
  const unknown = await project.run("password", "acm");
  expect(unknown).toMatchObject({ code: 1 });
  expect(unknown.output).toContain(`STACK=${stack}.acm: tenant acm of ${stack} has no stack yet`);
  // move.test.ts moves one.
  const moved = await project.run("move", "--tenant", "acme", "--host", "local");
  expect(moved).toMatchObject({ code: 1 });
  expect(moved.output).toContain("expected: another host than the one that acme is on");
});

it("a staging copy has a stack of its own", async () => {
  const before = await others("staging");
  const staging = { slot: 604, copyOf: "acme" };
  declare({ ...changed, staging });
  expect(await project.must("up", "--skip-preview")).toContain("1 of 1 changed stacks of tenants brought up");
  await query(`${stack}-acme-postgres`, "acme", "CREATE TABLE marks AS SELECT 'copied' AS what");
  expect(await project.must("copy", "--tenant", "staging")).toContain("staging: serves a neutral copy of acme");
  expect(await query(`${stack}-staging-postgres`, "staging", "SELECT what FROM marks")).toEqual(["copied"]);
  expect(await served("staging")).toBe("200");
  expect(project.declared()).toMatch(/staging:\s+slot: 604\s+copyOf: acme\s+restored: 1/);
  expect((await on("staging", "preview")).code).toBe(0);
  expect(await others("staging")).toEqual(before);
});

it("an update that is automatic comes before the stack of its tenant, and in it", async () => {
  declare({ ...changed, globex: { ...two.globex, modules: ["uom"] }, staging: filled }, "perTenant", {
    updates: { automatic: true },
  });
  const output = await project.must("up", "--skip-preview");
  expect(output).toContain("globex: is updated first: it installs uom");
  const installed = "SELECT state FROM ir_module_module WHERE name = 'uom'";
  expect(await query(`${stack}-globex-postgres`, "globex", installed)).toEqual(["installed"]);
  // The copy's own state was written by what filled it.
  expect(output).toContain("2 of 2 changed stacks of tenants brought up; 2 unchanged");
  const all = await project.must("update");
  for (const name of ["acme", "globex", "initech"]) {
    expect(all).toContain(`${name}: is as it is declared: there is nothing to update`);
  }
});

it("those that leave take their stacks along, and with it what opens their backups where they are erased", async () => {
  const keys = `${stack}/_keys/local/globex.age`;
  const escrowed = async (): Promise<string> => decrypted(await server.content(bucket, keys), identity);
  await eventually(
    () => server.objects(bucket),
    (paths) => paths.includes(keys) && paths.includes(`${stack}/globex/database/backup/main/backup.info`),
    120,
  );
  expect(await escrowed()).toContain('"databaseKey"');
  const { globex, ...rest } = changed;
  const state = "decommissioned";
  declare({ ...rest, globex: { ...globex, modules: ["uom"], state }, staging: { ...filled, state } });
  await project.must("up", "--skip-preview");
  declare(rest);
  const output = await project.must("up", "--skip-preview");
  expect(output).toContain(`${stack}.staging: nothing is left of it; its stack is removed`);
  expect(stacks()).toEqual([stack, `${stack}.acme`, `${stack}.globex`, `${stack}.initech`]);

  const erase = ["erase", "--tenant", "globex", "--identity", identityFile];
  expect((await project.run(...erase)).output).toContain("CONFIRM=globex");
  const printed = await project.must(...erase, "--confirm", "globex");
  expect(printed).toContain("its keys are out of the escrow, _keys/local/globex.age");
  expect(printed).toContain("erased: nothing of globex is on its host");
  expect(JSON.parse(await escrowed())).toEqual({ environment: stack, host: "local", tenants: {} });
  expect(stacks()).toEqual([stack, `${stack}.acme`, `${stack}.initech`]);
  expect(await project.must("up", "--skip-preview")).toContain("0 of 0 changed stacks of tenants brought up");
});

it("another layout over it is refused", async () => {
  const before = await containerIds(stack);
  declare({ acme: two.acme, initech: { slot: 602 } }, "single");
  const { code, output } = await project.run("preview");
  expect({ code, output }).toMatchObject({ code: 1 });
  expect(output).toContain(
    "expected perTenant, since tenants have stacks of their own, whose data no other takes over: acme, ",
  );
  expect(await on("acme", "up")).toMatchObject({ code: 1 });
  expect(await containerIds(stack)).toEqual(before);
});

it("destroy is refused while a tenant has data; without it, tenants go first and nothing is left", async () => {
  declare({ acme: two.acme, initech: { slot: 602 } });
  const refused = await project.run("destroy");
  expect(refused).toMatchObject({ code: 1 });
  expect(refused.output).toContain(`${stack}.initech: initech-database, initech-filestore, initech-repository`);
  for (const tenant of ["acme", "initech"]) {
    expect(await on(tenant, "state", "unprotect", "--all", "--yes")).toMatchObject({ code: 0 });
  }
  await project.must("state", "unprotect", "--all", "--yes");
  await project.must("destroy");
  expect(stacks()).toEqual([stack]);
  expect(await objectsOf(stack)).toEqual([]);
});
