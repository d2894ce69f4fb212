/** The service of examples/automation-api as another team runs it: outside of this project, from the packed library. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { baseImages, projectFolder } from "../support/cliStack";
import { engine, execIn, objectsOf } from "../support/engine";
import { eventually, statusOf } from "../support/odooClient";
import { installPackedLibrary } from "../support/packedLibrary";

const environment = "test-embed-service";
const address = "http://127.0.0.1:25189";
let folder: string;
let service: ChildProcess;
let log = "";

beforeAll(async () => {
  folder = installPackedLibrary();
  cpSync(join(projectFolder, "examples", "automation-api"), folder, {
    recursive: true,
    filter: (source) => !source.endsWith("node_modules"),
  });
  writeFileSync(
    join(folder, "fleet.json"),
    JSON.stringify({ hosts: { local: { subnetBase: "10.247.0.0/16", reservedSlots: [519] } }, ...baseImages() }),
  );
  service = spawn(process.execPath, ["node_modules/tsx/dist/cli.mjs", "src/main.ts"], {
    cwd: folder,
    env: {
      ...process.env,
      PULUMI_CONFIG_PASSPHRASE: "passphrase of a test",
      PULUMI_BACKEND_URL: `file://${folder}?metadata=skip`,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      SERVICE_FOLDER: join(folder, "data"),
      SERVICE_FLEET: join(folder, "fleet.json"),
      SERVICE_ENVIRONMENT: environment,
      SERVICE_PORT: "25189",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [service.stdout!, service.stderr!]) {
    stream.on("data", (data: Buffer) => (log += data.toString()));
  }
  await eventually(
    () => statusOf(`${address}/tenants`),
    (status) => status === 200,
    60,
  );
});

afterAll(async () => {
  service.kill();
  const filters = { label: [`odoo-fleet.environment=${environment}`] };
  for (const { Id } of await engine.listContainers({ all: true, filters })) {
    await engine.getContainer(Id).remove({ force: true, v: true });
  }
  for (const { Id } of await engine.listNetworks({ filters })) {
    await engine.getNetwork(Id).remove();
  }
  for (const { Name } of (await engine.listVolumes({ filters })).Volumes) {
    await engine.getVolume(Name).remove();
  }
  rmSync(folder, { recursive: true, force: true });
});

interface Line {
  readonly event: string;
  readonly type?: string;
  readonly change?: string;
  readonly tenant?: Record<string, unknown>;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly json: Record<string, unknown>;
  readonly lines: readonly Line[];
}

const answers: string[] = [];
/** A secret of the tenant, as its container has it. */
let rolePassword = "";

async function send(method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(address + path, { method, body: body === undefined ? undefined : JSON.stringify(body) });
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  answers.push(text);
  const lines = text.trim().split("\n");
  return {
    status: response.status,
    text,
    json: lines.length === 1 ? (JSON.parse(text) as Record<string, unknown>) : {},
    lines: lines.map((line) => JSON.parse(line) as Line),
  };
}

const ask = async (method: string, path: string, body?: unknown): Promise<Answer> =>
  read(await send(method, path, body));

it("type-checks against the installed package", () => {
  const { status, stdout } = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc"], {
    cwd: folder,
    encoding: "utf8",
  });
  expect([status, stdout]).toEqual([0, ""]);
});

