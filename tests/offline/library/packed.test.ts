/** The library as another team gets it: packed, installed, type-checked and run outside of this project. */
import { spawnSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { imageSpecs } from "../../../components/host/imageSpec";
import { resolveFleet } from "../../../fleet";
import { installPackedLibrary } from "../../support/packedLibrary";

let folder: string;

beforeAll(() => {
  folder = installPackedLibrary();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function node(...args: string[]): { code: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  return { code: status, output: stdout + stderr };
}

/** Checks a consumer's file strictly, the library's declarations included. */
function typeCheck(source: string): { code: number | null; output: string } {
  writeFileSync(join(folder, "consumer.ts"), source);
  const options = "--strict --noUncheckedIndexedAccess --module node16 --target es2022 --types node --noEmit".split(
    " ",
  );
  return node("node_modules/typescript/bin/tsc", ...options, "--skipLibCheck", "consumer.ts");
}

const consumer = `
  import { createFleet, createTenant, decodeFleetOutputs, decodeTenantOutputs, Secret, type FleetSettings, TenantStack } from "odoo-fleet";
  import { parseFleet, type ConfigProblem } from "odoo-fleet/fleet";
  import { LocalWorkspace } from "@pulumi/pulumi/automation";
  const settings: FleetSettings = { hosts: { local: {} }, tenants: { acme: { slot: 1, plan: "pro" } } };
  export async function run(): Promise<Secret<string>> {
    const stack = await LocalWorkspace.createOrSelectStack({ stackName: "dev", projectName: "ours", program: () => createFleet(settings) });
    const { tenants, adminPasswords } = decodeFleetOutputs((await stack.up()).outputs);
    const port: number = tenants["acme"]!.port;
    const tenant = decodeTenantOutputs((await stack.up({ program: () => createTenant({ ...settings, tenant: "acme" }) })).outputs);
    const problems: readonly ConfigProblem[] = ((result) => (result.ok ? [] : result.problems))(parseFleet({}, "dev"));
    console.log(port, tenant.state === "running", problems.length, TenantStack.name);
    return adminPasswords["acme"]!;
  }`;

it("type-checks in a strict program", () => {
  expect(typeCheck(consumer)).toEqual({ code: 0, output: "" });
});

it("refuses settings of a wrong type, and a password that is used as text", () => {
  const { output } = typeCheck(
    consumer
      .replace('plan: "pro"', "plan: 5")
      .replace("return adminPasswords", 'const text: string = adminPasswords["acme"]!; return adminPasswords'),
  );
  expect(output).toMatch(/Type 'number' is not assignable to type 'string/);
  expect(output).toMatch(/Type 'Secret<string>' is not assignable to type 'string'/);
});

it("runs, and finds its Dockerfiles: the images' names follow from their content and are the same as in the project", () => {
  const fleet = resolveFleet({ hosts: { local: {} }, tenants: { acme: { slot: 1 } } }, "dev");
  const names = Object.values(imageSpecs(fleet.hosts["local"]!.images, fleet.tenants["acme"]!, "")).map(
    (spec) => spec.name,
  );
  const { output } = node(
    "-e",
    `const { resolveFleet } = require("odoo-fleet/fleet");
     const { imageSpecs } = require(require("path").join(require.resolve("odoo-fleet"), "..", "imageSpec.js"));
     const fleet = resolveFleet({ hosts: { local: {} }, tenants: { acme: { slot: 1 } } }, "dev");
     const specs = Object.values(imageSpecs(fleet.hosts.local.images, fleet.tenants.acme, ""));
     console.log(JSON.stringify(specs.map((spec) => spec.name)));`,
  );
  expect(JSON.parse(output)).toEqual(names);
});

it("keeps the program and its inner files out", () => {
  const files = join(folder, "node_modules", "odoo-fleet");
  for (const inner of ["index.ts", "Pulumi.yaml", "tests", "offline", "components"]) {
    expect([inner, existsSync(join(files, inner))]).toEqual([inner, false]);
  }
  expect(node("-e", 'require("odoo-fleet/build/library/components/fleet.js")').output).toContain(
    "ERR_PACKAGE_PATH_NOT_EXPORTED",
  );
});
