import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { containerIds, engine, objectsOf, query, removeObjects } from "../support/engine";
import { TestHosts, type TestHost } from "../support/hosts";
import { loadBaseImages } from "../support/hosts/engineImages";
import { hostConfig } from "../support/hosts/fleet";
import { MadeProject } from "../support/madeProject";
import { eventually, OdooClient, statusOf } from "../support/odooClient";
import { proof } from "../support/proof";

// From this machine's own engine to that of a bare server over SSH. The tenant's images aren't on the server before. Then the same, uninterrupted, of a
// tenant that has a stack of its own.
const environment = "test-move-fleet";
const project = new MadeProject(environment);
const own = new MadeProject("test-move-own");
const machines = new TestHosts("test-move-hosts", "10.145.0");
const [oldUrl, oldSlot, newSlot] = ["http://127.0.0.1:25410", 541, 542];
const dumps = join(project.data, "moves", `${environment}.acme`);
let two: TestHost;
let newUrl: string;
let password: string;
let data: unknown;

const partners = Array.from({ length: 300 }, (_, index) => ({
  name: `Customer ${index}`,
  comment: `<p>é ${index}</p>`,
}));
const attachment = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 7919) % 251)).toString("base64");

const move = (...args: string[]): string[] => ["move", "--tenant", "acme", ...args];
const toTwo = move("--host", "odoo-2", "--slot", newSlot.toString());

/** What a tenant's own data is, as the application and the database see it. */
async function dataAt(url: string, ask: (sql: string) => Promise<string>): Promise<unknown> {
  const client = new OdooClient(url);
  expect(await client.login("acme", "admin", password)).toBeGreaterThan(0);
  const names = await client.call<object[]>("res.partner", "search_read", [[["name", "like", "Customer"]]], {
    fields: ["name", "comment"],
    order: "id",
  });
  const [file] = await client.call<{ datas: string; checksum: string }[]>(
    "ir.attachment",
    "search_read",
    [[["name", "=", "scan.bin"]]],
    { fields: ["datas", "checksum"] },
  );
  expect(file!.datas).toBe(attachment);
  const next = await ask("SELECT last_value FROM res_partner_id_seq");
  return { names, file, next: next.trim(), marks: (await ask("SELECT * FROM marks ORDER BY 1")).trim() };
}

const askOne = async (sql: string): Promise<string> =>
  (await query(`${environment}-acme-postgres`, "acme", sql)).join("\n");
const askTwo = (sql: string): Promise<string> =>
  two.exec(`docker exec ${environment}-acme-postgres psql -X -A -t -d acme -c "${sql}"`);

/** Waits until a tenant can be used. */
async function serves(url: string): Promise<void> {
  await eventually(
    () => statusOf(`${url}/web/login`),
    (status) => status === 200,
  );
}

/** Everything of the environment on the server. */
async function onTwo(): Promise<string[]> {
  const printed = await two.exec(
    `docker ps --all --format '{{.Names}}'; docker volume ls --format '{{.Name}}'; docker network ls --format '{{.Name}}'`,
  );
  return printed.split("\n").filter((name) => name.startsWith(environment));
}

beforeAll(async () => {
  await machines.start();
  two = await machines.host("trixie", 12);
  newUrl = `http://${two.address}:25420`;
  const hosts = {
    "odoo-1": { subnetBase: "10.142.0.0/16" },
    "odoo-2": { ...hostConfig(two, machines.identityFile, 143), reservedSlots: [oldSlot] },
  };
  const text = stringify({ config: { "odoo-fleet:hosts": hosts } });
  project.declare(`${text}  odoo-fleet:tenants:\n    acme: # ours\n      host: odoo-1\n      slot: ${oldSlot}\n`);
  await project.must("up", "--skip-preview");
  password = (await project.must("password", "acme")).trim().split("\n").at(-1)!;
  const client = new OdooClient(oldUrl);
  await client.login("acme", "admin", password);
  await client.call("res.partner", "create", [partners]);
  await client.call("ir.attachment", "create", [{ name: "scan.bin", datas: attachment }]);
  await askOne(
    "CREATE TABLE marks AS SELECT i, md5(i::text) FROM generate_series(1, 500) i; ALTER TABLE marks OWNER TO odoo",
  );
  data = await dataAt(oldUrl, askOne);
});

afterAll(async () => {
  await machines.clean();
  for (const one of [project, own]) {
    await removeObjects(one.stack);
    one.remove();
  }
});