it("creates, lists, resizes and removes a tenant, with its progress", async () => {
  // The answer begins while the change goes on: a second change of the same tenant is refused until it has ended.
  const creating = await send("POST", "/tenants", { name: "acme", slot: 510 });
  expect([creating.status, creating.headers.get("content-type")]).toEqual([201, "application/x-ndjson"]);
  const conflict = await ask("PATCH", "/tenants/acme", { plan: "basic" });
  expect([conflict.status, conflict.json["error"]]).toEqual([409, expect.stringContaining("another change")]);
  const twice = await ask("POST", "/tenants", { name: "acme" });
  expect([twice.status, twice.json["error"]]).toEqual([409, expect.stringContaining("already exists")]);

  const created = await read(creating);
  // PostgreSQL, Odoo, Nginx and the writer of their configuration.
  expect(created.lines.filter(({ type }) => type === "docker:index/container:Container").length).toBe(6);
  const tenant = { name: "acme", url: "http://127.0.0.1:25100", slot: 510, plan: "starter", state: "running" };
  expect(created.lines.at(-1)).toMatchObject({ event: "done", tenant });
  expect(await statusOf("http://127.0.0.1:25100/web/login")).toBe(200);

  const conf = await execIn(`${environment}-acme-odoo`, ["cat", "/etc/odoo-fleet/odoo.conf"]);
  rolePassword = /^db_password *= *(.*)$/m.exec(conf.output)![1]!;

  expect(JSON.parse((await ask("GET", "/tenants")).text)).toMatchObject([tenant]);
  expect((await ask("GET", "/tenants/acme")).json).toMatchObject(tenant);
  const again = await ask("POST", "/tenants", { name: "acme" });
  expect([again.status, again.json["error"]]).toEqual([409, expect.stringContaining("already exists")]);

  const resized = await ask("PATCH", "/tenants/acme", { plan: "basic" });
  expect([resized.status, resized.lines.at(-1)]).toMatchObject([200, { event: "done", tenant: { plan: "basic" } }]);
  const { HostConfig } = await engine.getContainer(`${environment}-acme-odoo`).inspect();
  expect(HostConfig.Memory).toBeGreaterThan(1024 * 1024 * 1024);
  await eventually(
    () => statusOf("http://127.0.0.1:25100/web/login"),
    (status) => status === 200,
  );

  const removed = await ask("DELETE", "/tenants/acme");
  expect([removed.status, removed.lines.at(-1)]).toEqual([200, { event: "done" }]);
  expect(await objectsOf(environment)).toEqual([]);
  expect((await ask("GET", "/tenants")).text).toBe("[]");
  expect((await ask("GET", "/tenants/acme")).status).toBe(404);
});

it("says that there is no such tenant", async () => {
  for (const [method, body] of [["GET"], ["PATCH", {}], ["DELETE"]] as const) {
    const { status, json } = await ask(method, "/tenants/nobody", body);
    expect([method, status, json["error"]]).toEqual([method, 404, "there is no such tenant"]);
  }
});

it("says everything that is wrong with a declaration, and keeps nothing of it", async () => {
  const { status, json } = await ask("POST", "/tenants", { name: "globex", plan: "huge", slot: 519, colour: "red" });
  expect(status).toBe(422);
  const problems = json["problems"] as { path: string; value: string; expected: string; wayOut: string }[];
  expect(problems.map(({ path }) => path).sort()).toEqual([
    "odoo-fleet:tenants.globex.colour",
    "odoo-fleet:tenants.globex.plan",
    "odoo-fleet:tenants.globex.slot",
  ]);
  for (const problem of problems) {
    expect(Object.keys(problem).sort()).toEqual(["expected", "path", "value", "wayOut"]);
  }
  expect((await ask("GET", "/tenants")).text).toBe("[]");
  expect((await ask("PATCH", "/tenants/globex", {})).status).toBe(404);
  expect((await ask("POST", "/tenants", "no object")).status).toBe(400);
});

it("says what a host stands in the way with, found before anything changes, and keeps nothing of it", async () => {
  const busy = 25110;
  const { createServer } = await import("node:net");
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(busy, "127.0.0.1", resolve));
  try {
    const { status, json } = await ask("POST", "/tenants", { name: "hooli", slot: 511 });
    expect([status, JSON.stringify(json["problems"])]).toEqual([422, expect.stringContaining(String(busy))]);
  } finally {
    server.close();
  }
  expect((await ask("GET", "/tenants/hooli")).status).toBe(404);
  expect(await objectsOf(environment)).toEqual([]);
});

it("never tells a secret, neither in an answer nor in its log", () => {
  const said = answers.join("\n") + log;
  expect(rolePassword).toMatch(/^\w{40}$/);
  expect(said).not.toContain(rolePassword);
  expect(said).not.toContain("adminPassword");
  expect(said).not.toContain("passphrase of a test");
  const records = join(folder, "data", "tenants.json");
  expect(existsSync(records) && readFileSync(records, "utf8")).toBe("{}");
});
