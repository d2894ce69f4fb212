/** The package for other languages: its examples in YAML and Python on the real engine. */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { baseImages, projectFolder } from "../support/cliStack";
import { objectsOf } from "../support/engine";
import { statusOf } from "../support/odooClient";

const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-test-"));
let environment: NodeJS.ProcessEnv;

beforeAll(() => {
  const use = execFileSync(join(projectFolder, "setup", "languages.sh"), { encoding: "utf8" });
  const variables = execFileSync("bash", ["-c", `${use}\necho "$PATH"; echo "$ODOO_FLEET_PYTHON"`], {
    encoding: "utf8",
  });
  const [path, python] = variables.trim().split("\n");
  environment = {
    ...process.env,
    PATH: path,
    ODOO_FLEET_PYTHON: python,
    PULUMI_BACKEND_URL: `file://${folder}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: "passphrase of a test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(cwd: string, command: string, args: string[], more: NodeJS.ProcessEnv = {}): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    env: { ...environment, ...more },
    encoding: "utf8",
  });
  if (status !== 0) {
    throw new Error(`${command} ${args.join(" ")} failed:\n${stdout}\n${stderr}`);
  }
  return stdout;
}

/** An example in a folder of its own, its plugin being this project's. */
function example(name: string): { cwd: string; project: Record<string, unknown> } {
  const cwd = join(folder, name);
  cpSync(join(projectFolder, "examples", name), cwd, { recursive: true });
  // The package starts in this folder; what a TypeScript project has there is none of its business.
  writeFileSync(join(cwd, "tsconfig.json"), JSON.stringify({ compilerOptions: { target: "es5", lib: ["es5"] } }));
  const project = parse(readFileSync(join(cwd, "Pulumi.yaml"), "utf8")) as Record<string, unknown>;
  project["plugins"] = { providers: [{ name: "odoo-fleet", path: join(projectFolder, "plugin") }] };
  writeFileSync(join(cwd, "Pulumi.yaml"), stringify(project));
  return { cwd, project };
}

function here(name: string, slot: number): Record<string, unknown> {
  // The component brings a tenant and nothing that watches it.
  const { images } = baseImages() as { images?: Record<string, unknown> };
  // Those that a tenant is made of; a fleet has others too.
  const ofTenant = ["odoo", "postgres", "nginx"];
  const tenantImages = Object.fromEntries(Object.entries(images ?? {}).filter(([kind]) => ofTenant.includes(kind)));
  return {
    slot,
    environment: `test-embed-${name}`,
    subnetBase: "10.246.0.0/16",
    ...(images === undefined ? {} : { images: tenantImages }),
  };
}

it("brings a tenant up from YAML, and removes it", async () => {
  const { cwd, project } = example("yaml");
  const { properties } = (project["resources"] as Record<string, { properties: Record<string, unknown> }>)["acme"]!;
  const declare = (more: object): void => {
    Object.assign(properties, here("yaml", 501), more);
    writeFileSync(join(cwd, "Pulumi.yaml"), stringify(project));
  };
  const pulumi = (...args: string[]): string => run(cwd, "pulumi", [...args, "--non-interactive", "--color", "never"]);
  pulumi("stack", "init", "dev");
  try {
    declare({});
    pulumi("up", "--yes", "--skip-preview");
    const outputs = JSON.parse(pulumi("stack", "output", "--json")) as object;
    expect(outputs).toEqual({ url: "http://127.0.0.1:25010", adminPassword: "[secret]" });
    expect(await statusOf("http://127.0.0.1:25010/web/login")).toBe(200);
  } finally {
    declare({ state: "decommissioned" });
    pulumi("up", "--yes", "--skip-preview");
    pulumi("destroy", "--yes", "--skip-preview");
  }
  expect(await objectsOf("test-embed-yaml")).toEqual([]);
});

it("brings a tenant up from Python, and removes it", async () => {
  const { cwd } = example("python");
  const python = (command: string, more: object): string =>
    run(cwd, environment["ODOO_FLEET_PYTHON"]!, ["automation.py", command], {
      ODOO_TENANT: JSON.stringify({ ...here("python", 502), ...more }),
    });
  try {
    expect(python("up", {}).trim().split("\n").at(-1)).toBe("http://127.0.0.1:25020 secret");
    expect(await statusOf("http://127.0.0.1:25020/web/login")).toBe(200);
  } finally {
    python("up", { state: "decommissioned" });
    python("destroy", {});
  }
  expect(await objectsOf("test-embed-python")).toEqual([]);
});

it("knows in Python exactly the arguments and outputs of the schema", () => {
  const schema = JSON.parse(readFileSync(join(projectFolder, "plugin", "schema.json"), "utf8")) as {
    resources: Record<string, { inputProperties: object; requiredInputs: string[]; properties: object }>;
  };
  const { inputProperties, requiredInputs, properties } = schema.resources["odoo-fleet:index:OdooTenant"]!;
  const script = `
import inspect, json
from odoo_fleet import OdooTenant
given = [p for p in inspect.signature(OdooTenant.__init__).parameters.values() if p.kind == p.KEYWORD_ONLY and p.name != "opts"]
print(json.dumps([[p.name for p in given], [p.name for p in given if p.default is p.empty], list(OdooTenant.__annotations__)]))`;
  const facts = run(join(projectFolder, "examples", "python"), environment["ODOO_FLEET_PYTHON"]!, ["-B", "-c", script]);
  const [args, required, outputs] = JSON.parse(facts) as [string[], string[], string[]];
  expect(args.sort()).toEqual(Object.keys(inputProperties).sort());
  expect(required.sort()).toEqual([...requiredInputs].sort());
  expect(outputs.sort()).toEqual(Object.keys(properties).sort());
});