describe("a move that can't be", () => {
  test("is refused with everything that is in its way, and nothing changes", async () => {
    const before = await objectsOf(environment);
    const { code, output } = await project.run(...move("--host", "odoo-2"));
    expect(code).toBe(1);
    expect(output).toContain("Nothing was changed");
    expect(output).toMatch(/SLOT\n +value: +"541, the one it has"\n.*\n +way out: +SLOT=\d+/);
    expect(await objectsOf(environment)).toEqual(before);
    expect(await statusOf(`${oldUrl}/web/login`)).toBe(200);
  });

  test("is refused where the images can't be had there", async () => {
    const { code, output } = await project.run(...toTwo);
    expect(code).toBe(1);
    expect(output).toMatch(/an image on host odoo-2 or in a registry/);
    expect(existsSync(dumps)).toBe(false);
    await loadBaseImages([two]);
  });
});

describe("a move that is interrupted", () => {
  proof("by Ctrl-C while it dumps, leaves the tenant where it was, serving, and nothing on the target", async () => {
    const { process: run, printed, done } = project.begin(...toTwo);
    await eventually(() => Promise.resolve(printed().includes("dumping")), Boolean, 400);
    run.kill("SIGINT");
    const { code, output } = await done;
    expect(output).toContain("Nothing was moved: acme was started again on host odoo-1");
    expect(code).toBe(1);
    await serves(oldUrl);
    expect(await onTwo()).toEqual([]);
    expect(existsSync(dumps)).toBe(false);
  });

  test("by a kill while it restores, keeps the dump for its owner alone", async () => {
    const { process: run, printed, done } = project.begin(...toTwo);
    await eventually(() => Promise.resolve(printed().includes("restoring")), Boolean, 400);
    process.kill(-run.pid!, "SIGKILL");
    await done;
    expect(statSync(dumps).mode & 0o777).toBe(0o700);
    for (const file of readdirSync(dumps)) {
      expect(statSync(join(dumps, file)).mode & 0o777).toBe(0o600);
    }
    expect((await engine.getContainer(`${environment}-acme-odoo`).inspect()).State.Running).toBe(false);
  });

  test("and by a kill while it switches, after which the data is on both hosts and the state knows", async () => {
    const { process: run, printed, done } = project.begin(...toTwo);
    await eventually(() => Promise.resolve(printed().includes("removing its containers")), Boolean, 500);
    expect(printed()).toContain("an earlier move was interrupted: starting the tenant where it was");
    expect(printed()).toMatch(/checked: \d\d+ tables/);
    await eventually(
      () => objectsOf(environment),
      (names) => !names.some((name) => name.endsWith("-acme-odoo")),
    );
    process.kill(-run.pid!, "SIGKILL");
    await done;
    expect(await objectsOf(environment)).toEqual(
      expect.arrayContaining([`${environment}-acme-database`, `${environment}-acme-filestore`]),
    );
  });
});

describe("a move that is repeated", () => {
  test("goes on where it was, until the tenant runs on its new host", async () => {
    const output = await project.must(...toTwo);
    expect(output).toContain("going on with the move");
    expect(output).toContain(`runs on host odoo-2: ${newUrl}`);
    expect(output).not.toContain(password);
    await serves(newUrl);
  });

  test("changed the two values in the stack's file, and nothing else", () => {
    expect(project.declared()).toMatch(new RegExp(`\n    acme: # ours\n      host: odoo-2\n      slot: ${newSlot}\n$`));
  });

  test("keeps the password, all rows, the sequences and the files", async () => {
    expect(data).toMatchObject({ names: partners });
    expect(await dataAt(newUrl, askTwo)).toEqual(data);
    expect(await askTwo("SELECT value FROM ir_config_parameter WHERE key = 'web.base.url'")).toBe(newUrl);
  });

  test("leaves its volumes on the old host, which the state has forgotten", async () => {
    expect((await objectsOf(environment)).sort()).toEqual(
      ["database", "filestore", "repository"].map((volume) => `${environment}-acme-${volume}`),
    );
    const state = await project.must("stack", "export");
    expect(state).toContain(`${environment}-acme-database`);
    expect(state).not.toMatch(/"label": "odoo-fleet\.host",\s+"value": "odoo-1"/);
    const { deployment } = JSON.parse(state.slice(state.indexOf("\n{") + 1)) as {
      deployment: { resources: { urn: string; protect?: boolean }[] };
    };
    const protectedOnes = deployment.resources.filter(({ protect }) => protect === true);
    expect(protectedOnes.map(({ urn }) => urn.split("::").at(-1)).sort()).toEqual([
      "acme-database",
      "acme-filestore",
      "acme-repository",
    ]);
  });

  test("leaves nothing to do", async () => {
    const output = await project.must("up", "--skip-preview");
    expect(output).toMatch(/^ {2}\d+ unchanged; /m);
  });

  test("is refused to another host until it is confirmed; that takes away volumes and dump", async () => {
    const { code, output } = await project.run(...move("--host", "odoo-1"));
    expect(output).toContain("waits to be confirmed first");
    expect(code).toBe(1);
    await project.must(...move("--confirm"));
    expect(await objectsOf(environment)).toEqual([]);
    expect(existsSync(dumps)).toBe(false);
    expect((await project.run(...move("--confirm"))).code).toBe(1);
    expect(await statusOf(`${newUrl}/web/login`)).toBe(200);
  });
});

describe("a tenant in a stack of its own", () => {
  const ask = (sql: string): Promise<string> =>
    two.exec(`docker exec ${own.stack}-acme-postgres psql -X -A -t -d acme -c "${sql}"`);
  const there = ["move", "--tenant", "acme", "--host", "odoo-2"];

  proof("is moved by it, with what its hosts have for all, and nobody else's stack is touched", async () => {
    const hosts = {
      "odoo-1": { subnetBase: "10.146.0.0/16" },
      "odoo-2": hostConfig(two, machines.identityFile, 147),
    };
    const tenants = { acme: { host: "odoo-1", slot: 543 }, globex: { host: "odoo-1", slot: 544 } };
    const config = { "odoo-fleet:layout": "perTenant", "odoo-fleet:hosts": hosts, "odoo-fleet:tenants": tenants };
    own.declare(stringify({ config }));
    await own.must("up", "--skip-preview");
    await query(`${own.stack}-acme-postgres`, "acme", "CREATE TABLE marks AS SELECT 'moved' AS what");
    const ofGlobex = async (): Promise<string[]> =>
      Object.entries(await containerIds(own.stack)).flatMap(([name, id]) => (name.includes("-globex-") ? [id] : []));
    const before = await ofGlobex();

    const output = await own.must(...there);
    expect(output).toContain("bringing up what its hosts have for all of their tenants");
    expect(output).toContain(`runs on host odoo-2: http://${two.address}:25430`);
    expect(await ask("SELECT what FROM marks")).toBe("moved");
    await serves(`http://${two.address}:25430`);
    expect(await ofGlobex()).toEqual(before);
    expect(await own.must("up", "--skip-preview")).toContain(
      "1 of 1 changed stacks of tenants brought up; 1 unchanged",
    );
    await own.must("move", "--tenant", "acme", "--confirm");
    expect((await objectsOf(own.stack)).filter((name) => name.includes("-acme-"))).toEqual([]);
    expect(await own.must("up", "--skip-preview")).toContain("0 of 0 changed stacks of tenants brought up");
  });
});

describe("a suspended tenant", () => {
  /** How its containers on the server are, by service. */
  async function states(): Promise<Record<string, string>> {
    const format = `{{.Label "odoo-fleet.service"}} {{.State}}`;
    const printed = await two.exec(`docker ps --all --filter label=odoo-fleet.tenant=acme --format '${format}'`);
    return Object.fromEntries(printed.split("\n").map((line) => line.split(" "))) as Record<string, string>;
  }
  const restartEngine = "service docker restart && for i in $(seq 120); do docker version && break; sleep 0.5; done";
  const [created, exited] = ["created", "exited"].map((state) => ({
    // What carries their configuration never runs.
    ...{ "tenant-config": "created", nginx: "running", postgres: state, odoo: state, backup: state, files: state },
  }));

  test("stays stopped when its host's engine and its host itself are started again, also after it was awake", async () => {
    project.declare(project.declared().replace("acme: # ours\n", "acme: # ours\n      state: suspended\n"));
    await project.must("up", "--skip-preview");
    expect(await states()).toEqual(created);
    await two.exec(restartEngine);
    expect(await states()).toEqual(created);
    await two.reboot();
    const nginxRuns = (): Promise<Record<string, string>> =>
      eventually(states, ({ nginx }) => nginx === "running", 120);
    expect(await nginxRuns()).toEqual(created);
    // As a visit wakes it, and it falls asleep.
    const containers = ["postgres", "odoo", "backup", "files"].map((service) => `${environment}-acme-${service}`);
    await two.exec(`docker start ${containers.join(" ")} && docker stop ${containers.join(" ")}`);
    await two.exec(restartEngine);
    expect(await states()).toEqual(exited);
    await two.reboot();
    expect(await nginxRuns()).toEqual(exited);
    expect(await project.must("up", "--skip-preview")).toMatch(/^ {2}\d+ unchanged; /m);
  });
});
